"""Help sentences, generated from the edits of a fix, so that sentence and edit cannot differ.

An edit is a span and its new text, which means nothing to a writer. A sentence shows whole words: the window of an edit
is widened to the words that it touches, and merged with other edits in those words, so that `Mria` → `@Mira` reads as
“Write “@Mira” instead of “Mria””, not as the letters that change. Blank lines, new lines, moved lines and notes have
sentences of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from storyboard.compiler.spelling import quote
from storyboard.compiler.text import Source

_KEYWORDS = frozenset({"CHARACTER", "PROP", "LOCATION"})
#: Letters of a line that are shown to say which line is meant.
_SHOWN = 40
#: Edits of one fix that are told one by one; a name is given its @ in many places, which reads alike for each.
_MOST_TOLD = 6


class Replacement(NamedTuple):
    """Replace the characters `start` to `end` of a file by `text`."""

    source: Source
    start: int
    end: int
    text: str

    @property
    def typed(self) -> str:
        """The text that is replaced, as typed."""
        return self.source.text[self.start : self.end]


def replacement_sentence(edits: Sequence[Replacement]) -> str:
    """`Write “@Mira” instead of “Mira”.`: one sentence, whatever the number of edits."""
    if whole := _moved(edits) or _noted(edits):
        return whole
    told: dict[str, None] = {}
    shown: list[tuple[Source, int, int]] = []  # the words that a sentence has shown already
    for edit in edits[:_MOST_TOLD]:
        if not any(one is edit.source and start <= edit.start and edit.end <= end for one, start, end in shown):
            told[_tell_one(edit, edits, shown)] = None
    return " ".join(filter(None, told))


def _moved(edits: Sequence[Replacement]) -> str:
    """The sentence for a line that goes from one place to another: two edits, of which one deletes what the other
    adds."""
    if len(edits) != 2:
        return ""
    for taken, put in (edits, edits[::-1]):
        words = taken.typed.strip()
        if words and not taken.text and put.text.strip() == words and not put.typed:
            return f"Move {_shown(words)} to directly under {_shown(_line_before(put))}."
    return ""


def _noted(edits: Sequence[Replacement]) -> str:
    """The sentence for text that is put between `[[` and `]]`."""
    if len(edits) != 2 or [edit.text for edit in edits] != ["[[", "]]"]:
        return ""
    source, start, end = edits[0].source, edits[0].start, edits[1].end
    return f"Turn {_shown(_first_line(source.text[start:end]))} into a note: put it between [[ and ]]."


def _tell_one(edit: Replacement, edits: Sequence[Replacement], shown: list[tuple[Source, int, int]]) -> str:
    """The sentence for one edit; the stretch that it shows is added to `shown`, so that no other sentence repeats
    it."""
    for told in (_blank_lines, _new_lines, _gone):
        if sentence := told(edit):
            return sentence
    start, end, after = _window(edit, [one for one in edits if one.source is edit.source])
    shown.append((edit.source, start, end))
    before = edit.source.text[start:end].strip()
    if not after.strip():
        return f"Delete {_shown(before)}."
    if "\n" in edit.text:
        below = _first_line_end(edit.source.text, edit.end)
        return f"Split it into two lines: {_shown(_first_line(edit.text))}, and below it {_shown(below.strip())}."
    return f"Write {quote(after)} instead of {quote(before)}."


def _blank_lines(edit: Replacement) -> str:
    """The sentence for a blank line that is added or deleted; empty for any other edit."""
    below = _line_behind(edit)
    if "\n" in edit.typed and not edit.typed.strip() and not edit.text.strip():
        return f"Delete the blank line above {_shown(below)}."
    if edit.text and not edit.text.strip() and "\n" in edit.text and not edit.typed:
        return f"Put a blank line above {_shown(below)}."
    return ""


def _new_lines(edit: Replacement) -> str:
    """The sentence for lines that are added: where they go, beside which line. A declaration is called one."""
    if edit.typed or "\n" not in edit.text:
        return ""
    words = edit.text.strip()
    first = _first_line(words)
    above = _line_before(edit)
    is_below = above and not (edit.source.text[edit.start - 1] == "\n" and edit.text.endswith("\n"))
    beside = above if is_below else _line_behind(edit)
    where = f"{'under' if is_below else 'above'} {_shown(beside)}"
    keyword, _, name = first.partition(" ")
    if keyword in _KEYWORDS:
        return f"Declare {name}: add {quote(first)} {where}."
    return f"Add {quote(first)} on a line of its own {where}."


def _gone(edit: Replacement) -> str:
    """The sentence for whole lines that are deleted; empty for any other edit."""
    is_whole = "\n" in edit.typed.strip("\n") or _is_line(edit)
    return f"Delete {_shown(_first_line(edit.typed.strip()))}." if is_whole and not edit.text.strip() else ""


def _is_line(edit: Replacement) -> bool:
    text = edit.source.text
    before = text[text.rfind("\n", 0, edit.start) + 1 : edit.start]
    return before.strip() == "" and _first_line_end(text, edit.end).strip() == ""


def _first_line_end(text: str, at: int) -> str:
    end = text.find("\n", at)
    return text[at : end if end >= 0 else len(text)]


def _window(edit: Replacement, edits: Sequence[Replacement]) -> tuple[int, int, str]:
    """The words around an edit: where they begin and end, and how they read after it and the other edits among them.
    The window grows until no word and no edit is cut by its ends; an edit that adds or deletes a whole word takes in
    the neighbours, since the word alone would be nothing to show."""
    text = edit.source.text
    start, end = edit.start, edit.end
    grown = True
    while grown:
        while start > 0 and not text[start - 1].isspace():
            start -= 1
        while end < len(text) and not text[end].isspace():
            end += 1
        if edit.text != edit.text.strip() or text[start:end] != text[start:end].strip() or not text[start:end]:
            start, end = _with_neighbours(text, start, end, edit)
        wider = [one for one in edits if one.start <= end and one.end >= start]
        first, last = min(one.start for one in wider), max(one.end for one in wider)
        grown = first < start or last > end
        start, end = min(first, start), max(last, end)
    after = text[start:end]
    for one in sorted(edits, key=lambda one: one.start, reverse=True):
        if start <= one.start and one.end <= end:
            after = after[: one.start - start] + one.text + after[one.end - start :]
    return start, end, after.strip()


def _with_neighbours(text: str, start: int, end: int, edit: Replacement) -> tuple[int, int]:
    """A stretch with the word before it and the word after it, on its own line."""
    if start == edit.start:
        line = text.rfind("\n", 0, start) + 1
        before = text[line:start].rstrip()
        start = line + len(before) - len(before.split()[-1]) if before else start
    if end == edit.end:
        rest = _first_line_end(text, end)
        words = rest.split()
        end += rest.index(words[0]) + len(words[0]) if words else 0
    return start, end


def _line_before(edit: Replacement) -> str:
    """The last line with words above an edit; empty where there is none."""
    text, end, line = edit.source.text, edit.start, ""
    while end > 0 and not line:
        start = text.rfind("\n", 0, end) + 1
        end, line = start - 1, text[start:end].strip()
    return line


def _line_behind(edit: Replacement) -> str:
    """The first line with words behind an edit; empty where there is none."""
    text, start, line = edit.source.text, edit.end, ""
    while start < len(text) and not line:
        line = _first_line_end(text, start)
        start, line = start + len(line) + 1, line.strip()
    return line


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.split("\n") if line.strip()), "")


def _shown(words: str) -> str:
    return quote(words, _SHOWN) if words else "the end"
