"""Timing of words on screen within a shot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

from storyboard.catalog import read_table
from storyboard.compiler.emphasis import drop_marks
from storyboard.compiler.ir.resolved import Action, Beat, Dialogue, Shot, Title, Transition, plain
from storyboard.compiler.word_count import count_words
from storyboard.drawing.overlays import Caption
from storyboard.film.line_breaks import divide_words
from storyboard.wording import columns


class TimedSpeech(NamedTuple):
    """Words spoken from `start` to `end`, in seconds of the film; `off`: one does not see who speaks. `beat` is the
    speech in the script."""

    start: float
    end: float
    speaker: str
    text: str
    off: bool
    beat: Dialogue | None = None

    def moved(self, at: Callable[[float], float]) -> TimedSpeech:
        """The same words where `at` puts their start and end."""
        return self._replace(start=at(self.start), end=at(self.end))


class ShotJoins(NamedTuple):
    """What transitions do at a cut: the colour that the shot before fades to and the one after from, None where it
    does not; `dissolve`: one runs into the other; `wipe`: one pushes the other out; `black`: the shot before ends in
    black at once."""

    fade_out: str | None = None
    fade_in: str | None = None
    dissolve: bool = False
    wipe: bool = False
    black: bool = False

    @property
    def blends(self) -> bool:
        """Whether both shots are seen at once."""
        return self.dissolve or self.wipe


@cache
def screen_timing() -> dict[str, Any]:
    """The tables of `screen_timing.toml`."""
    return read_table("screen_timing.toml")


def captions_of(shot: Shot, seconds: float, titles: tuple[Title, ...] = ()) -> tuple[Caption, ...]:
    """The words of a shot one after another, each shown for its share of the words.

    Titles are shown meanwhile, from the start of the shot; `titles` are those above it.
    """
    rows = [beat for beat in shot.beats if isinstance(beat, Action | Dialogue)]
    weights = [_weight(beat) for beat in rows]
    whole = sum(weights) or 1.0
    captions: list[Caption] = []
    at = 0.0
    for beat, weight in zip(rows, weights, strict=True):
        end = at + seconds * weight / whole
        captions.extend(_in_turn(_caption(beat, at, end)))
        at = end
    shown = titles_of(shot, seconds, titles)
    captions.extend(Caption(title.text, title.start, title.end, "title") for title in shown)
    return tuple(captions)


def _in_turn(caption: Caption) -> Iterator[Caption]:
    """A caption that is too long for the screen as several, one after another."""
    parts = divide_words(caption.text, screen_timing()["captions"]["columns"])
    if len(parts) < 2:
        yield caption
        return
    whole, at = sum(map(columns, parts)), caption.start
    for part in parts:
        end = at + (caption.end - caption.start) * columns(part) / whole
        yield caption._replace(text=part, start=at, end=end)
        at = end


class TimedTitle(NamedTuple):
    """Words on the screen from `start` to `end`, in seconds of the shot; a card replaces the picture by black."""

    text: str
    start: float
    end: float
    is_card: bool


def titles_of(shot: Shot, seconds: float, above: tuple[Title, ...] = ()) -> tuple[TimedTitle, ...]:
    """The titles of a shot, one after another from its start; those of `above` come before its text."""
    words = [*above, *(beat for beat in shot.beats if isinstance(beat, Title))]
    share = min(screen_timing()["words"]["title"], seconds / max(1, len(words)))
    return tuple(
        TimedTitle(drop_marks(one.text), number * share, (number + 1) * share, "CARD" in one.key.upper())
        for number, one in enumerate(words)
        if one.text.strip()
    )


def speeches_of(shot: Shot, seconds: float, start: float) -> tuple[TimedSpeech, ...]:
    """The speeches in a shot that begins `start` seconds into the film, each while its caption is shown, but no longer
    than its words need."""
    spoken = [beat for beat in shot.beats if isinstance(beat, Dialogue)]
    words = screen_timing()["words"]
    found = []
    for beat, (begin, until) in zip(spoken, _spoken_spans(shot, seconds), strict=True):
        longest = _weight(beat) * words["longest"] + words["pause"]
        end = min(until, begin + longest)
        speaker = beat.speaker.spoken_name if beat.speaker else ""
        said = " ".join(drop_marks(line.text) for line in beat.lines)
        found.append(TimedSpeech(start + begin, start + end, speaker, said, bool(beat.off), beat))
    return tuple(one for one in found if one.text.strip())


def _spoken_spans(shot: Shot, seconds: float) -> Iterator[tuple[float, float]]:
    """Start and end of the words of each speech."""
    rows = [beat for beat in shot.beats if isinstance(beat, Action | Dialogue)]
    weights = [_weight(beat) for beat in rows]
    whole, at = sum(weights) or 1.0, 0.0
    for beat, weight in zip(rows, weights, strict=True):
        end = at + seconds * weight / whole
        if isinstance(beat, Dialogue):
            yield at, end
        at = end


def shot_joins(transitions: tuple[Transition, ...]) -> ShotJoins:
    """What the transitions between two shots do; a plain cut where they say nothing else."""
    result = ShotJoins()
    for transition in transitions:
        result = result._replace(**_effect_of(transition) or {})
    return result


def _effect_of(transition: Transition) -> dict[str, Any] | None:
    """What a transition does; nothing for a plain cut, None for one that no film here can show."""
    table = screen_timing()["transitions"]
    text = " ".join(transition.text.upper().split()).lstrip("> ")
    effects: dict[str, dict[str, Any]] = {
        "fades_in": {"fade_in": "black"},
        "fades_out": {"fade_out": "black"},
        "fades_to_white": {"fade_out": "white"},
        "fades_through": {"fade_out": "black", "fade_in": "black"},
        "dissolves": {"dissolve": True},
        "wipes": {"wipe": True},
        "cuts_to_black": {"black": True},
        "cuts": {},
    }
    for name, effect in effects.items():
        if text in table[name]:
            return effect
    return {} if "CUT" in text.replace(":", " ").replace(".", " ").split() else None


def shown_as_cuts(transitions: Iterable[Transition]) -> Iterator[str]:
    """The transitions that are plain cuts in a film here, though they ask for more."""
    yield from (one.text for one in transitions if _effect_of(one) is None)


def transitions_of(beats: tuple[Beat, ...]) -> tuple[Transition, ...]:
    """The transitions among beats."""
    return tuple(beat for beat in beats if isinstance(beat, Transition))


def _spoken_a_second() -> float:
    return float(read_table("craft.toml")["speech"]["words_a_second"])


def _weight(beat: Action | Dialogue) -> float:
    """Seconds that the words of a beat want."""
    words = screen_timing()["words"]
    if isinstance(beat, Action):
        return float(count_words(plain(beat.prose)) / words["read"] + words["pause"])
    return float(sum(count_words(line.text) for line in beat.lines) / _spoken_a_second() + words["pause"])


def _caption(beat: Action | Dialogue, start: float, end: float) -> Caption:
    if isinstance(beat, Action):
        return Caption(plain(beat.prose), start, end)
    said = " ".join(drop_marks(f"({line.manner}) {line.text}" if line.manner else line.text) for line in beat.lines)
    name = beat.speaker.spoken_name if beat.speaker else "Somebody"
    return Caption(said, start, end, "speech", f"{name} ({beat.off.words})" if beat.off else name)
