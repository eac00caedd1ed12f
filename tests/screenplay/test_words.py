"""No word of a screenplay is lost or changed by an import, and the order stays."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from hypothesis import given, settings
from hypothesis import strategies as st

from storyboard.catalog import find_model
from storyboard.compiler.pipeline import analyze_text
from storyboard.screenplay.final_draft import read_final_draft
from storyboard.screenplay.fountain import read_fountain
from storyboard.screenplay.importer import import_screenplay
from storyboard.screenplay.script import Screenplay

#: How many screenplays are tried; a longer run is asked for by hand.
_EXAMPLES = int(os.environ.get("SBC_EXAMPLES", "60"))
_WORD = re.compile(r"[^\W_]+")


def words(text: str) -> list[str]:
    return _WORD.findall(text)


def to_script(screenplay: Screenplay) -> str:
    model = find_model("kling-o3-pro")
    assert model
    return import_screenplay(screenplay, model).text


def assert_kept(source: list[str], script: str) -> None:
    """The words of the source stand in the script in their order; the script says more (names, shots)."""
    written: Iterator[str] = iter(words(script))
    for place, word in enumerate(source):
        meant = {word, word.upper(), word.lower(), word.capitalize()}  # headings and camera directions change capitals
        assert any(other in meant for other in written), f"word {place}, {word!r}, is lost, or not in its place"


def assert_checks(script: str) -> None:
    """Nothing but the pictures, which are still to be made, is wrong."""
    found = analyze_text(script, "film.sb").diagnostics
    errors = [one for one in found if one.severity == "error" and one.code != "SB401"]
    assert not errors, f"{errors[0].code} {errors[0].message} at line {errors[0].start.line}\n{script}"


# ---- Whole screenplays of words that occur once -----------------------------------------------------------------------

_TEXT = st.lists(
    st.sampled_from(["word", "Ärger", "слово", "it's", "MIRA", "Tom's", "#tag", ".45", "//slash", "@home", "(aside)", "SHOT", "light:",
                     "INT.", "=", "[[", "/*", "*loud*", "end.", "what?", "太郎", "a@b.c", "CUT", "TO:", "MIRA:", "===", "~", "!", ">", "<", "^"]),
    min_size=1, max_size=90,
)  # fmt: skip
_NAME = st.sampled_from(
    ["MIRA", "TOM", "OLD TOM", "MAN #1", "MRS. O'BRIEN", "J.R.", "ZOË", "ZOE", "D’ARTAGNAN", "D'ARTAGNAN", "МАРИЯ", "太郎",
     "@McAvoy", "@ванька", "COP 1, COP 2", "THE END", "R2-D2", "HARBOR", "INT", "SHOT 5"]
)  # fmt: skip
_EXTENSION = st.sampled_from(["", " (V.O.)", " (CONT'D)", " (O.S., shouting)", " (V.O.) (CONT'D)", " ^", "（笑って）"])
_HEADING = st.sampled_from(
    ["INT. HOUSE - DAY", "int. house -- day", "EXT. HARBOR – NIGHT #12A#", "I/E CAR (MOVING) - DUSK", ".MONTAGE", ".ПЛЯЖ - НОЧЬ",
     "INT. - DAY", "EST. HOUSE/GARDEN", "INT./EXT. MOM'S \"BAR\" - LATER", ".LATER", "EXT. Mira - DAY", "INT. HOUSE - KITCHEN - DAY"]
)  # fmt: skip


class _UniqueWords:
    """Makes every word one of its kind, by a number at its end."""

    def __init__(self) -> None:
        self.count = 0

    def number(self, pieces: list[str]) -> str:
        return " ".join(self._number(piece) for piece in pieces)

    def _number(self, piece: str) -> str:
        self.count += 1
        return re.sub(r"[^\W\d_]+$", lambda found: f"{found[0]}{self.count}", piece) if self.count % 3 else piece


@st.composite
def fountain(draw: st.DrawFn) -> str:
    once = _UniqueWords()
    blocks: list[str] = []
    if draw(st.booleans()):
        blocks.append("Title: _**Big**_\nAuthor: A\n    B\nStyle: odd\nContact:\n\tStreet 1\n\tDate: now")
    for kind in draw(st.lists(st.sampled_from("haaddddnsbytcpl"), max_size=14)):
        text = once.number(draw(_TEXT))
        if kind == "h":
            blocks.append(draw(_HEADING))
        elif kind == "a":
            blocks.append(text if draw(st.booleans()) else f"{text}\n{once.number(draw(_TEXT))}")
        elif kind == "d":
            lines = [once.number(draw(_TEXT)) for _ in range(draw(st.integers(0, 3)))]
            blocks.append("\n".join([draw(_NAME) + draw(_EXTENSION), *lines]))
        else:
            blocks.append(
                {
                    "n": f"[[{text.replace('[[', '').replace(']]', '')}]]",
                    "s": f"# {text}",
                    "b": f"/* {text.replace('*', '')}\n\n{text.replace('*', '')} */",
                    "y": f"= {text}",
                    "t": "CUT TO:",
                    "c": f"> {text} <",
                    "p": "===",
                    "l": f"~ {text}",
                }[kind]
            )
    ends = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    return "\n\n".join(blocks).replace("\n", ends)


@settings(max_examples=_EXAMPLES)
@given(fountain())
def test_fountain_keeps_every_word(text: str) -> None:
    script = to_script(read_fountain(text))
    assert_kept(words(text), script)
    assert_checks(script)


@settings(max_examples=2 * _EXAMPLES)
@given(st.text(st.sampled_from("aB Яж太\n\n\n@#.!=>~^()[]/*:-_'{}$"), max_size=120))
def test_any_text_is_a_screenplay(text: str) -> None:
    script = to_script(read_fountain(text))
    assert_kept(words(text), script)
    assert_checks(script)


@st.composite
def final_draft(draw: st.DrawFn) -> tuple[str, list[str]]:
    once = _UniqueWords()
    said: list[str] = []
    body: list[str] = []

    def paragraph(kind: str, text: str) -> str:
        said.extend(words(text))
        cut = draw(st.integers(0, len(text)))
        runs = f"<Text>{escape(text[:cut])}</Text><Text Style='Bold'>{escape(text[cut:])}</Text>"
        return f"<Paragraph Type={quoteattr(kind)}>{runs}</Paragraph>"

    for kind in draw(
        st.lists(
            st.sampled_from(["Scene Heading", "Action", "General", "Shot", "speech", "dual", "Transition"]), max_size=12
        )
    ):
        if kind in ("speech", "dual"):
            inner = "".join(
                paragraph("Character", draw(_NAME).lstrip("@")) + paragraph("Dialogue", once.number(draw(_TEXT)))
                for _ in range(1 + (kind == "dual"))
            )
            body.append(inner if kind == "speech" else f"<Paragraph><DualDialogue>{inner}</DualDialogue></Paragraph>")
        elif kind == "Scene Heading":
            body.append(paragraph(kind, draw(_HEADING).lstrip(".")))
        else:
            body.append(paragraph(kind, once.number(draw(_TEXT))))
    return f"<FinalDraft><Content>{''.join(body)}</Content></FinalDraft>", said


@settings(max_examples=_EXAMPLES)
@given(final_draft())
def test_final_draft_keeps_every_word(made: tuple[str, list[str]]) -> None:
    data, said = made
    script = to_script(read_final_draft(data.encode(), "film.fdx"))
    assert_kept(said, script)
    assert_checks(script)
