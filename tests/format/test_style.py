"""Formatting twice is formatting once, and changes nothing that a script says."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storyboard.compiler.emit import build_manifest
from storyboard.compiler.emit.manifest import to_json
from storyboard.compiler.ir import keys
from storyboard.compiler.ir.parsed import Speech
from storyboard.compiler.parse import parse
from storyboard.compiler.parse.comments import strip_comments
from storyboard.compiler.pipeline import Analysis, analyze_text
from storyboard.compiler.text import Source
from storyboard.format import Unformatted, format_script, restyle
from storyboard.format.meaning import known_keys
from storyboard.format.verify import syntax_errors

_EXAMPLES = int(os.environ.get("SBC_EXAMPLES", "60"))

_UGLY = """\

title:  The Lantern Keeper\x20\x20
aspect : 16:9
Model:kling-o3-pro
// a comment
  CHARACTER   Mira
  front:https://example.com/mira.png
    look :  a young
        keeper
LOCATION Harbor
image: https://example.com/harbor.png



#Act One
=fog
EXT. HARBOR - DUSK    #3#
light: blue
Wet cobbles.\x20\x20

/* bone\x20\x20

 yard   */


SHOT 5 sec , wide   #4A#
  @Mira stands.
[[about
the next]]
SHOT 5s
MIRA
I never left.
=====
SHOT 4s:close on @Mira
Hello.
"""

_NEAT = """\
Title: The Lantern Keeper
Model: kling-o3-pro
Aspect: 16:9

// a comment
CHARACTER Mira
look: a young
  keeper
front: https://example.com/mira.png

LOCATION Harbor
image: https://example.com/harbor.png

# Act One
= fog

EXT. HARBOR - DUSK #3#
light: blue
Wet cobbles.

/* bone\x20\x20

 yard   */

SHOT 5s wide #4A#
  @Mira stands.

[[about
the next]]
SHOT 5s
MIRA
I never left.

===

SHOT 4s close on @Mira
Hello.
"""


def manifest(text: str, file: Path = Path("film.sb")) -> Any:
    """What a script compiles to, without the numbers of lines, which blank lines change, and the headings, whose
    capitals change."""
    analysis = analyze_text(text, str(file))
    if analysis.has_errors:
        return None
    data = json.loads(to_json(build_manifest(analysis)))
    for clip in data["clips"]:
        del clip["scene"]["heading"]
        for shot in clip["shots"]:
            del shot["line"]
    return data


def test_one_style() -> None:
    assert format_script(_UGLY, analyze_text) == _NEAT
    assert manifest(_UGLY) == manifest(_NEAT) is not None
    assert format_script(_NEAT, analyze_text) == _NEAT


def test_names_headings_and_lists_have_single_blanks() -> None:
    ugly = (
        "CHARACTER Old \t Tom\nfront: https://e.com/a.png\nangles: https://e.com/b.png,https://e.com/c.png ,\n  https://e.com/d.png\n\n"
        "EXT.   HARBOR  -   DAY [[n]]  #3#\nwith:Old Tom\n\nSHOT 5s\nTwo  blanks,here.\n"
    )
    neat = (
        "CHARACTER Old Tom\nfront: https://e.com/a.png\nangles: https://e.com/b.png, https://e.com/c.png ,\n  https://e.com/d.png\n\n"
        "EXT. HARBOR - DAY [[n]] #3#\nwith: Old Tom\n\nSHOT 5s\nTwo  blanks,here.\n"
    )
    assert format_script(ugly, analyze_text) == neat
    assert manifest(ugly) == manifest(neat) is not None


_PLACES = """\
CHARACTER Mira
front: https://e.com/m.png

LOCATION Kitchen
look: a kitchen
image: https://e.com/k.png

LOCATION Straße
image: https://e.com/s.png

LOCATION Kapı
image: https://e.com/t.png

LOCATION Σπίτι.
image: https://e.com/g.png

