"""The meaning of an answer about a job of the audio queue. Pure, like `protocol`."""

from __future__ import annotations

from storyboard.venice.protocol import Answer, Broken, Media, RetrieveOutcome, read_retrieve
from storyboard.venice.speech import sound_suffix


def is_sound(answer: Answer) -> bool:
    """Whether the body is a sound, by its first bytes."""
    return sound_suffix(answer.body) is not None


def read_sound_retrieve(answer: Answer, now: float) -> RetrieveOutcome:
    """What a retrieve call of the audio queue says. For a sound it is enough that it begins. `now` is the wall clock in
    seconds since 1970."""
    if answer.status == 200 and is_sound(answer):  # HTTP's
        return Media()
    outcome = read_retrieve(answer, now)
    return Broken("answered with something that is not sound") if isinstance(outcome, Media) else outcome
