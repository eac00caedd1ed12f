"""A script that is exported as a screenplay and imported again compiles to the same manifest."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from storyboard.compiler.emit import build_manifest
from storyboard.compiler.emit.manifest import to_json
from storyboard.compiler.pipeline import analyze_text
from storyboard.screenplay.comments import without_comments
from storyboard.screenplay.final_draft import read_xml, to_screenplay
from storyboard.screenplay.final_draft_export import export_final_draft, restore_final_draft
from storyboard.screenplay.fountain import read_fountain
from storyboard.screenplay.fountain_export import export_fountain
from storyboard.screenplay.restore import restore
from storyboard.screenplay.script import Action, Heading, Speech

_EXAMPLES = Path(__file__).parents[2] / "examples"
#: How many scripts are tried; a longer run is asked for by hand.
_EXAMPLE_COUNT = int(os.environ.get("SBC_EXAMPLES", "20"))
_FILMS = sorted(file for file in _EXAMPLES.rglob("*.sb") if "SHOT" in file.read_text(encoding="utf-8"))


def sbc(*arguments: str | Path, folder: Path) -> bytes:
    command = [sys.executable, "-m", "storyboard.cli", *map(str, arguments)]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@pytest.mark.parametrize("form", ["fountain", "fdx"])
@pytest.mark.parametrize("film", _FILMS, ids=lambda film: film.parent.name)
def test_the_manifest_comes_back(film: Path, form: str, tmp_path: Path) -> None:
    folder = tmp_path / "film"
    shutil.copytree(film.parent, folder)
    before = sbc("compile", film.name, folder=folder)
    sbc("export", film.name, "--to", form, "-o", f"copy.{form}", folder=folder)
    (folder / film.name).unlink()
    sbc("import", f"copy.{form}", "-o", film.name, folder=folder)
    assert sbc("compile", film.name, folder=folder) == before


_CORPUS = sorted(
    [*(_EXAMPLES.parent / "tests/corpus/ok").rglob("*.sb"), *(_EXAMPLES.parent / "tests/corpus/craft").rglob("*.sb")]
)


_CHANGES = ("blank lines", "indented", "notes")
#: Every script as it is, and laid out in one other way.
_LAID_OUT = [
    (file, change) for number, file in enumerate(_CORPUS) for change in ("as it is", _CHANGES[number % len(_CHANGES)])
]


@pytest.mark.parametrize(("file", "change"), _LAID_OUT, ids=lambda one: one.stem if isinstance(one, Path) else one)
def test_the_manifest_comes_back_from_any_script(file: Path, change: str) -> None:
    text = changed_text(file.read_text(encoding="utf-8-sig"), change)
    analysis = analyze_text(text, str(file))
    if analysis.has_errors:
        return
    meant = to_json(build_manifest(analysis))
    for back in (restore(export_fountain(analysis)), restore_final_draft(read_xml(export_final_draft(analysis), "x"))):
        assert back is not None
        assert to_json(build_manifest(analyze_text(back, str(file)))) == meant


def changed_text(text: str, change: str) -> str:
    """The text as another writer might lay it out."""
    lines = text.splitlines()
    if change == "blank lines":
        lines = [part for line in lines for part in ((line,) if line.strip() else ("  ", line, ""))]
    elif change == "indented":
        lines = [f"  {line}" if line.strip() else line for line in lines]
    elif change == "notes":
        lines = [f"{line} [[@Mira, light: x]]" if line.endswith((".", "!")) else line for line in lines]
    return "\n".join(lines) + "\n"


_SCRIPT = """\
// top
Title: X
Model: kling-o3-pro

CHARACTER Old Tom
look: old [[TODO how old]]
front: https://example.com/t.png
CHARACTER Old Tom.winter
look: cold
LOCATION Harbor
image: https://example.com/h.png

EXT. HARBOR - DAY #2#
light: grey
He waits by the sea.

SHOT 5s wide #A#
with: Old Tom
OLD TOM
@Old Tom, they called me.

MISTY MORNING
lies over it, said nobody.

!@Old Tom.winter and Old Tom meet @Old Tom; a@b.c, @@x. [[a note]]
He says MIRA.

[[light: is a note]]

FADE OUT.
===
SHOT 4s
@{Old Tom} goes. /* bone

yard */
// gone

