"""Subtitles: SubRip and WebVTT.

SubRip has no standard; this is what players read: https://www.matroska.org/technical/subtitles.html#srt-subtitles.
WebVTT is https://www.w3.org/TR/webvtt1/ (4.2.2 on cue text). Neither may have an empty line or an arrow in a cue.

A cue has at most two lines and is shown long enough to be read: a long speech is divided, and continues into the pause
after it if there is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from storyboard.files.signatures import SRT_MARK
from storyboard.film.line_breaks import break_lines, divide_words
from storyboard.film.timing import TimedSpeech, screen_timing
from storyboard.wording import columns

_ARROW = re.compile("(?<!-)-{2,}>")
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]+")
_TAG = re.compile(r"\{(?=\\)([^}]*)\}?")  # players that know SubStation Alpha obey what stands in it


class SubtitleCue(NamedTuple):
    """Lines on the screen from `start` to `end`, in seconds; `off`: one does not see who speaks."""

    start: float
    end: float
    speaker: str
    lines: tuple[str, ...]
    off: bool


def subtitle_cues(speeches: Sequence[TimedSpeech], length: float | None = None) -> Iterator[SubtitleCue]:
    """The cues of speeches, in a film of `length` seconds where that is known."""
    rules = screen_timing()["subtitles"]
    for number, speech in enumerate(speeches):
        wholes = divide_words(_line(speech.text), rules["lines"] * rules["columns"])
        parts = [part for whole in wholes for part in _in_two_lines(whole, rules["columns"], rules["lines"])]
        following = speeches[number + 1].start if number + 1 < len(speeches) else length
        needed = sum(max(rules["least"], columns("".join(part)) / rules["a_second"]) for part in parts)
        end = max(speech.end, speech.start + needed)
        if following is not None:
            end = max(min(end, following - rules["gap"]), min(speech.end, following))
        weights = [columns("".join(part)) + rules["a_second"] * rules["least"] / 2 for part in parts]
        at, share = speech.start, (end - speech.start) / (sum(weights) or 1)
        for part, weight in zip(parts, weights, strict=True):
            yield SubtitleCue(at, at + weight * share, speech.speaker, part, speech.off)
            at += weight * share


def _in_two_lines(text: str, most: int, lines: int) -> Iterator[tuple[str, ...]]:
    """A part of a speech as lines; two cues where its words do not go into them."""
    rows = break_lines(text, most)
    for at in range(0, len(rows), lines):
        yield tuple(rows[at : at + lines])


def write_srt(speeches: Sequence[TimedSpeech], length: float | None = None, *, names: bool = False) -> str:
    """Speeches as SubRip, those of unseen speakers in italics; empty if nobody speaks.

    `names` puts the speaker first, for viewers who cannot hear.
    """
    cues = []
    for number, cue in enumerate(subtitle_cues(_named(speeches) if names else speeches, length), 1):
        # Players read angle brackets as markup, and there is no escape.
        text = "\n".join(_TAG.sub(r"｛\1｝", line).replace("<", "‹").replace(">", "›") for line in cue.lines)
        mark = SRT_MARK if number == 1 else ""
        cues.append(f"{number}\n{_times(cue, ',')}{mark}\n{f'<i>{text}</i>' if cue.off else text}\n")
    return "\n".join(cues)


def _named(speeches: Iterable[TimedSpeech]) -> list[TimedSpeech]:
    return [one._replace(text=f"{one.speaker.upper()}: {one.text}" if one.speaker else one.text) for one in speeches]


def write_vtt(speeches: Sequence[TimedSpeech], length: float | None = None) -> str:
    """Speeches as WebVTT, with the speaker as the voice; empty if nobody speaks."""
    cues = []
    for number, cue in enumerate(subtitle_cues(speeches, length), 1):
        text = "\n".join(map(_escaped, cue.lines))
        if cue.off:
            text = f"<i>{text}</i>"
        if cue.speaker:
            text = f"<v {_escaped(_line(cue.speaker))}>{text}"
        cues.append(f"{number}\n{_times(cue, '.')}\n{text}\n")
    return "\n".join(["WEBVTT\n", "NOTE made by sbc\n", *cues]) if cues else ""


def _line(text: str) -> str:
    return _ARROW.sub("→", " ".join(_UNSEEN.sub(" ", text).split()))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _times(cue: SubtitleCue, point: str) -> str:
    start = round(cue.start * 1000)
    end = max(round(cue.end * 1000), start + 1)
    return f"{_stamp(start, point)} --> {_stamp(end, point)}"


def _stamp(milliseconds: int, point: str) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{point}{rest:03}"