"""
_SHOT = "\n\nSHOT 5s\n@Mira waits.\n"


def headings_of(text: str) -> list[str]:
    """The headings of a formatted script of these."""
    formatted = format_script(_PLACES + text, analyze_text)
    assert manifest(formatted) == manifest(_PLACES + text) is not None
    return [line for line in formatted.splitlines() if line.lstrip().startswith(("INT", "EXT", "."))]


@pytest.mark.parametrize(
    ("typed", "formatted"),
    [
        ("INT. Kitchen - day #12a#", "INT. KITCHEN - DAY #12a#"),
        ("INT. Kitchen – day [[ my note ]] #b#", "INT. KITCHEN – DAY [[ my note ]] #b#"),
        ("INT. Kit[[ no ]]chen - night", "INT. KIT[[ no ]]CHEN - NIGHT"),
        ("EXT. Straße - утро", "EXT. STRASSE - УТРО"),
        ("EXT. σπίτι - day", "EXT. ΣΠΊΤΙ - DAY"),
        ("INT. Kapı - day", "INT. Kapı - DAY"),
        # A place that nobody declared is said as typed.
        ("INT. The Attic - day", "INT. The Attic - day"),
        ("INT. attic - day", "INT. attic - day"),
        ("INT. Kitchen - at the Window - day", "INT. Kitchen - at the Window - day"),
        ("INT. Kitchen - at the window - day", "INT. KITCHEN - AT THE WINDOW - DAY"),
        (".A Dream  of Kitchens", ".A Dream of Kitchens"),
    ],
)
def test_headings_are_in_capitals_where_no_request_changes(typed: str, formatted: str) -> None:
    assert headings_of(typed + _SHOT) == [formatted]


def test_what_a_scene_takes_from_the_one_before_stays() -> None:
    # “ſ” has the capital “S”, which would be said “s”: neither this time nor the one that keeps it is touched.
    typed = ["INT. Kitchen - ſome day", "EXT. Kitchen - Continuous", "EXT. Kitchen - night"]
    assert headings_of(_SHOT.join([*typed, ""])) == [*typed[:2], "EXT. KITCHEN - NIGHT"]


def test_a_script_with_errors_has_capitals_too() -> None:
    text = "LOCATION Kitchen\nimage: none.png\n\nINT. Kitchen - day\n\nSHOT 5s\n@Nobody waits.\n"
    assert analyze_text(text).has_errors
    assert format_script(text, analyze_text) == text.replace("Kitchen - day", "KITCHEN - DAY")


_HEADINGS = st.tuples(
    st.sampled_from(["INT. ", "EXT. a", "INT./EXT. ", "."]),
    st.one_of(
        st.sampled_from(["Kitchen", "kitchen", "Straße", "STRASSE", "kapı", "KAPI", "σπίτι", "Kitchen.x", "Σπίτι. The"]),
        st.text(st.sampled_from("aBßıİiﬁŉǰſµςΣσάΆйЙёЁдžǅფῥᾳեւ太'.’ "), max_size=8).map("q{}".format),
    ),
    st.sampled_from(["", " - day", " - Утро", " - Noche", " - by the ﬁre", " - the ſame - Later", " - Continuous", " #1a#", " [[n]]"]),
).map("".join)  # fmt: skip


@settings(max_examples=2 * _EXAMPLES)
@given(st.lists(_HEADINGS, min_size=1, max_size=4))
def test_capitals_change_no_request(headings: list[str]) -> None:
    text = _PLACES + "".join(heading + _SHOT for heading in headings)
    formatted = format_script(text, analyze_text)
    assert manifest(formatted) == manifest(text)
    assert format_script(formatted, analyze_text) == formatted


def test_only_what_gets_other_words_is_compiled() -> None:
    """Blanks and blank lines change no block; of a heading in capitals, its scene and those beside it are compiled."""
    scenes = [f"INT. KITCHEN - DAY\n\nSHOT 5s\n@Mira counts to {number}.\n" for number in range(9)]
    text = _PLACES + "\n".join(scenes)
    compiled: list[str] = []

    def analyze(script: str) -> Analysis:
        compiled.append(script)
        return analyze_text(script)

    loose = text.replace("\n\n", "\n\n\n").replace("SHOT 5s", "SHOT  5 sec  ")
    assert format_script(loose, analyze) == text
    assert compiled == []
    typed = text.replace(scenes[4], scenes[4].replace("KITCHEN", "Kitchen"))
    assert format_script(typed, analyze) == text
    assert [[f"counts to {number}." in one for number in range(9)] for one in compiled] == [
        [number in {3, 4, 5} for number in range(9)]
    ] * 2


def test_a_scene_that_needs_one_which_was_not_compiled() -> None:
    """The first shot of an excerpt may start from a clip that is not in it."""
    scene = "INT. KITCHEN - DAY\n\nSHOT 5s\n@Mira waits.\n\n"
    late = "INT. Attic - DAY\n\nSHOT 5s\nstart: last-frame\n@Mira waits.\n"
    text = _PLACES + scene * 3 + late + "\n" + late.replace("Attic", "Kitchen")
    formatted = format_script(text, analyze_text)
    assert formatted == text.replace("Kitchen - ", "KITCHEN - ")
    assert manifest(formatted) == manifest(text) is not None


def test_every_kind_of_line_can_be_tidied() -> None:
    body = "@Mira walks.\n\nMIRA (V.O.)\n(low)\nNo.\n\nEFFECT: https://e.com/a.mp3\n\nSUPER: Later\n\nMONTAGE\n\nCUT TO:\n\n> Slowly\n\n= A note.\n"
    neat = f"{_PLACES}INT. KITCHEN - DAY\n\nSHOT 5s wide\n{body}"
    assert format_script(neat.replace("5s wide", "5 sec,  wide  ").replace("\n\n", "\n\n\n"), analyze_text) == neat


def test_a_title_page_begins_as_in_fountain() -> None:
    formatted = format_script(
        "Model: kling-o3-pro\nNotes: n\nAuthor: A\nCredit: by\nAudio: on\nTitle: T\n", analyze_text
    )
    assert [line.split(":")[0] for line in formatted.splitlines()] == [
        "Title",
        "Credit",
        "Author",
        "Notes",
        "Model",
        "Audio",
    ]


def test_unknown_keys_stop_nothing_and_come_last() -> None:
    ugly = "Mood :  grim\nTitle:T\n\nCHARACTER Mira\nhair:red\nlook:  tall\n\nLOCATION Harbor\nfog : thick\n"
    neat = "Title: T\nMood: grim\n\nCHARACTER Mira\nlook: tall\nhair: red\n\nLOCATION Harbor\nfog: thick\n"
    assert {one.code for one in analyze_text(ugly).diagnostics if one.severity == "error"} == {"SB102"}
    assert format_script(ugly, analyze_text) == neat


def test_every_key_has_its_place() -> None:
    page = parse(Source("", "Title: x\n")).blocks[0][1]
    assert sorted(known_keys(page)) == sorted(keys.TITLE_PAGE)


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_line_ends_are_kept(newline: str) -> None:
    assert format_script(_UGLY.replace("\n", newline), analyze_text) == _NEAT.replace("\n", newline)


_LINES = st.lists(
    st.sampled_from(
        ["", "", "", "   ", "CHARACTER Mira", "  CHARACTER  Mira.winter", "CHARACTER Old   Tom", "angles: a.png,b.png ,c.png", "angles:a.png,  [[n]] b.png,", "INT.  OLD   HOUSE  -  DAY", "PROP Lamp", "LOCATION Harbor", "SHOT 5s", " SHOT 4 sec : wide #3#",
         "SHOT 5s, 5s later", "SHOT", "INT. HARBOR - DAY", "EXT. harbor - The Quay  - day #3a#", "INT. Attic - Later", ".FORCED   #2#", "#Act", "##  Two", "=syn", "= syn ", "=====", "===", "INCLUDE  a.sb",
         "look:  red ", "  voice : low", "front:x.png", "    continued", "\tdeeper  ", "light: blue", "with:Lamp,Mira", "style :x", "camera: wide",
         "Title:x", "model:kling-o3-pro", "audio: on", "@Mira walks.", "Text with  two blanks.  ", "MIRA", "MIRA (V.O.)", "(beat)", "> CUT TO:",
         "CUT TO:", "!forced", "SUPER: x", "[[note]]", "[[two", "lines]]", "// line ", "  // x", "/* bone", "", "yard */", "text [[n]] more ",
         "[[n]] text", "look: a [[n]] b", "key [[n]]: x", "SHOT [[n]] 5s wide", "太郎", "＠Mira：x", "a: b", "Ｔitle：x", "[[n]] SHOT 5s", "/*x*/ look: y"]
    ),
    max_size=24,
)  # fmt: skip


@settings(max_examples=6 * _EXAMPLES)
@given(_LINES, st.sampled_from(["\n", "\r\n", "\r"]))
def test_formatting_keeps_what_is_said(lines: list[str], newline: str) -> None:
    text = newline.join(lines)
    if any(syntax_errors(text)):
        with pytest.raises(Unformatted):
            format_script(text, analyze_text)
        return
    formatted = format_script(text, analyze_text)
    assert format_script(formatted, analyze_text) == formatted
    assert [text[one.start : one.end].strip() for one in strip_comments(text).comments] == [
        formatted[one.start : one.end].strip() for one in strip_comments(formatted).comments
    ]


_SCRIPTS = sorted(
    file
    for folder in ("examples", "tests/corpus/ok", "tests/corpus/craft")
    for file in (Path(__file__).parents[2] / folder).rglob("*.sb")
)
_COMMENTS = ["// c", "[[ n ]]", "/* b", "*/", "[[two", "lines]]"]
#: What another writer's hand does to a line, and to the one above it.
_HANDS: dict[str, Callable[[str, str], list[str]]] = {
    "a blank line above": lambda above, line: [above, "", line],
    "blanks at its end": lambda above, line: [above, f"{line}  "],
    "an indent": lambda above, line: [above, f"  {line}"],
    "blanks at the colon": lambda above, line: [above, line.replace(": ", " :   ", 1)],
    "wide blanks": lambda above, line: [above, line.replace(" ", "   ", 1)],
    "a note": lambda above, line: [above, f"{line} [[x]]"],
    "the other order": lambda above, line: [line, above],
}


@settings(max_examples=_EXAMPLES)
@given(
    st.sampled_from(_SCRIPTS),
    st.lists(st.tuples(st.integers(1, 400), st.sampled_from([*_HANDS, *_COMMENTS])), min_size=1, max_size=10),
)
def test_a_script_by_another_hand_compiles_to_the_same(file: Path, changes: list[tuple[int, str]]) -> None:
    lines = ["", *file.read_text(encoding="utf-8-sig").splitlines()]
    for place, change in changes:
        at = 1 + place % (len(lines) - 1)
        if change in _HANDS:
            lines[at - 1 : at + 1] = _HANDS[change](lines[at - 1], lines[at])
        else:
            lines.insert(at, change)
    text = "\n".join(lines)
    analyze = partial(analyze_text, path=file)
    if any(syntax_errors(text)):
        return
    formatted = format_script(text, analyze)
    assert manifest(formatted, file) == manifest(text, file)
    assert format_script(formatted, analyze) == formatted
    assert prose(formatted) == prose(text)


def prose(text: str) -> list[tuple[str, ...]]:
    """Everything that is said and done, to the letter and in order."""
    beats = [beat for _, block in parse(Source("", text)).blocks for beat in block.body]
    return [
        (beat.cue.line.string, *(line.text.string for line in beat.lines))
        if isinstance(beat, Speech)
        else (beat.text.string,)
        for beat in beats
    ]


@settings(max_examples=3 * _EXAMPLES)
@given(st.text(st.sampled_from("aM \n\n\n\r\t@#.!=>()[]/*:-_'s5SHOT"), max_size=80))
def test_any_text_can_be_formatted(text: str) -> None:
    once = restyle(text)
    assert restyle(once) == once


def test_examples_are_formatted() -> None:
    folder = Path(__file__).parents[2] / "examples"
    for file in sorted(folder.rglob("*.sb")):
        text = file.read_bytes().decode()
        assert restyle(text) == text, f"{file}: sbc fmt would change it"
