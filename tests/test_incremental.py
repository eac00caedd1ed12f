"""A check from memory: it finds what a fresh one finds, and works out no scene that an edit does not concern."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image

from storyboard.compiler.emit import build_manifest
from storyboard.compiler.ir.resolved import Identity
from storyboard.compiler.parse import BlockCache, BlockKey, parse
from storyboard.compiler.pipeline import Analysis, CompilerCache, analyze_text
from storyboard.compiler.prompts import longest_possible, prompt_words, write_prompt
from storyboard.compiler.text import Layout, Source, Span

SCRIPT = """\
Title: The Long Harbor
Style: soft grain
Resolution: 720p

CHARACTER Mira
look: a keeper in a red coat
front: https://example.com/mira.png

CHARACTER Mira.winter
look: in furs

CHARACTER Old Tom
look: a fisherman
front: https://example.com/tom.png

CHARACTER 太郎
look: 漁師

CHARACTER Mr. Strauß

LOCATION Harbor
look: stone
image: https://example.com/harbor.png

LOCATION Harbor.night
look: dark stone

PROP Storm Lantern
front: https://example.com/lantern.png

EXT. HARBOR - NIGHT

Fog.

SHOT 5s wide
@Mira waits, left, with @Storm Lantern in her hand, right.

OLD TOM
Hello.

EXT. HARBOR - CONTINUOUS
variants: Mira.winter

SHOT 5s
@Mira turns. Old Tom is there.

INT. KITCHEN - DAY

SHOT 4s
@太郎は海を見る。 @Mr Strauss and @Bob.

太郎
はい。

INT. HARBOR - DAY
model: seedance-2-0