@Old Tom
Good night.
"""


def test_it_reads_as_a_screenplay() -> None:
    analysis = analyze_text(_SCRIPT.replace("MISTY MORNING\nlies", "Misty morning\nlies"))
    fountain = export_fountain(analysis)
    for screenplay in (read_fountain(fountain), to_screenplay(read_xml(export_final_draft(analysis), "x"), "x")):
        headings = [one.text for one in screenplay.elements if isinstance(one, Heading)]
        assert [text.replace(" #2#", "") for text in headings] == ["EXT. HARBOR - DAY"]
        assert [one.name.upper() for one in screenplay.elements if isinstance(one, Speech)] == ["OLD TOM", "OLD TOM"]
        shown = " ".join(line for one in screenplay.elements if isinstance(one, Action) for line in one.lines)
        assert "SHOT" not in without_comments(shown)
        assert "[[SHOT 5s wide" in str(screenplay.elements), "a note"


def test_a_final_draft_page_shows_no_marks_of_fountain() -> None:
    script = (
        "# Act One\n= They meet.\n\n.THE MOON #4#\n\nSHOT 5s\n!INT. is a word here.\n\n> Slow fade\n\n> The End <\n\n"
        "SHOT 4s\n太郎 ^\n[[softly]]\nはい。\n"
    )
    root = read_xml(export_final_draft(analyze_text(f"CHARACTER 太郎\n\n{script}")), "x")
    shown = [
        (paragraph.get("Type"), "".join(run.text or "" for run in paragraph.findall("Text")))
        for paragraph in root.findall("Content/Paragraph")
    ]
    assert shown == [
        ("Outline 1", "Act One"), ("Outline Body", "They meet."), ("Scene Heading", "THE MOON"), ("Action", "INT. is a word here."),
        ("Transition", "Slow fade"), ("Action", "The End"), ("Character", "太郎"), ("Dialogue", "はい。"), ("Action", ""),
    ]  # fmt: skip
    assert restore_final_draft(root) == f"CHARACTER 太郎\n\n{script}"


def test_every_letter_comes_back() -> None:
    text = _SCRIPT.replace("MISTY MORNING\nlies", "Misty morning\nlies")
    assert restore(export_fountain(analyze_text(text))) == text


#: Lines of every kind, and notes, boneyards and brackets where they are awkward.
_LINES = st.lists(
    st.sampled_from(
        ["", "", "", "CHARACTER Mira", "CHARACTER Mira.winter", "look: red [[n]]", "front: https://example.com/x.png", "LOCATION Harbor",
         "SHOT 5s", "SHOT 4s wide @Mira #3#", "INT. HARBOR - DAY", ".FORCED #2#", "# Act", "= syn", "===", "light: blue", "with: Mira", "Title: x",
         "@Mira walks.", "Mira and @Mira and Mira.", "@{Mira}'s @@x", "MIRA", "MIRA (V.O.)", "MIRA (CONT'D)", "(beat)", "@Mira", "> CUT TO:", "CUT TO:",
         "FADE OUT.", "!forced", "SUPER: x", "[[note]]", "[[two", "lines]]", "// line", "/* bone", "yard */", "text [[@n]]", "[[SHOT 5s]]", "~ tune",
         "int. house", "太郎", "  indented", "[[softer?]] She turns.", "[[light: is a note]] x", "a [[b] ]] c", "a [[x /* y]] z */", "SHOT 5s [[why",
         "/* [[a]] ]] */ b", "light: a [[b]]", "  on and on", "[[+ more]]", "[[: SHOT 4s]]", "[[note: x]]", "\\⟦ ⟧ [[⟨]]", "She waits. /* or",
         "!!CLOSE ON HER", "MIRA TO:", "[[]]", "[[line 1: x…]]", "He says [[no", "[[allow SB106]]", "WAIT", "EFFECT: rain.wav at 2s", "music: none", "MONTAGE - THE YEARS", "(MORE)",
         "TITLE CARD: Later", "views: https://example.com/v.png", "**INT. HARBOR - DAY**", "INNEN. KÜCHE - TAG", ".INT. HALL - DAY",
         ".**EXT. SEA - DAY**", "innen. küche - tag", "1 EXT. HARBOR - DAY"]
    ),
    max_size=18,
)  # fmt: skip


@settings(max_examples=10 * _EXAMPLE_COUNT)
@example(["music: none", "[[two", "[[softer?]] She turns."])
@example(["SHOT 5s", "[[two", "[[softer?]] light: red"])
@given(_LINES)
def test_any_script_comes_back(lines: list[str]) -> None:
    text = "\n".join(lines) + "\n"
    analysis = analyze_text(text)
    back = restore(export_fountain(analysis))
    again = restore_final_draft(read_xml(export_final_draft(analysis), "x"))
    if not analysis.has_errors:
        assert back == text
        assert again == text


@settings(max_examples=3 * _EXAMPLE_COUNT)
@given(_LINES)
def test_it_means_the_same_without_invisible_characters_and_unknown_keys(lines: list[str]) -> None:
    text = "\n".join(lines) + "\n"
    analysis = analyze_text(text)
    if analysis.has_errors:
        return
    shown = export_fountain(analysis).replace("\u2060", "").replace("Format: storyboard/1\n", "")
    back = restore(shown.replace("\n[[", "\n   [["))
    assert back is not None
    assert _requests(back) == _requests(text)


def _requests(text: str) -> list[object]:
    manifest = build_manifest(analyze_text(text))
    return [(clip.payload, clip.references) for clip in manifest.clips]


_SOFTER = """\
CHARACTER Mira
front: https://example.com/m.png

