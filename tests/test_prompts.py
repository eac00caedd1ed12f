"""Prompts: every case says what it must, every prompt keeps the rules, and the golden file shows each in full.

`tests/corpus/prompts.toml` holds cases, `tests/corpus/prompts/` scripts whose prompts stand in `prompts.golden`, to be
read aloud after a change: `--update` rewrites it.
"""

from __future__ import annotations

import re
import tomllib
import wave
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from storyboard.compiler.ir.planned import Clip
from storyboard.compiler.pipeline import analyze_file, analyze_text
from tests.prompt_rules import broken_rules, prompts

CORPUS = Path(__file__).parent / "corpus"
CASES = tomllib.loads((CORPUS / "prompts.toml").read_text(encoding="utf-8"))["prompt"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_case(case: dict[str, list[str]], tmp_path: Path) -> None:
    for name in case.get("files", ()):
        _make(tmp_path / name)
    script = tmp_path / "script.sb"
    script.write_text(str(case["script"]), encoding="utf-8")
    analysis = analyze_file(script)
    assert not [f"{one.code} {one.message}" for one in analysis.diagnostics if one.severity == "error"]
    assert not {one.code for one in analysis.diagnostics} & set(case.get("not_codes", ()))
    said = list(prompts(analysis).values())
    together = "\n\n".join(said)
    for pattern in case.get("has", ()):
        assert any(re.search(pattern, one) for one in said), (pattern, together)
    for pattern in case.get("each", ()):
        assert all(re.search(pattern, one) for one in said), (pattern, together)
    for pattern in case.get("never", ()):
        assert not any(re.search(pattern, one) for one in said), (pattern, together)
    assert not broken_rules(analysis), together


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".wav":
        with wave.open(str(path), "wb") as sound:
            sound.setparams((1, 2, 8000, 0, "NONE", ""))
            sound.writeframes(bytes(16000))
    else:
        Image.new("RGB", (640, 640)).save(path)


@pytest.mark.parametrize("script", sorted((CORPUS / "prompts").glob("*.sb")), ids=lambda path: path.stem)
def test_prompts_read_as_before(script: Path, update: bool) -> None:
    analysis = analyze_file(script)
    assert not [f"{one.code} {one.message}" for one in analysis.diagnostics if one.severity == "error"]
    assert not broken_rules(analysis)
    golden = script.with_suffix(".prompts")
    said = "".join(f"{name}\n{prompt}\n\n" for name, prompt in prompts(analysis).items())
    if update:
        golden.write_text(said, encoding="utf-8")
    assert said == golden.read_text(encoding="utf-8")


def test_the_golden_prompts_are_many() -> None:
    clips = [len(analyze_file(script).clips) for script in (CORPUS / "prompts").glob("*.sb")]
    assert sum(clips) >= 80


SCRIPTS = sorted([*(CORPUS.parent.parent / "examples").rglob("*.sb"), *(CORPUS / "ok").glob("*.sb")])


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_prompts_of_right_scripts_keep_the_rules(path: Path) -> None:
    analysis = analyze_file(path)
    assert not broken_rules(analysis)
    for clip, prompt in zip(analysis.clips, prompts(analysis).values(), strict=True):
        assert_the_camera_is_first(clip, prompt)


def assert_the_camera_is_first(clip: Clip, prompt: str) -> None:
    if clip.model.setting_first or not (direction := clip.shots[0].direction):
        return
    first = prompt.removeprefix("Shot 1 ").split(": ", 1)[-1] if len(clip.shots) > 1 else prompt
    word = re.match(r"\W*([a-z]+)", direction.string.lower())
    if word and word[1] in ("wide", "medium", "close", "slow", "static", "tracking", "handheld"):
        assert first.lower().startswith(word[1])


NAMES = ["Mira", "Old Tom", "Dennis", "太郎", "Lamp", "Harbor", "Jürgen"]
LOOKS = [
    "A man (72) in grey.",
    "the boy, (eight)",
    "AN OLD MAN (old (very)) [tall]",
    "",
    "Ein Kind!",
    "少年（八歳）。",
    "x",
]
AFTER = [
    "",
    "'s hand",
    "’s hand",
    "' coat",
    " waits",
    " (soaked)",
    " (soaked) (24)",
    ".",
    ". He waits",
    "'ll wait",
    "-like",
    ", left",
]
BRACED_AFTER = ["s Hand", "n käsi", "ы нет", "が立つ", ".Then", "3", "s", "-like"]
mentions = st.one_of(
    st.builds("@{}{}".format, st.sampled_from(NAMES), st.sampled_from(AFTER)),
    st.builds("@{{{}}}{}".format, st.sampled_from(NAMES), st.sampled_from(BRACED_AFTER)),
)
sentences = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "Then ", "(with ", "（", "*", "The lamp, ", "(then (later) "]),
    mentions,
    st.sampled_from(["", ".", ")", "))", "（", "!", " waits."]),
)
bodies = st.lists(sentences, min_size=1, max_size=4).map(" ".join)
shots = st.builds(
    "SHOT 3s {}\n{}\n\n".format, st.sampled_from(["wide", "MS", "close-up of @Mira's face", "", "2S, full"]), bodies
)


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(LOOKS), min_size=7, max_size=7), st.lists(shots, min_size=1, max_size=4))
def test_prompts_of_random_scripts_keep_the_rules(looks: list[str], blocks: list[str]) -> None:
    kinds = ["CHARACTER"] * 4 + ["PROP", "LOCATION", "CHARACTER"]
    cast = "".join(
        f"{kind} {name}\n{f'look: {look}' if look else ''}\n{'image' if kind == 'LOCATION' else 'front'}: https://e.com/a.png\n\n"
        for kind, name, look in zip(kinds, NAMES, looks, strict=True)
    )
    analysis = analyze_text(f"{cast}EXT. HARBOR - NIGHT\n\n{''.join(blocks)}")
    for clip, prompt in zip(analysis.clips, prompts(analysis).values(), strict=True):
        tag = r"@(?:Element|Image)\d+"
        assert not re.search(rf"{tag} \([^()]*\)['’]\w", prompt)
        assert not re.search(rf"{tag}(?:[^\W\d]|\.\w)", prompt)
        assert not re.search(r"[(（][^()（）]*(?:[(（]|\Z)", prompt)
        assert_the_camera_is_first(clip, prompt)
        for reference in clip.references:
            assert reference.tag in prompt


TOUR_SLIPS = tomllib.loads((CORPUS / "tour_slips.toml").read_text(encoding="utf-8"))["slip"]


@pytest.mark.parametrize("slip", TOUR_SLIPS, ids=lambda slip: f"{slip['film']}-{slip['typed'].splitlines()[0]}")
def test_a_slip_in_a_film_is_asked_about_or_taken_as_meant(slip: dict[str, str]) -> None:
    script = (CORPUS / "prompts" / f"film-{slip['film']}.sb").read_text(encoding="utf-8")
    assert script.count(slip["right"]) >= 1
    before = {(one.code, one.message) for one in analyze_text(script).diagnostics}
    mistyped = script.replace(slip["right"], slip["typed"], 1)
    said = {one.code for one in analyze_text(mistyped).diagnostics if (one.code, one.message) not in before}
    assert {code for code in said if code < "SB500"} == ({slip["code"]} if "code" in slip else set())