SHOT 4s close-up
with: Storm Lantern
@Mira.winter and @{Old Tom} walk.
"""

#: The same film with sounds that are not there: each is reported where it is named.
SOUNDING = (
    SCRIPT.replace("Style: soft", "Music: sounds/theme.opus (fade in 2s)\nStyle: soft")
    .replace("look: stone\n", "look: stone\nambience: sea.wav\n")
    .replace("INT. KITCHEN - DAY\n", "INT. KITCHEN - DAY\nmusic: radio.mp3\n")
    .replace("OLD TOM\n", "EFFECT: horn.wav at 1s\n\nOLD TOM (tom.wav)\n")
)

#: Replacements that change one thing, and the scenes (from 1) that they concern.
EDITS = {
    "the title": ("Title: The", "Title: A", {1, 2, 3}),
    "the film's style": ("Style: soft", "Style: hard", {1, 2, 3, 4}),
    "a look": ("a fisherman", "a bent fisherman", {1, 2, 4}),
    "a look in another script": ("漁師", "老漁師", {3}),
    "a variant's look": ("in furs", "in old furs", {2, 4}),
    "a picture of one": ("lantern.png", "lamp.png", {1, 4}),
    "a name that an open scene waits for": ("PROP Storm", "CHARACTER Bob\n\nPROP Storm", {3}),
    "a name that nobody says": ("PROP Storm", "PROP Broom\n\nPROP Storm", {3}),
    "a name that loses its sign": ("CHARACTER Mr. Strauß", "CHARACTER Mr. Straub", {3}),
    "a variant for a time that is only carried": ("PROP Storm", "LOCATION Harbor.dusk\n\nPROP Storm", {1, 2, 3, 4}),
    "a remark under a declaration": ("look: 漁師", "look: 漁師\n// a fisherman", {3}),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_costs_the_scenes_that_it_concerns(name: str) -> None:
    old, new, concerned = EDITS[name]
    memory = CompilerCache()
    before = analyze_text(SCRIPT, memory=memory)
    assert SCRIPT.count(old) == 1
    after = analyze_text(SCRIPT.replace(old, new), memory=memory)
    kept = [one for one, other in zip(before.plans, after.plans, strict=True) if one is other]
    redone = {plan.scene.number for plan in after.plans if plan not in kept}
    assert after.diagnostics == analyze_text(SCRIPT.replace(old, new)).diagnostics
    assert redone == concerned


PIECES = st.sampled_from(
    [
        *("Mira", "Old Tom", "Bob", "Lee", "Kitchen", "Old", "Storm", "海", "Mr.", "Strauss", "night", ".spring"),
        *(
            "CHARACTER ",
            "PROP ",
            "LOCATION Kitchen\n",
            "CHARACTER Bob\n",
            "INCLUDE none.sb\n",
            "LOCATION Harbor.dusk\n",
        ),
        *("look: ", "front: https://example.com/x.png\n", "Style: hard\n", "Model: veo3\n", "Aspect: 9:16\n"),
        *("Music: x.wav\n", "music: none\n", "ambience: a low hum\n", "EFFECT: bell.wav\n", " (-3 dB)"),
        *("\n", "\n\n", "@", "x", ".", "!", "[[", "]]"),
    ]
)
CHANGES = st.tuples(st.floats(0, 1), st.one_of(PIECES, st.integers(1, 9)))


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.lists(CHANGES, min_size=1, max_size=8), st.sampled_from([SCRIPT, SOUNDING]), st.booleans())
@example([(0.02, "x")], SOUNDING, True)
@example([(0.02, "Music: x.wav\n")], SCRIPT, True)
def test_what_is_remembered_is_what_a_fresh_check_finds(
    changes: list[tuple[float, str | int]], script: str, is_in_the_cast: bool
) -> None:
    memory, text = CompilerCache(), script
    analyze_text(text, memory=memory)
    for where, change in changes:
        at = int(where * (script.index("EXT.") if is_in_the_cast else len(script)))
        text = text[:at] + (change + text[at:] if isinstance(change, str) else text[at + change :])
        again, fresh = analyze_text(text, memory=memory), analyze_text(text)
        assert again.diagnostics == fresh.diagnostics
        assert [clip.id for clip in again.clips] == [clip.id for clip in fresh.clips]
        assert all(one in again.film.cast for clip in again.clips for one in clip.present), "nobody from before an edit"
        if not fresh.has_errors:
            assert build_manifest(again) == build_manifest(fresh)


#: A film whose prompts are near every limit that a look can cross, with descriptions that a look can contradict.
TOLD = """\
Title: The Long Harbor
Style: soft grain

INCLUDE cast.sb

PROP Storm Lantern
look: a dented brass lantern (is it lit?)
front: https://example.com/lantern.png

EXT. HARBOR - NIGHT

Fog over @Storm Lantern.

SHOT 5s wide
@Mira waits, left, in her red coat. @Mira's coat is crimson. The red jacket is wet.

TOM (V.O.)
Is it @Mira (soaked)?

SHOT 5s
@Tom runs, jumps, kneels, climbs, falls, rises, turns and waves to @Mira.

INT. HARBOR - DAY

SHOT 5s
@Mira, @Tom

@Mira.winter (wet)
"""
CAST = """\
CHARACTER Mira
look: a keeper in a red coat
voice: low
front: https://example.com/mira.png

CHARACTER Mira.winter
front: https://example.com/winter.png

CHARACTER Tom
look: un vieux marin avec une barbe et le pull
front: https://example.com/tom.png

