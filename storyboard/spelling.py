"""How close two words are, and which of many a writer may have meant."""

from __future__ import annotations

from collections.abc import Iterable


def distance(one: str, other: str, limit: int) -> int:
    """Letters to change, add, drop or swap with their neighbour to get from one word to the other; `limit` + 1 where
    it takes more than `limit`."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        previous, row = row, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(previous[j] + 1, row[-1] + 1, previous[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
        before = previous
    return row[-1]


def is_near(word: str, wanted: str) -> bool:
    """Whether a slip turns one into the other: one edit, or edits in at most a third of the word."""
    limit = max(1, len(wanted) // 3)
    return word != wanted and distance(word, wanted, limit) <= limit


def nearest(word: str, candidates: Iterable[str]) -> tuple[str, ...]:
    """The candidates that a misspelt word may have meant, best first, at most three.

    Exact but for case; else the only candidate there is; else those at a distance of at most a third of the word.
    """
    names = list(dict.fromkeys(candidates))
    folded = word.casefold()
    same = [name for name in names if name.casefold() == folded]
    if same or len(names) == 1:
        return tuple(same or names)
    limit = max(1, len(word) // 3)
    scored = [(distance(folded, name.casefold(), limit), name) for name in names]
    return tuple(name for score, name in sorted(scored, key=lambda pair: pair[0]) if score <= limit)[:3]


def quote(text: str, most: int = 60) -> str:
    """What the writer typed, in quotation marks, cut where it is long."""
    return f"“{text if len(text) <= most else f'{text[: most - 1]}…'}”"


def offer(words: Iterable[str]) -> str:
    """A list to read: `A`, `A or B`, `A, B or C`."""
    listed = list(words)
    return f"{', '.join(listed[:-1])} or {listed[-1]}" if len(listed) > 1 else "".join(listed)
