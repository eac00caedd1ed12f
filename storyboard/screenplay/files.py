"""Screenplay files: which program wrote one, in which encoding, and what it says."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import NamedTuple

from storyboard.compiler.loader import LARGEST_SCRIPT, read_bytes
from storyboard.screenplay.fdx import restore_final_draft
from storyboard.screenplay.finaldraft import read_xml, to_screenplay
from storyboard.screenplay.fountain import read_fountain
from storyboard.screenplay.restore import restore
from storyboard.screenplay.script import Screenplay, Unimportable

#: Final Draft files hold a script in XML, several times its size.
_LARGEST = 8 * LARGEST_SCRIPT
_NOTHING = Screenplay((), ())
_XML = (b"<?xml", b"<FinalDraft", b"<!DOCTYPE")
_PACKED = {
    b"PK\x03\x04": "a packed file (.fadein, .highland, .docx)",
    b"%PDF": "a PDF",
    b"\xd0\xcf\x11\xe0": "a Word file",
}


class DecodedFile(NamedTuple):
    """A screenplay, or the script that one was exported from, and a remark on how its file had to be read."""

    screenplay: Screenplay
    remark: str | None
    script: str | None = None


def open_screenplay(path: Path) -> DecodedFile:
    """Read a `.fountain` or `.fdx` file; the content decides, not the name. Raises Unreadable and Unimportable."""
    data = read_bytes(path, _LARGEST)
    shown = str(path)
    for magic, kind in _PACKED.items():
        if data.startswith(magic):
            raise Unimportable(f"{shown}: is {kind}, not Fountain or Final Draft. Export it as .fountain or .fdx first")
    if data.lstrip(codecs.BOM_UTF8 + b" \t\r\n").startswith(_XML) or path.suffix.lower() == ".fdx":
        root = read_xml(data, shown)
        script = restore_final_draft(root)
        return (
            DecodedFile(_NOTHING, None, script) if script is not None else DecodedFile(to_screenplay(root, shown), None)
        )
    text, remark = _decode(data, shown)
    script = restore(text)
    return DecodedFile(_NOTHING, remark, script) if script is not None else DecodedFile(read_fountain(text), remark)


def _decode(data: bytes, shown: str) -> tuple[str, str | None]:
    """The text of a Fountain file. Old editors save Windows characters, some save UTF-16."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            try:
                return data.decode(encoding), None
            except UnicodeDecodeError:
                break
    if data.count(0) > len(data) // 100:
        raise Unimportable(f"{shown}: is no text (it holds NUL bytes); save it as UTF-8 Fountain")
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        remark = f"{shown}: is not UTF-8 (line {line}); it was read as Windows Latin (cp1252). Look at its accents"
        return _cp1252(data), remark


def _cp1252(data: bytes) -> str:
    """Windows Latin; the five bytes that it leaves open are read as Latin-1."""
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return "".join(bytes((byte,)).decode("cp1252", "ignore") or chr(byte) for byte in data)
