"""Completion at the start of a line: property keys, headers of blocks, speakers, lines between shots."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from storyboard.catalog import read_table
from storyboard.compiler.ir import keys, parsed
from storyboard.compiler.ir.parsed import Kind
from storyboard.compiler.parse.comments import flatten
from storyboard.lsp.completion.cursor import KEY_VALUE, WORD, CompletionOffer, Cursor, known_keys, name_offer
from storyboard.lsp.project_files import offered_words

_KEY = re.compile(r"\s*(?P<rest>[^\W\d_]*(?: [^\W\d_]+)* ?)$")
_CAPITALS = re.compile(r"\s*(?P<rest>[^\Wa-z_][^a-z\n]{0,60}|)$")


def _beside(typed: str, start: int, end: int) -> Iterator[CompletionOffer]:
    """Lines of a shot that are not filmed, as far as they are typed: transitions, titles, effects, slugs."""
    table = read_table("words.toml")
    titles = [(f"{word}: ", "words on the screen") for word in ("SUPER", "TITLE CARD", "CHYRON")]
    words = [(word, "transition") for word in ("CUT TO:", *table["transition"]["words"])]
    words += [*titles, ("EFFECT: ", "a sound, heard once"), *((word, "slug") for word in table["slug"]["words"])]
    for word, detail in words:
        if word.startswith(typed.upper()):
            yield CompletionOffer(word.strip(), "keyword", word, start, end, detail)


def line_start_offers(place: Cursor) -> Iterable[CompletionOffer] | None:
    """Property keys where properties can be, otherwise headers of blocks and speakers."""
    found: list[CompletionOffer] = []
    typed = _KEY.match(place.before)
    if typed and _is_among_properties(place):
        start, end = place.at - len(typed["rest"]), place.end(WORD)
        used = {one.key for one in place.spot.block.properties} - keys.LISTS
        on_title_page = known_keys(place) is keys.TITLE_PAGE
        for key in known_keys(place):
            if key not in used and key.startswith(" ".join(typed["rest"].lower().split())):
                shown = key.capitalize() if on_title_page else key
                colon = "" if place.after.lstrip().startswith(":") else ": "
                found.append(CompletionOffer(shown, "key", f"{shown}{colon}", start, end))
    capitals = _CAPITALS.match(place.before)
    if capitals and capitals["rest"]:
        start, end = place.at - len(capitals["rest"]), place.end(WORD)
        snippets = (
            {} if place.after.strip() else offered_words()["snippets"]
        )  # words behind the cursor keep their place
        found += [
            CompletionOffer(
                word, "keyword", f"{word} ".replace("=== ", "==="), start, end, snippet=snippets.get(word, "")
            )
            for word in offered_words()["headers"]["words"]
        ]
        if isinstance(place.spot.block, parsed.Shot):
            cast = [one for one in place.entities if one.kind is Kind.CHARACTER and one.base is None]
            found += [name_offer(one, one.name.upper(), start, end)._replace(label=one.name.upper()) for one in cast]
            found += _beside(capitals["rest"], start, end)
    return found


def _is_among_properties(place: Cursor) -> bool:
    """Whether only the header and properties of its block stand above the cursor's line."""
    above = flatten(place.spot.source.text[place.spot.offset : place.at]).split("\n")[:-1]
    if isinstance(place.spot.block, parsed.TitlePage | parsed.LooseText):
        above = [line for line in above if line.strip() or place.spot.block.properties]
        header = 0
    else:
        header = 1
        if not above:
            return False
    known = known_keys(place)
    for line in above[header:]:
        key = KEY_VALUE.match(line)
        is_property = key is not None and " ".join(key["key"].lower().split()) in known
        if not line.strip() or not (is_property or line[0].isspace() or line.startswith(("//", "[["))):
            return False
    return bool(known)
