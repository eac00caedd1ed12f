"""Text that must not be seen: the key, and addresses that open a clip to whoever has them."""

from __future__ import annotations


class Secret:
    """A text that no log, traceback or message shows."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text, for the one place that sends it."""
        return self._text

    def hidden_in(self, text: str) -> str:
        """A text in which this one, should it stand there, is blotted out."""
        return text.replace(self._text, "[hidden]") if self._text else text

    def hidden_from(self, data: bytes) -> bytes:
        """Bytes in which this text, should it stand there, is blotted out."""
        return data.replace(self._text.encode(), b"[hidden]") if self._text else data

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__
