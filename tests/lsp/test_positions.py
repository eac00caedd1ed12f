"""Characters in an editor's units, without a server."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol.types import (
    Position,
    PositionEncodingKind,
    Range,
    TextDocumentContentChangePartial,
    TextDocumentContentChangeWholeDocument,
)

from storyboard.lsp.documents import Documents, path_of
from storyboard.lsp.positions import TextDocument

UTF8, UTF16, UTF32 = PositionEncodingKind.Utf8, PositionEncodingKind.Utf16, PositionEncodingKind.Utf32
CODINGS = {UTF8: ("utf-8", 1), UTF16: ("utf-16-le", 2), UTF32: ("utf-32-le", 4)}

#: Letters of one to four bytes, an accent of its own, what joins emoji, every line end, and what ends lines elsewhere.
texts = st.text(alphabet="aé\u0301漢🏮\u200d\n\r\u2028\x0b\x85 ", max_size=40)
encodings = st.sampled_from([UTF8, UTF16, UTF32])


@given(texts, encodings, st.data())
def test_there_and_back(text: str, encoding: PositionEncodingKind, data: st.DataObject) -> None:
    page = TextDocument(text, encoding)
    offset = data.draw(st.integers(0, len(text)))
    if text[offset - 1 : offset + 1] == "\r\n":
        offset -= 1
    position = page.position(offset)
    assert page.offset(position) == offset
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    coding, size = CODINGS[encoding]
    before = lines[position.line].encode(coding)[: position.character * size].decode(coding)
    assert text[:offset].endswith(before)


@given(texts, encodings, st.integers(0, 60), st.integers(0, 60))
def test_any_position_is_somewhere(text: str, encoding: PositionEncodingKind, line: int, character: int) -> None:
    page = TextDocument(text, encoding)
    assert 0 <= page.offset(Position(line, character)) <= len(text)


def test_past_the_end_is_the_end() -> None:
    page = TextDocument("one\ntwo", UTF16)
    assert page.offset(Position(0, 99)) == 3
    assert page.offset(Position(9, 9)) == 7


def test_inside_a_character_is_before_it() -> None:
    assert TextDocument("a🏮b", UTF16).offset(Position(0, 2)) == 1
    assert TextDocument("aéb", UTF8).offset(Position(0, 2)) == 1


@pytest.mark.parametrize(("encoding", "units"), [(UTF8, 3), (UTF16, 1)])
def test_a_byte_order_mark_counts_for_the_editor_alone(encoding: PositionEncodingKind, units: int) -> None:
    page = TextDocument("\ufeffTitle: x\nModel: y", encoding)
    assert page.position(0) == Position(0, units)
    assert page.offset(Position(0, units + 5)) == 5
    assert page.position(9) == Position(1, 0)


@given(texts, texts, encodings, st.data())
def test_typing_is_replacing(text: str, typed: str, encoding: PositionEncodingKind, data: st.DataObject) -> None:
    if "\r" in text:
        text = text.replace("\r", "")
    first, last = sorted((data.draw(st.integers(0, len(text))), data.draw(st.integers(0, len(text)))))
    document = Documents(encoding).open("untitled:one", text, 1)
    where = Range(document.page.position(first), document.page.position(last))
    document.change([TextDocumentContentChangePartial(where, typed)], 2)
    assert document.text == text[:first] + typed + text[last:]
    document.change([TextDocumentContentChangeWholeDocument("new")], 3)
    assert (document.text, document.version) == ("new", 3)


def test_uris_are_paths() -> None:
    assert path_of("file:///home/Zo%C3%AB/my%20film.sb") == "/home/Zoë/my film.sb"
    assert path_of("untitled:Untitled-1") is None
    assert path_of("file:///a%00b") is None
    assert path_of("http://[") is None
