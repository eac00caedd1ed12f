"""Script lines that are tested on the parser before they are written.

This module does not repeat the grammar. A line is put under a SHOT and parsed; it may be written if the parser reads
one paragraph, one speech or one camera direction with the same letters and without a finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from storyboard.compiler.ir import parsed
from storyboard.compiler.parse import parse
from storyboard.compiler.text import Source
from storyboard.screenplay.comments import without_comments
from storyboard.screenplay.script import emphasise


def reads_as_action(lines: tuple[str, ...]) -> bool:
    """Whether lines are read as one paragraph without a doubt, anywhere in a shot."""
    text = "\n".join(lines)
    script = parse(Source("", f"SHOT 5s\n{text}\n\n{text}\n"))
    if len(script.blocks) != 2:
        return is_unfilmed(text)
    block = script.blocks[1][1]
    words = _letters(without_comments(text))
    if len(block.body) == 2 and all(
        isinstance(beat, parsed.Paragraph) and _letters(beat.text.string) == words for beat in block.body
    ):
        return not block.findings and not block.properties
    return is_unfilmed(text)


def is_unfilmed(text: str) -> bool:
    """Whether all lines are transitions, titles on the screen, or words for the reader of the screenplay."""
    block = first_block(f"SHOT 5s\n\n{text}")
    return (
        isinstance(block, parsed.Shot)
        and bool(block.body)
        and not block.properties
        and not block.findings
        and not any(isinstance(beat, parsed.Paragraph | parsed.Speech) for beat in block.body)
    )


def reads_as_cue(line: str) -> bool:
    """Whether a line is read as a cue with the same letters."""
    block = first_block(f"SHOT 5s\n{line}\nWords.\n")
    return (
        isinstance(block, parsed.Shot)
        and not block.findings
        and len(block.body) == 1
        and isinstance(block.body[0], parsed.Speech)
    )


def reads_as_camera(text: str) -> bool:
    """Whether a text can be the camera direction on the header line of a shot."""
    block = first_block(f"SHOT 5s {text}")
    return (
        isinstance(block, parsed.Shot)
        and not block.findings
        and not block.properties
        and block.camera is not None
        and _letters(block.camera.string) == _letters(without_comments(text))
    )


def first_block(text: str) -> parsed.Block | None:
    """The single block of a text that begins with a header; None if it is not exactly one block."""
    blocks = parse(Source("", f"{text}\n")).blocks
    return blocks[1][1] if len(blocks) == 2 else None


def on_one_line(text: str) -> str:
    """A text without line ends, except those in comments."""
    return " ".join(text.split("\n")) if "\n" in without_comments(text) else text


def spoken_lines(lines: Iterable[str]) -> Iterator[str]:
    """Lines of a speech, each changed if it would be read as a header and end the speech."""
    for line in lines:
        if line.lstrip().startswith("//"):
            yield f"[[]]{line}"
        elif len(parse(Source("", f"SHOT 5s\n{line}\n")).blocks) == 2:
            yield line
        else:
            word, _, rest = line.partition(" ")
            yield f"{emphasise(word)}{' ' if rest else ''}{rest}"


def _letters(text: str) -> str:
    return "".join(text.split())
