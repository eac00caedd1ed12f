"""Screenplay files: format, encoding and content.

The first bytes decide the format, not the name: XML is Final Draft; files of other programs are named, with a way to
convert them; everything else is Fountain. A file that this project exported is recognized by its mark and restored
exactly, instead of imported. Sizes are limited before anything is parsed: a script to `LARGEST_SCRIPT` bytes, XML to
eight times that.
"""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import NamedTuple

from storyboard.compiler.loader import LARGEST_SCRIPT, Unreadable, read_bytes
from storyboard.compiler.parse import MOST_CHARACTERS, MOST_LINES
from storyboard.screenplay.encodings import decode_text
from storyboard.screenplay.final_draft import read_xml, to_screenplay
from storyboard.screenplay.final_draft_export import restore_final_draft
from storyboard.screenplay.fountain import read_fountain
from storyboard.screenplay.restore import restore
from storyboard.screenplay.script import Screenplay, Unimportable

#: Final Draft files hold a script in XML, several times its size.
_LARGEST = 8 * LARGEST_SCRIPT
_NOTHING = Screenplay((), ())
_XML = (b"<?xml", b"<FinalDraft", b"<!DOCTYPE")
_EXPORT = "Export it as Fountain (.fountain) or Final Draft (.fdx), and import that"
#: What other files begin with, what they are, and what to do with them.
_OTHER_FILES = (
    (
        b"%PDF",
        "a PDF",
        "A PDF contains printed pages, not a screenplay. Export it from the program that wrote it as .fountain or .fdx",
    ),
    (b"{\\rtf", "Rich Text (RTF)", "Save it as plain text in UTF-8, and import that"),
    (b"\xd0\xcf\x11\xe0", "a Word file (.doc)", "Save it as plain text in UTF-8, and import that"),
    (b"#Version ", "a Trelby screenplay", f"In Trelby: File, Export. {_EXPORT}"),
)
_PACKED = b"PK\x03\x04"
#: What a packed file is, by a name that is in it.
_PACKED_KINDS = (
    (b"word/", "a Word file (.docx)", "Save it as plain text in UTF-8, and import that"),
    (b"document.xml", "a Fade In screenplay (.fadein)", _EXPORT),
    (b"", "a packed file (.fadein, .highland)", _EXPORT),
)


class DecodedFile(NamedTuple):
    """A screenplay, or the script that it was exported from, and a remark on how its file was read."""

    screenplay: Screenplay
    remark: str | None
    script: str | None = None


def open_screenplay(path: Path) -> DecodedFile:
    """Read a `.fountain` or `.fdx` file; the content decides the format. Raises Unreadable and Unimportable."""
    return decode_screenplay(read_bytes(path, _LARGEST), str(path))


def decode_screenplay(data: bytes, shown: str) -> DecodedFile:
    """Read the content of a file; `shown` is its path in messages. Raises Unreadable and Unimportable."""
    if len(data) > _LARGEST:
        raise Unreadable(f"{shown}: is too large (at most {_LARGEST:,} bytes)")
    _refuse_other_files(data, shown)
    if data.lstrip(codecs.BOM_UTF8 + b" \t\r\n").startswith(_XML) or shown.lower().endswith(".fdx"):
        root = read_xml(data, shown)
        script = restore_final_draft(root)
        if script is not None:
            return DecodedFile(_NOTHING, None, script)
        _refuse_longer(sum(1 for _ in root.iter("Paragraph")), sum(map(len, root.itertext())), shown)
        return DecodedFile(to_screenplay(root, shown), None)
    if data.count(0) > len(data) // 100 and not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Unimportable(f"{shown}: is not text (it contains NUL bytes); save it as UTF-8 Fountain")
    text, remark = decode_text(data, shown)
    script = restore(text)
    if script is not None:
        return DecodedFile(_NOTHING, remark, script)
    _refuse_longer(len(text.splitlines()), len(text), shown)
    return DecodedFile(read_fountain(text), remark)


def _refuse_longer(lines: int, characters: int, shown: str) -> None:
    """Raise Unimportable if the screenplay is longer than a script may be."""
    if lines > MOST_LINES or characters > MOST_CHARACTERS:
        reason = f"is longer than {MOST_LINES:,} lines or {MOST_CHARACTERS:,} characters, more than any film has"
        raise Unimportable(f"{shown}: {reason}; divide it into several screenplays")


def _refuse_other_files(data: bytes, shown: str) -> None:
    """Raise Unimportable for a known other kind of file, with what to do about it."""
    head = data.removeprefix(codecs.BOM_UTF8).lstrip()
    for magic, kind, advice in _OTHER_FILES:
        if head.startswith(magic):
            raise Unimportable(f"{shown}: is {kind}, not Fountain or Final Draft. {advice}")
    if data.startswith(_PACKED):
        kind, advice = next((kind, advice) for name, kind, advice in _PACKED_KINDS if name in data)
        raise Unimportable(f"{shown}: is {kind}, not Fountain or Final Draft. {advice}")