LOCATION Harbor
look: stone
light: lamps
image: https://example.com/harbor.png
"""
WORDS = st.sampled_from(
    [
        *(
            " crimson coat",
            " in a green jacket,",
            " le la les des une",
            " the and with of a",
            "?",
            "…",
            "”",
            " (wet)",
            "(",
            ")",
        ),
        *(
            " *grey*",
            ".",
            "\nvoice: loud",
            "\nlight: noon sun",
            "\nlook: x",
            "x",
            " ",
            " - ",
            "海",
            "\0",
            "\n// a note",
            "@Tom",
        ),
        *("\nambience: sea.wav", "\nangles: https://example.com/a.png", "\n\nCHARACTER Bob\nlook: a boy"),
        *(
            "\nfront: mira.png",
            "\nimage: pier.png",
            "\nspeaker: af_bella",
            "https://",
            ".png, b.png",
            "\nvideo: https://example.com/a.mp4",
        ),
        *(" very" * 90, " and so" * 500),
    ]
)
LOOKS = st.tuples(st.booleans(), st.floats(0, 1), st.one_of(WORDS, st.integers(1, 30)))


@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(st.lists(LOOKS, min_size=1, max_size=6))
@example([(True, 0.1, " very" * 90), (True, 0.1, 30), (True, 0.1, "?")])
@example([(True, 0.85, "x"), (True, 0.85, 1), (False, 0.1, "x")])
def test_what_a_look_changes_is_what_a_fresh_check_finds(changes: list[tuple[bool, float, str | int]]) -> None:
    """Every value of a film, every prompt and finding, after letters typed in looks, places, settings and includes; and
    what was known of the film before stays as it was."""
    memory, texts = CompilerCache(), {True: CAST, False: TOLD}
    before = _told(texts, memory)
    was = _values(before)
    for is_in_the_cast, where, change in changes:
        text = texts[is_in_the_cast]
        at = int(where * len(text if is_in_the_cast else text.partition("EXT.")[0]))
        texts[is_in_the_cast] = text[:at] + (change + text[at:] if isinstance(change, str) else text[at + change :])
        again, fresh = _told(texts, memory), _told(texts, CompilerCache())
        assert again.diagnostics == fresh.diagnostics
        assert _values(again) == _values(fresh)
    assert _values(before) == was


def test_a_path_is_read_as_it_is_typed(tmp_path: Path) -> None:
    """Letter by letter, until the picture is there, and then another one."""
    Image.effect_noise((640, 640), 80).save(tmp_path / "mira.png")
    Image.effect_noise((640, 640), 40).save(tmp_path / "mira.png.png")
    memory, manifests = CompilerCache(), []
    for end in range(1, len("mira.png.png") + 1):
        text = TOLD.replace("INCLUDE cast.sb\n", CAST.replace("https://example.com/mira.png", "mira.png.png"[:end]))
        again, fresh = (analyze_text(text, tmp_path / "film.sb", memory=one) for one in (memory, CompilerCache()))
        assert again.diagnostics == fresh.diagnostics
        if not fresh.has_errors:
            manifests.append(build_manifest(again))
            assert manifests[-1] == build_manifest(fresh)
    assert len(manifests) == 2


def _told(texts: dict[bool, str], memory: CompilerCache) -> Analysis:
    return analyze_text(texts[False], memory=memory, texts={str(Path("cast.sb").absolute()): texts[True]})


def _values(analysis: Analysis) -> object:
    """The whole film as plain values, places as they are in their files, with what its prompts say."""
    prompts = [
        (write_prompt(clip), longest_possible(clip), prompt_words(clip), [one.path for one in clip.pictures])
        for clip in analysis.clips
    ]
    return _plain((analysis.film, analysis.plans), analysis.layout), prompts


def _plain(value: object, layout: Layout) -> object:
    if isinstance(value, Span):
        source, start, end = layout.locate(value)
        return source.path, start, end
    if isinstance(value, Identity):
        return None
    if isinstance(value, dict):
        return {key: _plain(one, layout) for key, one in value.items()}
    if isinstance(value, tuple):
        return [_plain(one, layout) for one in value]
    if is_dataclass(value) and type(value).__module__.startswith("storyboard.compiler.ir"):
        return {one.name: _plain(getattr(value, one.name), layout) for one in fields(value)}
    return value if isinstance(value, str | int | float | None) else repr(type(value))


@pytest.mark.parametrize("note", ["", "[[a note]] ", "// a line\n", "/* not\n\nfilmed */\n", "**"])
@pytest.mark.parametrize("before", ["", "EXT. QUAY - DAY\n\nSHOT 5s\nRain.\n\n", "[[TODO the gulls]]\n"])
def test_a_letter_reads_one_block_again(note: str, before: str) -> None:
    """Whatever else is in the file; what is put in above moves the rest and changes none of it."""
    memory, script = CompilerCache(), SCRIPT.replace("EXT. HARBOR - CONT", f"{note}EXT. HARBOR - CONT")
    first = analyze_text(script, memory=memory)
    moved = script.replace("EXT. HARBOR - NIGHT", f"{before}EXT. HARBOR - NIGHT").replace("turns.", "turns x.")
    again = analyze_text(moved, memory=memory)
    old, new = ([block for _, block in one.scripts[one.path].blocks] for one in (first, again))
    assert len(new) - len(set(old) & set(new)) <= before.count("\n\n") + 2
    assert again.diagnostics == analyze_text(moved).diagnostics


#: The script with every kind of comment, and marks of emphasis around lines.
NOTED = (
    SCRIPT.replace("EXT. HARBOR - CONT", "[[a note]] EXT. HARBOR - CONT")
    .replace("SHOT 4s\n", "// a line\nSHOT 4s\n/* not\n\nfilmed */\n")
    .replace("Fog.", "**Fog.**\n_Fog_ [[TODO the gulls]]")
)
MARKS = st.sampled_from(
    [
        *(
            "\n",
            "\n\n",
            "[[",
            "]]",
            "/*",
            "*/",
            "// x\n",
            "**",
            "_",
            "x",
            "\r\n",
            "\u200b",
            "\0",
            "===\n",
            "# x\n",
            " ",
        ),
        *(
            "SHOT 5s\n",
            "SHOT 5s wide\n@Mira waits.\n\n",
            "EXT. A - DAY\n",
            "EXT",
            "scene 1: EXT. HARBOR\n",
            "Title: y\n",
        ),
    ]
)
MARKED = st.tuples(st.floats(0, 1), st.one_of(MARKS, st.integers(1, 200)))


@settings(max_examples=30, suppress_health_check=list(HealthCheck))
@given(st.lists(MARKED, min_size=1, max_size=6), st.sampled_from([NOTED, NOTED.rstrip(), NOTED.replace("\n", "\r\n")]))
def test_blocks_that_are_remembered_are_those_that_are_read(changes: list[tuple[float, str | int]], text: str) -> None:
    """Whatever is put in or taken away, comments and their ends too: the blocks, their keys and their places."""
    memory = BlockCache()
    parse(Source("film.sb", text), memory)
    for where, change in changes:
        at = int(where * len(text))
        text = text[:at] + (change + text[at:] if isinstance(change, str) else text[at + change :])
        memory.turn()
        assert _read(text, memory) == _read(text, BlockCache())
        blocks = [block for _, block in memory]
        assert len(set(blocks)) == len(blocks), "no block stands in two places"


def _read(text: str, memory: BlockCache) -> list[tuple[int, BlockKey]]:
    placed = parse(Source("film.sb", text), memory).blocks
    return [(offset, key) for (offset, _), (key, _) in zip(placed, memory, strict=True)]


def test_equal_shots_are_never_one_block() -> None:
    """Shots that are copied, taken away and changed among others of the same words."""
    memory, head, shot = (
        CompilerCache(),
        "CHARACTER Mira\nfront: https://example.com/a.png\n\n",
        "SHOT 5s wide\n@Mira waits.\n\n",
    )
    other = "SHOT 5s wide\n@Mira turns.\n\n"
    for shots in (shot * 4, shot * 5, other + shot * 4, shot * 2 + other + shot * 2, shot, shot * 3 + other, shot * 6):
        text = f"{head}EXT. HARBOR - NIGHT\n\n{shots}"
        again, fresh = analyze_text(text, memory=memory), analyze_text(text)
        blocks = [block for _, block in again.scripts[again.path].blocks]
        assert len(set(blocks)) == len(blocks)
        assert again.diagnostics == fresh.diagnostics
        assert build_manifest(again) == build_manifest(fresh)
