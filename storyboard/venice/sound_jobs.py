"""What an answer about a job of the audio queue means. Pure, as `protocol` is."""

from __future__ import annotations

from storyboard.venice.protocol import Answer, Broken, Busy, Delivered, RetrieveOutcome, Video, read_retrieve
from storyboard.venice.speech import sound_suffix


class CutSound(Busy):
    """The sound broke off on its way, or is larger than any that was asked for."""


def read_sound_retrieve(answer: Answer, now: float) -> RetrieveOutcome | Delivered:
    """What a retrieve call of the audio queue says; Delivered where the body is the sound. `now` is the wall clock in
    seconds since 1970."""
    if answer.status == 200 and sound_suffix(answer.body) is not None:
        return Delivered(None) if answer.whole else CutSound(None)
    outcome = read_retrieve(answer, now)
    return Broken("answered with something that is not sound") if isinstance(outcome, Video) else outcome
