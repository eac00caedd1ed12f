"""The scripts that are open in this process, each in a studio with a port of its own."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from pathlib import Path

from storyboard.compiler.pipeline import Options
from storyboard.render.folders import clips_folder
from storyboard.studio.access import Access
from storyboard.studio.app import Studio
from storyboard.studio.instance import AlreadyOpen, only_instance
from storyboard.studio.takes import StudioRefusal
from storyboard.watch.server import open_script_socket, page_address, serve


class ScriptServer:
    """The studio of one script.

    `start_page` is the address of the list of films that it was opened from, if any. With `guest_host`, a network
    address of this machine, guests may look at `guest_address`. Raises OSError if the port or the host is not
    available.
    """

    def __init__(
        self,
        script: Path,
        options: Options,
        version: str,
        port: int | None = None,
        start_page: str = "",
        guest_host: str = "",
    ) -> None:
        self._socket: socket.socket = open_script_socket(str(script), port)
        self._guest_socket = open_script_socket(str(script), None, guest_host) if guest_host else None
        access = Access()
        self.address = f"{page_address(self._socket)}#{access.token}"

        def folder(sandbox: bool) -> Path:
            return clips_folder(str(script), None, sandbox=sandbox)

        self._studio = Studio(script, options, folder, version, access, start_page, guest_host)
        self.guest_address = ""
        if self._guest_socket is not None and self._studio.guests is not None:
            self.guest_address = f"{page_address(self._guest_socket)}#{self._studio.guests.access.token}"

    async def serve(self, until: asyncio.Event | None = None) -> None:
        """Serve until the program is interrupted or, with an event, until the event is set."""
        looking, over = asyncio.create_task(self._studio.look_at_files()), asyncio.Event()
        guests = asyncio.create_task(self._serve_guests(over))
        following = asyncio.create_task(self._studio.follow_disk()) if self.guest_address else None
        try:
            await serve(self._studio.app(), self._studio.feed, self._socket, until)
        finally:
            over.set()
            await guests
            await self._studio.production.close()
            for task in filter(None, (looking, following)):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task

    async def _serve_guests(self, until: asyncio.Event) -> None:
        guests = self._studio.guests
        if self._guest_socket is not None and guests is not None:
            await serve(guests.app(), guests.feed, self._guest_socket, until)


class OpenFilms:
    """The studios opened from a list of films, by script."""

    def __init__(self, options: Options, version: str, start_page: str) -> None:
        self._options = options
        self._version = version
        self._start_page = start_page
        self._servers: dict[Path, ScriptServer] = {}
        self._over = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self, script: Path) -> str:
        """The address of a script's studio, in this or another process. Raises StudioRefusal."""
        if script in self._servers:
            return self._servers[script].address
        stack = contextlib.ExitStack()
        try:
            put_down = stack.enter_context(only_instance(str(script)))
        except AlreadyOpen as problem:
            if problem.address:
                return problem.address
            raise StudioRefusal("Another studio has this film open, at an address that is not known.") from None
        try:
            server = ScriptServer(script, self._options, self._version, start_page=self._start_page)
            put_down(server.address)
        except BaseException:
            stack.close()
            raise
        self._servers[script] = server
        self._tasks.append(asyncio.create_task(self._serve(script, server, stack)))
        return server.address

    async def _serve(self, script: Path, server: ScriptServer, stack: contextlib.ExitStack) -> None:
        with stack:
            try:
                await server.serve(self._over)
            finally:
                del self._servers[script]

    async def close(self) -> None:
        """Close every studio."""
        self._over.set()
        await asyncio.gather(*self._tasks, return_exceptions=True)
