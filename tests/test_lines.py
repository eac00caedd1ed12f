"""`grammar/lines.lark` and the compiler's patterns read the inside of a line alike."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from lark import Lark, Token, Tree

from storyboard.catalog import read_table
from storyboard.compiler.ir.parsed import Text
from storyboard.compiler.parse.headers import read_declaration, read_heading_parts, read_shot
from storyboard.compiler.pipeline import analyze_text
from storyboard.compiler.syntax import heading_words
from storyboard.compiler.text import Anchor, SourceMap

GRAMMAR = Path(__file__).parent.parent / "grammar" / "lines.lark"
UNITS = read_table("words.toml")["seconds"]["units"]


@cache
def grammar() -> Lark:
    starts = ["heading", "shot", "declaration", "cue", "prose"]
    return Lark(GRAMMAR.read_text(encoding="utf-8"), parser="lalr", lexer="contextual", start=starts)


def pieces(line: str, start: str) -> list[tuple[str, str]]:
    """What the grammar makes of a line: each rule below the start with its characters, trimmed."""
    tree = grammar().parse(line, start=start)
    return [
        (str(part.data), "".join(str(token) for token in part.scan_values(lambda one: isinstance(one, Token))).strip())
        for part in tree.children
        if isinstance(part, Tree)
    ]


def text(line: str) -> Text:
    return Text(line, Anchor(), SourceMap([(0, 0)]))


words = st.sampled_from(
    ["HARBOR", "OLD MILL", "NIGHT", "太郎の家", "Zoë's", "A, B", "DAY 2", "(RAIN)", "3B", "ST. MARY"]
)
dashes = st.sampled_from([" - ", " – ", " — ", " -- "])
labels = st.sampled_from(["", " #12#", " #4A#"])
prefixes = st.one_of(
    st.builds("{}.{}".format, st.sampled_from(heading_words()), st.sampled_from([" ", ""])),
    st.builds(
        "{}{}{}. ".format,
        st.sampled_from(heading_words()),
        st.sampled_from(["/", " / ", "./"]),
        st.sampled_from(heading_words()),
    ),
    st.sampled_from(["INT ", "EXT ", "I/E ", "I/E. ", "."]),
)
headings = st.builds(
    lambda prefix, parts, dash, label: f"{prefix}{dash.join(parts)}{label}",
    prefixes,
    st.lists(words, min_size=1, max_size=4),
    dashes,
    labels,
)


@given(headings)
def test_headings(line: str) -> None:
    read = read_heading_parts(text(line))
    found = pieces(line, "heading")
    assert [said for rule, said in found if rule == "part"] == [part.string for part in read.parts]
    assert [said.strip("#").strip() for rule, said in found if rule == "label"] == ([read.label] if read.label else [])
    prefix = next((said for rule, said in found if rule == "prefix"), "")
    assert bool(prefix.strip(".").strip()) is (read.prefix is not None)


shots = st.builds(
    "SHOT{}{}{}{}{}{}".format,
    st.sampled_from([" ", ", ", ": ", " - "]),
    st.integers(0, 99),
    st.sampled_from(["", " "]),
    st.sampled_from(UNITS),
    st.sampled_from(["", " wide", ", close-up of @Mira's face", " — slow push in, static", ": 太郎", " ,"]),
    labels,
)


@given(shots)
def test_shots(line: str) -> None:
    read = read_shot(text(line))
    found = dict(pieces(line, "shot"))
    number = "".join(letter for letter in found["seconds"] if letter.isdigit())
    assert read.duration == int(number)
    assert found.get("camera", "") == (read.camera.string if read.camera else "")
    assert found.get("label", "").strip("#") == (read.label or "")


names = st.sampled_from(
    ["Mira", "Old Tom", "Zoë", "太郎", "Mr. Darcy", "D'Artagnan", "221B Baker Street", "Samuel Jr.", "J. R. Ewing"]
)


@given(st.sampled_from(["CHARACTER ", "PROP  ", "LOCATION "]), names, st.sampled_from(["", ".winter", ".night2"]))
def test_declarations(kind: str, name: str, variant: str) -> None:
    if name.endswith(".") and variant:
        return
    read = read_declaration(text(f"{kind}{name}{variant}"))
    found = dict(pieces(f"{kind}{name}{variant}", "declaration"))
    assert read.name
    assert found["name"] == read.name.string
    assert found.get("variant", "").strip(".") == (read.variant.string if read.variant else "")


CAST = "".join(
    f"CHARACTER {name}\nfront: https://example.com/a.png\n\n" for name in ("Mira", "Mira.winter", "Old Tom", "太郎")
)


@given(
    st.lists(
        st.sampled_from(
            [
                "@Mira",
                "@mira",
                "@Old Tom",
                "@Mira.winter",
                "@太郎",
                "@{Old Tom}",
                "@@",
                "a@",
                " ",
                ", ",
                "waits",
                "が",
                "'s",
            ]
        ),
        max_size=8,
    )
)
def test_mentions(parts: list[str]) -> None:
    line = "".join(parts).strip()
    if not line or "@@@" in line or not line.strip("@ ,"):
        return
    found = [said.strip("@{}") for rule, said in pieces(line, "prose") if rule in ("mention", "braced")]
    analysis = analyze_text(f"{CAST}SHOT 5s wide\n{'' if line[0] not in '#=>~.!' else ' '}Then {line}\n")
    if any(one.code in ("SB201", "SB101", "SB106") for one in analysis.diagnostics):
        return
    (scene,) = analysis.film.scenes
    meant = [mention.entity.name for mention in scene.shots[0].appearances]
    assert [name.casefold() for name in found] == [name.casefold() for name in meant]
