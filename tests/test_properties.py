"""Whatever is typed: no run raises, and every place that is reported is one in the file."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storyboard.compiler.diagnostics import Diagnostic, Related
from storyboard.compiler.emit import build_manifest
from storyboard.compiler.pipeline import Analysis, CompilerCache, analyze_text

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").rglob("*.sb"))

NAMES = st.sampled_from(
    ["Mira", "Old Tom", "Mira.winter", "太郎", "Zoe\u0308", "D'Artagnan", "Mr. Darcy", "Nobody", "Harbor", ""]
)
WORDS = st.text(st.characters(codec="utf-8"), max_size=30)
MENTIONS = NAMES.map("@{}".format) | NAMES.map("@{{{}}}".format) | NAMES.map("＠{}".format)
PROSE = st.lists(
    WORDS | MENTIONS | st.sampled_from(["[[", "]]", "/*", "*/", "//", "\n", "\r\n", "**", "_", "(", ")"]), max_size=8
).map(" ".join)
KEYS = st.sampled_from(
    [
        "look",
        "voice",
        "front",
        "angles",
        "image",
        "video",
        "light",
        "sound",
        "style",
        "start",
        "end",
        "with",
        "camera",
        "variants",
        "model",
    ]
)
LINES = st.one_of(
    PROSE,
    st.builds("{}: {}".format, KEYS, PROSE | NAMES | st.just("https://example.com/a.png")),
    st.builds("    {}".format, PROSE),
    st.builds("CHARACTER {}".format, NAMES),
    st.builds("LOCATION {}".format, NAMES),
    st.builds("INCLUDE {}".format, WORDS),
    st.builds("SHOT {}s {}".format, st.integers(-1, 40), PROSE),
    st.builds("EXT. {} - {}".format, NAMES | WORDS, st.sampled_from(["DAY", "NIGHT", "CONTINUOUS", "夜", "x"])),
    st.sampled_from(
        [
            "",
            "",
            "===",
            "# Act",
            "= Synopsis",
            "CUT TO:",
            "> FADE",
            "SUPER: x",
            "MIRA",
            "OLD TOM (V.O.)",
            "太郎",
            "Title: x",
        ]
    ),
)
SCRIPTS = st.lists(LINES, max_size=25).map("\n".join)


def hold(analysis: Analysis, text: str) -> None:
    """What is true of every analysis."""
    lines = text.removeprefix("\ufeff")
    for one in analysis.diagnostics:
        places: tuple[Diagnostic | Related, ...] = (one, *one.related)
        for place in places:
            if place.file == analysis.path:
                assert 0 <= place.start.offset <= place.end.offset <= len(lines)
                _matches(lines, place)
    if not analysis.has_errors:
        manifest = build_manifest(analysis)
        assert manifest.totals.clips == len(manifest.clips)
        for clip in manifest.clips:
            assert clip.payload["prompt"].strip()
            for reference in clip.references:
                assert reference.tag in clip.payload["prompt"]


def _matches(text: str, place: Diagnostic | Related) -> None:
    """Line and column say the same as the offset."""
    start = place.start
    before = text[: start.offset].replace("\r\n", "\n\n").replace("\r", "\n") if "\r" in text else text[: start.offset]
    if "\r" not in text:
        assert start.line == before.count("\n") + 1
        assert start.column == start.offset - (before.rfind("\n") + 1) + 1


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(SCRIPTS)
def test_any_script(text: str) -> None:
    hold(analyze_text(text), text)


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(EXAMPLES), st.randoms(use_true_random=False))
@pytest.mark.skipif(not EXAMPLES, reason="needs the examples")
def test_examples_with_slips(path: Path, chance: random.Random) -> None:
    text = path.read_text(encoding="utf-8")
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(text) + 1)
        cut = chance.choice([0, 0, 1, 3, 40])
        put = chance.choice(
            ["", "\n", "\n\n", "@", "[[", "]]", "/*", "SHOT 5s\n", "  ", ":", "é", "\u202e", "\t", "(", "{{", "\r"]
        )
        text = text[:at] + put + text[at + cut :]
    hold(analyze_text(text, path), text)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.lists(LINES, min_size=4, max_size=30), st.lists(st.tuples(st.integers(0, 29), LINES), min_size=1, max_size=6))
def test_a_run_with_a_memory_finds_what_a_fresh_one_does(lines: list[str], edits: list[tuple[int, str]]) -> None:
    memory = CompilerCache()
    analyze_text("\n".join(lines), memory=memory)
    for index, line in edits:
        lines[index % len(lines)] = line
        text = "\n".join(lines)
        again, fresh = analyze_text(text, memory=memory), analyze_text(text)
        assert again.diagnostics == fresh.diagnostics
        assert [clip.id for clip in again.clips] == [clip.id for clip in fresh.clips]
        if not fresh.has_errors:
            assert build_manifest(again) == build_manifest(fresh)