INT. ROOM - DAY

SHOT 5s wide
[[softer?]] She turns to the left.

SHOT 4s close-up
@Mira smiles.
"""


def test_a_note_at_the_start_of_a_line_takes_no_shot_with_it() -> None:
    analysis = analyze_text(_SOFTER)
    assert restore(export_fountain(analysis)) == _SOFTER
    assert restore_final_draft(read_xml(export_final_draft(analysis), "x")) == _SOFTER


def test_what_the_export_says_in_notes_stands_on_one_line_each_and_the_cast_at_the_end() -> None:
    script = f"Title: Quay\nAudio: on\n\n{_SOFTER}\n[[a note\nof two lines]]\nRain.\n"
    fountain = export_fountain(analyze_text(script))
    assert all(line.count("[[") == line.count("]]") for line in fountain.split("\n"))
    assert fountain.index("[[CHARACTER Mira") > fountain.index("Rain.")
    assert "Audio" not in fountain.split("\n\n")[0], "no reader knows this key"
    assert restore(fountain) == script


def test_edits_of_the_screenplay_are_kept() -> None:
    script = f"Title: Quay\nAudio: on\n\n{_SOFTER}"
    fountain = export_fountain(analyze_text(script))
    edited = (
        fountain.replace("Title: Quay", "Title: Pier", 1)
        .replace("smiles.", "laughs out loud.")
        .replace("left.", "right.")
        + "\nINT. HALL - NIGHT\n\nFog.\n"
    )
    assert restore(edited) == (
        script.replace("Quay", "Pier").replace("smiles.", "laughs out loud.").replace("left.", "right.")
        + "\nINT. HALL - NIGHT\n\nFog.\n"
    )


def test_a_speech_that_goes_on_in_the_next_shot_is_one_speech() -> None:
    script = (
        "CHARACTER Nora\nfront: https://example.com/n.png\n\nINT. ROOM - DAY\n\nSHOT 5s\n\nNORA\nWe walked along the shore.\n\n"
        "SHOT 4s\nlight: lamps\nNORA (CONT'D)\n(quietly)\nAnd back again.\n"
    )
    fountain = export_fountain(analyze_text(script))
    assert [line for line in fountain.split("\n") if line.startswith("NORA")] == ["NORA"]
    assert restore(fountain) == script
    final_draft = export_final_draft(analyze_text(script))
    assert final_draft.count(b'"Character"') == 1
    assert restore_final_draft(read_xml(final_draft, "x")) == script


@pytest.mark.parametrize(
    "line",
    ["[[x @Mira turns.", "[[ [[ @Mira turns.", "@Mira turns [[x.", "@Mira turns /* x.", "/* @Mira turns.", "@Mira ]] turns */."],
)  # fmt: skip
def test_a_bracket_that_nothing_closes_takes_nothing_with_it(line: str) -> None:
    script = f"{_SOFTER.replace('[[softer?]] She turns to the left.', line)}"
    analysis = analyze_text(script)
    assert restore(export_fountain(analysis)) == script
    assert restore_final_draft(read_xml(export_final_draft(analysis), "x")) == script
