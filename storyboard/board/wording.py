"""How a storyboard says times, prices and names."""

from __future__ import annotations

import re

from storyboard.board.storyboard import Storyboard, Sum
from storyboard.compiler.diagnostics import Severity
from storyboard.compiler.emphasis import drop_marks
from storyboard.compiler.ir.resolved import Action, Dialogue, Shot, plain

_TITLE_CHARACTERS = 120  # of a title where there is one line for it
# Everything that is neither text nor a line's end: C0 and C1, surrogates, non-characters, and the marks that turn the
# direction of what follows them, far beyond their own words.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)


def clean(text: str) -> str:
    """Text from outside, fit for a page: without control characters."""
    return _UNPRINTABLE.sub("", text)


def one_line(text: str) -> str:
    """Text from outside as a single line."""
    return " ".join(clean(text).split())


def brief(text: str, most: int = _TITLE_CHARACTERS) -> str:
    """The beginning of a text, on one line, for a place that holds no more."""
    text = one_line(text)
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def clock(seconds: int) -> str:
    """`1:05`, and `1:00:05` above an hour."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def money(total: Sum) -> str:
    """`$2.10`; what the catalogue has no price for is said."""
    if not total.clips:
        return "no clips yet"
    if total.unpriced == total.clips:
        return "price unknown"
    more = f" and {total.unpriced} unpriced" if total.unpriced else ""
    return f"${total.usd:,.2f}{more}"


def count(number: int, noun: str) -> str:
    """`1 shot`, `2 shots`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def summary(story: Storyboard) -> str:
    """A film in one line, for the person who made it."""
    total = story.sum
    facts = f"{count(total.shots, 'shot')}, {count(total.clips, 'clip')}, {clock(total.seconds)}, {money(total)}"
    errors = sum(one.severity is Severity.ERROR for one in story.diagnostics)
    return f"{facts}; {count(errors, 'error')} in the script: sbc check says where" if errors else facts


def action_of(shot: Shot) -> str:
    """What happens in a shot, a paragraph a line."""
    return "\n".join(plain(beat.prose) for beat in shot.beats if isinstance(beat, Action))


def dialogue_of(shot: Shot) -> str:
    """What is said in a shot, a speech a line: `MIRA (whispering): I never left.`"""
    speeches = []
    for beat in shot.beats:
        if isinstance(beat, Dialogue):
            said = " ".join(f"({line.manner}) {line.text}" if line.manner else line.text for line in beat.lines)
            speeches.append(f"{speaker_of(beat).upper()}: {drop_marks(said)}")
    return "\n".join(speeches)


def speaker_of(dialogue: Dialogue) -> str:
    """Who speaks, and whether one sees who does."""
    name = dialogue.speaker.spoken_name if dialogue.speaker else "Somebody"
    return f"{name} (off screen)" if dialogue.off else name
