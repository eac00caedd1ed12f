"""The colours of an editor and the parser see the same script: over every example, token by token."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storyboard.compiler.ir import parsed
from storyboard.compiler.parse import parse
from storyboard.compiler.parse.comments import strip_comments
from storyboard.compiler.text import Source
from tests.grammar.textmate import tokens

_ROOT = Path(__file__).parents[2]
#: `indent.sb` has a property under text that is indented deeper than the property above, which takes a parser to see.
_SCRIPTS = sorted(
    [
        *(_ROOT / "examples").rglob("*.sb"),
        *(_ROOT / "storyboard/project/template").glob("*.sb"),
        *(file for file in (_ROOT / "tests/corpus/ok").rglob("*.sb") if file.name != "indent.sb"),
    ]
)

View = set[tuple[str, int, int]]

_SCOPES = {
    "storage.type.declaration.storyboard": "declaration",
    "keyword.control.include.storyboard": "include",
    "keyword.control.shot.storyboard": "shot",
    "markup.heading.scene.storyboard": "heading",
    "punctuation.definition.heading.storyboard": "section",
    "keyword.control.break.storyboard": "break",
    "keyword.other.property.storyboard": "property",
    "entity.name.function.cue.storyboard": "cue",
    "keyword.control.transition.storyboard": "transition",
    "keyword.other.title.storyboard": "title",
    "keyword.control.slug.storyboard": "slug",
    "comment.line.synopsis.storyboard": "synopsis",
    "comment.block.note.storyboard": "comment",
    "comment.block.boneyard.storyboard": "comment",
    "comment.line.double-slash.storyboard": "comment",
    "constant.numeric.seconds.storyboard": "seconds",
}
#: What is compared by the line it is on, not by its last character.
_BY_START = {"heading", "transition", "synopsis", "title", "slug", "break", "declaration", "include", "shot", "section"}


def coloured(text: str) -> View:
    return {
        _placed(
            _SCOPES[one.scope],
            one.start + len(text[one.start : one.end]) - len(text[one.start : one.end].lstrip()),
            one.end,
        )
        for one in tokens(text)
        if one.scope in _SCOPES and not text[one.start :].startswith("@")
    }


def _placed(kind: str, start: int, end: int) -> tuple[str, int, int]:
    return (kind, start, start if kind in _BY_START else end)


def read(text: str) -> View:
    """What the parser makes of the same text."""
    view: View = set()
    for comment in strip_comments(text).comments:
        start = comment.start + len(text[comment.start :]) - len(text[comment.start :].lstrip())
        view.add(("comment", start, comment.end))
    for offset, block in parse(Source("", text)).blocks:
        view |= {_placed(kind, offset + start, offset + end) for kind, start, end in _block(block)}
    return view


_KINDS = {
    parsed.Declaration: "declaration", parsed.Include: "include", parsed.Section: "section", parsed.Heading: "heading",
    parsed.Shot: "shot", parsed.Break: "break",
}  # fmt: skip


def _block(block: parsed.Block) -> Iterator[tuple[str, int, int]]:
    kind = _KINDS.get(type(block))
    if kind:
        yield kind, block.header.start, block.header.end
    if isinstance(block, parsed.Shot):
        yield "seconds", block.duration_span.start, block.duration_span.end
    for one in block.properties:
        yield "property", one.key_span.start, one.key_span.end
    for beat in block.body:
        if isinstance(beat, parsed.Speech) and beat.cue.form is parsed.CueForm.CAPITALS:
            # Whether a mention alone on its line speaks depends on who it is, which no editor's grammar can know.
            yield "cue", beat.cue.name.span().start, beat.cue.name.span().end
        elif isinstance(beat, parsed.Transition | parsed.Synopsis | parsed.Slug):
            yield type(beat).__name__.lower(), -1, -1
        elif isinstance(beat, parsed.Title | parsed.Effect):
            yield "title", -1, -1


@pytest.mark.parametrize("file", _SCRIPTS, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_editor_and_parser_agree(file: Path) -> None:
    compare(file.read_text(encoding="utf-8"))


def compare(text: str) -> None:
    seen, meant = coloured(text), read(text)
    seen -= {one for one in seen - meant if one[0] == "cue" and _lacks_a_speech(text, one)}
    loose = ("transition", "synopsis", "title", "slug")
    exact = {one for one in seen if one[0] not in loose}, {one for one in meant if one[0] not in loose}
    assert exact[0] == exact[1], _difference(text, *exact)
    for kind in loose:
        assert sum(one[0] == kind for one in seen) == text_count(text, kind)


def _lacks_a_speech(text: str, cue: tuple[str, int, int]) -> bool:
    """Whether the parser would see this cue if there were words on the line below it, which is blank or a header. It is
    all that a grammar which sees one line at a time cannot know."""
    end = text.find("\n", cue[2])
    end = len(text) if end < 0 else end
    return cue in read(f"{text[:end]}\nwords{text[end:]}")


def text_count(text: str, kind: str) -> int:
    """How many transitions, titles and effects, slugs or synopses the parser reads."""
    kinds: dict[str, tuple[type, ...]] = {
        "transition": (parsed.Transition,),
        "synopsis": (parsed.Synopsis,),
        "title": (parsed.Title, parsed.Effect),
        "slug": (parsed.Slug,),
    }
    wanted = kinds[kind]
    return sum(isinstance(beat, wanted) for _, block in parse(Source("", text)).blocks for beat in block.body)


def _difference(text: str, seen: View, meant: View) -> str:
    def lines(view: View) -> list[str]:
        return [
            f"{kind} at line {text.count(chr(10), 0, start) + 1}: {text[start : end or start + 20]!r}"
            for kind, start, end in sorted(view, key=lambda one: one[1])
        ]

    return f"only the editor: {lines(seen - meant)}; only the parser: {lines(meant - seen)}"


def test_everything_at_once() -> None:
    compare(
        "// top\ntitle: X\nDraft date : today\n\nINCLUDE cast.sb\nCHARACTER Mira [[who]]\nLook: red\n  coat\nfront: a.png\n\n"
        "# Act\n= what\n\nFADE IN:\n\nINT./EXT. CAR - DAY #3#\nlight: low\n  and blue\nsound: rain\nRain. [[a\nnote]] More.\n\n"
        "SHOT 5s wide #4#\nwith: Mira\nlight: none\n@Mira runs.\nMIRA is late.\nlight: is text here\n\nMIRA (V.O.) ^\n(low)\nGo!\n\n"
        "MIRA RUNS.\nSAMUEL JR.\n\nSHE RUNS!\nfast\n\nWHO RUNS?\nhe\n\nA DOOR OPENS.\nslowly\n\nBANG\n\nMONTAGE - THE REPAIR\n\n(MORE)\nLATER.\nEND MONTAGE\n\n"
        "/* SHOT 5s\n\nMIRA\ngone */\n\nЁЖИК\nПривет.\n===\nSHOT 4 sec: close\n@Mira\nNo.\n\n> SLOW FADE\n\nSUPER: Later\n\n!SHOT is action\n"
        ".FORCED\nCUT TO:\n"
    )
