"""Servers on loopback: the page of `sbc watch`, and the sandbox."""

from __future__ import annotations

import socket

#: The address that they listen at.
HOST = "127.0.0.1"
#: What a browser or client may call them. A page of the network that calls itself by our address reaches such a server,
#: too; it says its own name then, and is refused (DNS rebinding).
ALLOWED_HOSTS = (HOST, "localhost")


def open_socket(port: int, host: str = HOST) -> socket.socket:
    """A listening socket, by default of this machine alone; port 0 takes any free one. Raises OSError.

    Where the system has SO_EXCLUSIVEADDRUSE (Windows), SO_REUSEADDR would let another program take the port over.
    """
    opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        exclusive = getattr(socket, "SO_EXCLUSIVEADDRUSE", None)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR if exclusive is None else exclusive, 1)
        opened.bind((host, port))
        opened.listen()
    except BaseException:
        opened.close()
        raise
    return opened
