"""SB509: more words than a shot has time for.

Screenwriters count 150 words a minute, 2.5 a second (`craft.toml`): a shot of 3 seconds has time for 7 words. Reported
at the speech during which the time runs out, with the seconds that all speeches need together.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from storyboard.catalog import Model, read_table
from storyboard.compiler.check.craft.scene_text import SceneText
from storyboard.compiler.diagnostics import Code, Edit, Finding, Fix, Note, Severity
from storyboard.compiler.ir.resolved import Dialogue, Shot
from storyboard.compiler.word_count import count_words

CODES = (Code("SB509", "Dialogue longer than its shot can hold", Severity.WARNING),)


def check(reading: SceneText) -> Iterator[Finding]:
    """A shot whose speeches take longer than the shot, at the speech during which the time runs out."""
    rate = _rate()
    for shot in reading.plan.scene.shots:
        if shot.duration is None or any(isinstance(beat, Dialogue) and beat.recording for beat in shot.beats):
            continue  # where there are recordings, they are measured: see `recorded_speeches`
        words = 0
        over: Dialogue | None = None
        for beat in shot.beats:
            if isinstance(beat, Dialogue):
                words += _words(beat)
                if over is None and words > rate * shot.duration:
                    over = beat
        if over is not None:
            seconds = math.ceil(words / rate)
            message = (
                f"The {words} words of this shot take about {words / rate:.1f} s, but the shot lasts {shot.duration} s."
            )
            note = Note("The shot's length is given here.", shot.header)
            fits = f"About {int(rate * shot.duration)} words fit."
            yield Finding(
                "SB509", over.at, message, fits, (note,), longer_shot(reading.plan.scene.settings.model, shot, seconds)
            )


def spoken_seconds(beat: Dialogue) -> float:
    """The seconds that a speech takes, estimated from its words."""
    return _words(beat) / _rate()


def _words(beat: Dialogue) -> int:
    return sum(count_words(line.text) for line in beat.lines)


def _rate() -> float:
    rate: float = read_table("craft.toml")["speech"]["words_a_second"]
    return rate


def longer_shot(model: Model, shot: Shot, seconds: int) -> Fix | None:
    """The fix that gives a shot at least this many seconds; None if the model makes no shot that long."""
    longest = max(model.durations, default=0) or (model.shot_seconds[1] if model.shot_seconds else model.clip_seconds)
    if seconds > longest:
        return None
    enough = min((one for one in model.durations if one >= seconds), default=seconds)
    return Fix(False, (Edit(shot.duration_at, f"{enough}s"),))
