"""Subtitles that can be read: two lines, not too fast, nothing lost."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyboard.compiler.pipeline import analyze_text
from storyboard.drawing.overlays import FrameSize, draw_subtitle
from storyboard.film.colour import BT709
from storyboard.film.cut import FilmOptions, lay_out_cut
from storyboard.film.line_breaks import break_lines, divide_words
from storyboard.film.subtitles import subtitle_cues, write_srt, write_vtt
from storyboard.film.timeline import lay_out
from storyboard.film.timing import TimedSpeech
from storyboard.film.transitions import segment_tasks
from storyboard.wording import columns

LONG = (
    "I kept the light for thirty years, and nobody ever came up those stairs but you, with your wet boots and your "
    "questions, and I told you everything. Now you sit there and say nothing? Say something, Mira. Anything at all."
)
JAPANESE = "灯台の光を三十年も守ってきたが、誰も来なかった。君だけが濡れた靴で階段を上ってきて、私に何でも聞いた。今は黙っているのか。何か言ってくれ。"


def speech(text: str, start: float = 1, end: float = 3, off: bool = False) -> TimedSpeech:
    return TimedSpeech(start, end, "Mira", text, off)


@given(st.text(st.sampled_from("abc ,.!?–灯。、 é"), max_size=400), st.integers(10, 90))
def test_nothing_is_lost_or_too_wide(text: str, most: int) -> None:
    parts = divide_words(text, most)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(part and columns(part) <= most for part in parts)
    for part in parts:
        lines = break_lines(part, most)
        assert "".join("".join(lines).split()) == "".join(part.split())
        assert all(columns(line) <= most for line in lines)


@given(st.text(st.sampled_from("ab ,.!?–é가나😀"), max_size=300), st.integers(20, 90))
def test_blanks_between_words_are_kept(text: str, most: int) -> None:
    """Korean and emoji are wide, and have blanks."""
    words = text.split()
    if all(columns(word) <= most for word in words):
        parts = divide_words(text, most)
        assert " ".join(parts) == " ".join(words)
        assert [" ".join(break_lines(part, most)) for part in parts] == parts


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            "나는 그 빛을 삼십 년 동안 지켰고, 아무도 그 계단을 올라오지 않았어요.",
            ["나는 그 빛을 삼십 년 동안 지켰고,", "아무도 그 계단을 올라오지 않았어요."],
        ),
        ("灯台の光を三十年も守ってきたが、誰も来なかった。", ["灯台の光を三十年も守って", "きたが、誰も来なかった。"]),
        (
            "それでも彼女はSBC灯台のドアを開けて出て行った。ああ。",
            ["それでも彼女はSBC灯台のドア", "を開けて出て行った。ああ。"],
        ),
        ("It is not far. But it takes them all morning.", ["It is not far.", "But it takes them all morning."]),
        ("Ask Mr. Smith whether he has seen the boat again.", ["Ask Mr. Smith whether he", "has seen the boat again."]),
        ("「お前はまだ若い、海を知らない、嵐を知らない」", ["「お前はまだ若い、", "海を知らない、嵐を知らない」"]),
    ],
)
def test_lines_are_even_and_begin_with_no_mark(text: str, lines: list[str]) -> None:
    assert break_lines(text, 40) == lines


@pytest.mark.parametrize(
    "text",
    [
        "She went to see Mr. Smith at the far end of the harbor before anybody else was awake. She did not come back.",
        "It was J. R. R. Marlowe who wrote to the harbor master about that light of his. Nobody ever wrote back to him.",
        "We wait here until 3.30 p.m. and then we take the boat out, whatever they say. I have had enough of waiting.",
    ],
)
def test_an_abbreviation_ends_no_sentence(text: str) -> None:
    first, second = divide_words(text, 90)
    assert first + " " + second == text
    assert first.endswith((" awake.", " his.", " say."))


@pytest.mark.parametrize("text", [LONG, JAPANESE, "word" * 60], ids=["english", "japanese", "one word"])
def test_a_long_speech_becomes_several_cues_of_two_lines(text: str) -> None:
    cues = list(subtitle_cues([speech(text)], length=60))
    assert len(cues) > 1
    for cue in cues:
        assert len(cue.lines) <= 2
        assert max(map(columns, cue.lines)) <= 42
        assert sum(map(columns, cue.lines)) / (cue.end - cue.start) <= 20, "17 to 20 letters a second"
    assert all(one.end <= two.start + 1e-9 for one, two in pairwise(cues))


def test_a_sentence_ends_a_cue() -> None:
    first = next(
        subtitle_cues([speech("This is the first sentence of the two. And this one is the second of them here.")])
    )
    assert " ".join(first.lines).endswith("two. And this one is the second of them here.")
    cues = list(subtitle_cues([speech(LONG)]))
    assert " ".join(cues[-1].lines).endswith("Anything at all.")
    assert any(" ".join(cue.lines).endswith(("everything.", "nothing?", "Mira.")) for cue in cues[:-1])


def test_a_cue_gives_way_to_the_next_speech_and_to_the_end() -> None:
    cues = list(subtitle_cues([speech(LONG, 1, 3), speech("No.", 4, 4.2)], length=4.5))
    assert all(cue.end <= 4 for cue in cues[:-1])
    assert cues[-1].start == 4
    assert cues[-1].end == pytest.approx(4.42), "long enough to be seen, and not past the film"


def test_no_markup_is_obeyed() -> None:
    text = write_srt([speech(r"{\an8}Up there <b>bold</b> {smile}")])
    assert r"｛\an8｝Up there ‹b›bold‹/b› {smile}" in text


def test_there_are_none_where_nobody_speaks() -> None:
    assert write_srt([]) == write_vtt([]) == ""


def test_a_burnt_subtitle_takes_the_place_of_the_animatics_caption() -> None:
    """It stands in the lines in which a player shows it."""
    analysis = analyze_text(f"CHARACTER Mira\nlook: a keeper\n\nEXT. HARBOR - DAY\n\nSHOT 9s\nStill.\n\nMIRA\n{LONG}\n")
    cut = lay_out_cut(analysis, lay_out(analysis), [], options=FilmOptions(burn=True))
    cues = list(subtitle_cues(cut.sounds.speeches, 9))
    ((_, task),) = segment_tasks(cut.clips, cut.size, cut.rate, BT709, cues)
    assert [tuple(title.text.splitlines()) for title in task.titles] == [cue.lines for cue in cues]
    assert {caption.kind for panel in task.source.panels for caption in panel.captions} == {"action"}
    ((_, plain),) = segment_tasks(cut.clips, cut.size, cut.rate, BT709)
    assert "speech" in {caption.kind for panel in plain.source.panels for caption in panel.captions}


@pytest.mark.parametrize("size", [FrameSize(854, 480), FrameSize(270, 480), FrameSize(480, 480)])
def test_a_burnt_subtitle_of_full_lines_fits_into_every_frame(size: FrameSize) -> None:
    lines = ("M" * 21, "W" * 21)
    drawn = draw_subtitle(lines, size).picture
    letters = drawn.convert("L").point(lambda value: 255 * (value > 200)).getbbox()
    assert letters is not None
    left, top, right, _ = letters
    assert 0 < left < right < size.width
    assert top > 0, "it is not cut off at its top"
