"""Edit distance, and the likely meanings of a misspelt word."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain, islice
from operator import attrgetter, itemgetter
from typing import NamedTuple

#: A longer word is not guessed at: it is a slip of another kind, and to compare it is dear.
LONGEST_GUESS = 60
#: Words that are looked at for one misspelt word: those of the nearest length, in the order of the list.
_MOST_CONSIDERED = 500
#: Words of those that are compared letter by letter: those with the most letters in common.
_MOST_COMPARED = 32
#: Words that are offered for one.
_MOST_OFFERED = 3


def distance(one: str, other: str, limit: int) -> int:
    """Letters to change, add, drop or swap with their neighbour to get from one word to the other; `limit` + 1 where
    it takes more than `limit`.

    A column of the table of distances is kept in the bits of a few integers (Hyyrö, "A bit-vector algorithm for
    computing Levenshtein and Damerau edit distances", 2003), so a letter costs a dozen operations, not a row.
    """
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    if not one or not other:
        return len(one) or len(other)
    places: dict[str, int] = defaultdict(int)
    for index, letter in enumerate(one):
        places[letter] |= 1 << index
    every, last = (1 << len(one)) - 1, 1 << (len(one) - 1)
    more, less = every, 0  # where the distance grows by one, or shrinks, from one row to the next
    zero = before = 0  # where the diagonal stays the same; where the letter before stands
    result = len(one)
    for letter in other:
        here = places.get(letter, 0)
        swapped = ((~zero & here) << 1) & before
        zero = ((((here & more) + more) ^ more) | here | less | swapped) & every
        right_more = less | (~(zero | more) & every)
        right_less = zero & more
        result += bool(right_more & last) - bool(right_less & last)
        right_more, right_less = right_more << 1 | 1, right_less << 1
        more = (right_less | ~(zero | right_more)) & every
        less = right_more & zero
        before = here
    return min(result, limit + 1)


def is_near(word: str, wanted: str) -> bool:
    """Whether a slip turns one into the other: one edit, or edits in at most a third of the word."""
    limit = max(1, len(wanted) // 3)
    return word != wanted and distance(word, wanted, limit) <= limit


class WordList:
    """Words that a misspelt one may mean: names, keys, file names. Answers are remembered, and what one answer costs
    does not grow with the list."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self._words = list(dict.fromkeys(words))
        self._indexed = 0
        self._answers: dict[str, tuple[str, ...]] = {}
        self._by_spelling: defaultdict[str, list[str]] = defaultdict(list)
        self._by_part: defaultdict[str, list[_Candidate]] = defaultdict(list)
        self._by_length: defaultdict[int, list[_Candidate]] = defaultdict(list)

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def add(self, word: str) -> None:
        """Put one more word at the end of the list."""
        self._words.append(word)
        self._answers.clear()

    def nearest(self, word: str) -> tuple[str, ...]:
        """The words of the list that a misspelt one may have meant, best first, at most three.

        Exact but for case; else those that hold it whole (`Tom`, Old Tom); else those at a distance of at most a third
        of the word.
        """
        if len(word) > LONGEST_GUESS:
            return ()
        if word not in self._answers:
            self._index()
            self._answers[word] = self._search(word.casefold())
        return self._answers[word]

    def _search(self, word: str) -> tuple[str, ...]:
        if same := self._by_spelling.get(word):
            return tuple(same)
        if whole := self._holding(word):
            return whole
        limit = max(1, len(word) // 3)
        scored = [(distance(word, one.folded, limit), one.word) for one in self._likeliest(word, limit)]
        near = sorted((pair for pair in scored if pair[0] <= limit), key=itemgetter(0))
        return tuple(candidate for _, candidate in near[:_MOST_OFFERED])

    def _holding(self, word: str) -> tuple[str, ...]:
        """Those in which the word, or row of words, stands whole."""
        first = word.split(" ", 1)[0]
        like = islice(self._by_part.get(first, ()), _MOST_CONSIDERED)
        return tuple(islice((one.word for one in like if f" {word} " in f" {one.folded} "), _MOST_OFFERED))

    def _likeliest(self, word: str, limit: int) -> list[_Candidate]:
        """Those worth a comparison, in the order of the list: of like length, and with most letters the same."""
        letters, size = _letters(word), len(word)
        lengths = sorted(range(size - limit, size + limit + 1), key=lambda length: abs(length - size))
        like = islice(chain.from_iterable(self._by_length.get(length, ()) for length in lengths), _MOST_CONSIDERED)
        # An edit changes at most two of the letters that one word has and the other has not.
        apart = [(differing, one) for one in like if (differing := (one.letters ^ letters).bit_count()) <= 2 * limit]
        if len(apart) > _MOST_COMPARED:
            apart = sorted(apart, key=itemgetter(0))[:_MOST_COMPARED]
        return sorted((one for _, one in apart), key=attrgetter("place"))

    def _index(self) -> None:
        for place, word in enumerate(self._words[self._indexed :], self._indexed):
            folded = word.casefold()
            self._by_spelling[folded].append(word)
            if len(folded) <= 2 * LONGEST_GUESS:
                candidate = _Candidate(place, word, folded, _letters(folded))
                self._by_length[len(folded)].append(candidate)
                for part in set(folded.split(" ")):
                    self._by_part[part].append(candidate)
        self._indexed = len(self._words)


class _Candidate(NamedTuple):
    """A word of a list, its place there, how it is compared, and its letters as the bits of a number."""

    place: int
    word: str
    folded: str
    letters: int


def _letters(word: str) -> int:
    """The letters of a word, two of which may share a bit."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) & 63)
    return bits


@lru_cache(maxsize=64)
def _word_list(words: tuple[str, ...]) -> WordList:
    return WordList(words)


def nearest(word: str, candidates: Iterable[str]) -> tuple[str, ...]:
    """`WordList.nearest` for a list that has no owner to keep it."""
    return _word_list(tuple(candidates)).nearest(word)


def quote(text: str, most: int = 60) -> str:
    """What the writer typed, in quotation marks, cut where it is long."""
    return f"“{text if len(text) <= most else f'{text[: most - 1]}…'}”"


def listed_or(words: Iterable[str]) -> str:
    """A list to read: `A`, `A or B`, `A, B or C`."""
    listed = list(words)
    return f"{', '.join(listed[:-1])} or {listed[-1]}" if len(listed) > 1 else "".join(listed)
