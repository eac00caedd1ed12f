"""Subtitles: SubRip and WebVTT.

SubRip has no standard; this is what players read: https://www.matroska.org/technical/subtitles.html#srt-subtitles.
WebVTT is https://www.w3.org/TR/webvtt1/ (4.2.2 on cue text). Neither may hold an empty line or an arrow in a cue.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from storyboard.film.timing import TimedSpeech

_ARROW = re.compile("(?<!-)-{2,}>")
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]+")


def write_srt(speeches: Iterable[TimedSpeech]) -> str:
    """Speeches as SubRip; who is not seen speaks in italics."""
    cues = []
    for number, speech in enumerate(speeches, 1):
        text = _line(f"{speech.speaker.upper()}: {speech.text}" if speech.speaker else speech.text)
        text = text.replace("<", "‹").replace(
            ">", "›"
        )  # players take angle brackets for markup, and there is no escape
        cues.append(f"{number}\n{_times(speech, ',')}\n{f'<i>{text}</i>' if speech.off else text}\n")
    return "\n".join(cues)


def write_vtt(speeches: Iterable[TimedSpeech]) -> str:
    """Speeches as WebVTT, the speaker as its voice."""
    cues = ["WEBVTT\n", "NOTE made by sbc\n"]
    for number, speech in enumerate(speeches, 1):
        text = _escaped(_line(speech.text))
        if speech.off:
            text = f"<i>{text}</i>"
        if speech.speaker:
            text = f"<v {_escaped(_line(speech.speaker))}>{text}"
        cues.append(f"{number}\n{_times(speech, '.')}\n{text}\n")
    return "\n".join(cues)


def _line(text: str) -> str:
    return _ARROW.sub("→", " ".join(_UNSEEN.sub(" ", text).split()))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _times(speech: TimedSpeech, point: str) -> str:
    start = round(speech.start * 1000)
    end = max(round(speech.end * 1000), start + 1)
    return f"{_stamp(start, point)} --> {_stamp(end, point)}"


def _stamp(milliseconds: int, point: str) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{point}{rest:03}"
