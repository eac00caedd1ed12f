"""Times, prices and names in the words of the board."""

from __future__ import annotations

from storyboard.board.storyboard import Storyboard, StoryTotals
from storyboard.compiler.diagnostics import Severity
from storyboard.compiler.emphasis import drop_marks
from storyboard.compiler.ir.resolved import Action, Audio, Dialogue, Shot, plain
from storyboard.report.prices import sourced
from storyboard.report.totals import price_line
from storyboard.wording import clock, count, one_line, shorten

_TITLE_CHARACTERS = 120  # of a title where there is one line for it


def brief_line(text: str, most: int = _TITLE_CHARACTERS) -> str:
    """The beginning of a text, on one line, for a place that holds no more."""
    return shorten(one_line(text), most)


def price_of(total: StoryTotals) -> str:
    """`$2.10`; what the catalogue has no price for is said."""
    return price_line(total.clips, total.usd, total.unpriced)


def sourced_price_of(total: StoryTotals) -> str:
    """`$2.10 (Reference to Video guide, 2026-08-20)`."""
    return sourced(price_of(total), total.sources)


def film_summary(board: Storyboard) -> str:
    """A film in one line, for the person who made it."""
    total = board.sum
    counts = f"{count(total.shots, 'shot')}, {count(total.clips, 'clip')}, {clock(total.seconds)}"
    facts = f"{counts}, {sourced_price_of(total)}"
    errors = sum(one.severity is Severity.ERROR for one in board.diagnostics)
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


def audio_of(audio: Audio) -> str:
    """A sound that is laid over the film: `theme.mp3 (-6 dB, from 0:32, fade in 2 s)`."""
    options = audio.options
    said = [
        f"{options.gain_db:+g} dB" if options.gain_db else "",
        f"from {clock(options.start_from)}" if options.start_from else "",
        f"at {options.at_second:g} s" if options.at_second else "",
        f"fade in {options.fade_in:g} s" if options.fade_in else "",
        f"fade out {options.fade_out:g} s" if options.fade_out else "",
        {True: "loop", False: "once"}.get(options.loops, "") if options.loops is not None else "",
    ]
    shown = ", ".join(filter(None, said)).replace("-", "\u2212")
    return f"{audio.path or audio.words or 'none'}{f' ({shown})' if shown else ''}"


def speaker_of(dialogue: Dialogue) -> str:
    """Who speaks, and whether one sees who does."""
    name = dialogue.speaker.spoken_name if dialogue.speaker else "Somebody"
    return f"{name} ({dialogue.off.words})" if dialogue.off else name
