"""SB106: lines that would be filmed as text but look like something else.

Every line is legal as action, so a misspelt keyword would end up in a prompt. A false alarm is as bad as a missed
mistake: each check asks for more than the likeness of one word. Lines that depend on the declared names are doubts
(`doubts`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from storyboard.catalog import read_table
from storyboard.catalog.patterns import lazy_pattern
from storyboard.compiler.diagnostics import Edit, Finding, Fix
from storyboard.compiler.ir import keys
from storyboard.compiler.ir.parsed import Text
from storyboard.compiler.parse.comments import flatten
from storyboard.compiler.parse.near_headers import NearHeader, near_header
from storyboard.compiler.parse.near_keys import KEY, meant_key, ordinary_words, other_word, text_keys
from storyboard.compiler.parse.raw_text import RawText
from storyboard.compiler.spelling import is_near, quote
from storyboard.compiler.syntax import transitions
from storyboard.compiler.text import SourceMap, Span


class TypedLine(NamedTuple):
    """A line that will be text or speech.

    `is_first` and `is_last` say that it is the first or last line of its paragraph; `near_header` that it is where a
    property could be; `number` counts the lines of a speech, the cue being 0. `blanks` are the blank lines below the
    last line, and `leads_to_text` says that a paragraph of action follows them; `gap` are the blank lines between a
    speech and the first line below it.
    """

    text: Text
    role: str
    is_first: bool
    is_last: bool
    near_header: bool = False
    number: int = 0
    blanks: tuple[Span, ...] = ()
    leads_to_text: bool = False
    gap: tuple[Span, ...] = ()


_KEYS = {"heading": keys.SCENE, "shot": keys.SHOT}

#: Keys that begin a sentence as well.
_WORDS_TOO = frozenset({"start", "end", "with"})
_TITLE = lazy_pattern(r"([^\W\d_]{2,7})\s*:\s*\S")
_TITLES = ("SUPER", "TITLE", "CHYRON", "EFFECT")
_RULE = lazy_pattern(r"-{3,}|\*(?:\s*\*){2,}|_{3,}|~{3,}")
_FENCE = lazy_pattern(r"`{3}.*|~~~.*")
_APART = lazy_pattern(r"\([^\W\dA-ZÀ-Þ][^()]{0,60}[^().!?]\)")
_MARKUP = lazy_pattern(r"<!--(.*?)-->")
_LYRIC = lazy_pattern(r"~\s*\S.*")
_SQUARE = lazy_pattern(r"\[(?!\[)([^\[\]]+)\](?!\])")
#: Words followed by a `)` only; `1)` numbers a list, `:)` is a smiley.
_UNOPENED = lazy_pattern(r"[^()]*(?:[^\W\d]{2}|[^\W\d][.!?…])\)[.]?")
_BEHIND = lazy_pattern(r"(?<=\s)//(?=\s)\s*(\S.*)")
#: The longest transition that is looked for.
_LONGEST_TRANSITION = 24
_SIGN = lazy_pattern(r"[-*_~<`(\[]|[^\n:]{1,24}:")


def read_as_header(raw: RawText, nearly: NearHeader) -> tuple[RawText, Finding]:
    """A block whose first line is read as the header that it nearly is, and the slip."""
    lead = len(raw.plain) - len(raw.plain.lstrip())
    line_end = raw.plain.find("\n", lead)
    edits = [(lead + start, lead + end, text) for start, end, text in nearly.edits]
    fix = Fix(True, tuple(Edit(_place(raw, start, end), text) for start, end, text in edits))
    line = raw.text(lead, line_end if line_end > 0 else len(raw.plain))
    message = f"{quote(line.string)} is nearly {nearly.what}, and is read as one."
    return _rewritten(raw, edits), Finding("SB106", line.span(), message, fix=fix)


def _place(raw: RawText, start: int, end: int) -> Span:
    first = raw.map.offset(start)
    return Span(raw.anchor, first, raw.map.offset(end - 1) + 1 if end > start else first)


def _rewritten(raw: RawText, edits: Sequence[tuple[int, int, str]]) -> RawText:
    """The text with these stretches replaced, and where each part of it was typed."""
    plain, written, pairs = "", "", list[tuple[int, int]]()
    at = 0
    for start, end, text in [*edits, (len(raw.plain), len(raw.plain), "")]:
        pairs += [(len(plain) + index - at, offset) for index, offset in raw.map.runs(at, start)]
        plain, written = plain + raw.plain[at:start], written + raw.written[at:start]
        if text:
            pairs.append((len(plain), raw.map.offset(start)))
            plain, written = plain + text, written + text
        at = end
    return raw._replace(plain=plain, written=written, map=SourceMap(pairs or [(0, 0)]))


# ---- Properties below a blank line ---------------------------------------------------------------------------------


def close_up(raw: RawText, known: Sequence[str]) -> tuple[RawText, tuple[Finding, ...]]:
    """A block whose properties are below a blank line, read as if they were under its header, and the mistake.

    `known` are the block's keys. Only above a shot: in a shot the lines stay text.
    """
    if not known or "\n\n" not in raw.plain.replace(" ", "").replace("\t", ""):
        return raw, ()
    holes: list[tuple[int, int, str]] = []
    findings: list[Finding] = []
    at = raw.plain.find("\n", len(raw.plain) - len(raw.plain.lstrip())) + 1
    blank: int | None = None
    while 0 < at < len(raw.plain):
        end = raw.plain.find("\n", at) + 1 or len(raw.plain)
        line = raw.plain[at:end]
        if not line.strip():
            blank = at if blank is None else blank
        else:
            key = re.match(r"\s*([^\W\d_]+(?: [^\W\d_]+)*)\s*:", line)
            if blank is None:
                if key is None and not line[0].isspace():
                    break
            elif key is not None and " ".join(key[1].lower().split()) in known:
                holes.append((blank, at, ""))
                if len(holes) == 1:
                    message = f"“{key[1]}:” is below a blank line, where it belongs to nothing."
                    span = raw.span(at, end)
                    findings.append(Finding("SB106", span, message))
            else:
                break
            blank = None
        at = end
    if not findings:
        return raw, ()
    fix = Fix(True, tuple(Edit(_place(raw, start, stop), "") for start, stop, _ in holes))
    return _rewritten(raw, holes), (findings[0]._replace(fix=fix),)


# ---- Lines of text and of speeches ---------------------------------------------------------------------------------


def find_slips(kind: str, lines: Sequence[TypedLine], header: Span) -> list[Finding]:
    """The slips among the text lines of a block; `header` is its first line, under which a stray property belongs."""
    known = _KEYS.get(kind, ())
    findings: list[Finding] = []
    is_explained = False  # a line that is nearly a header explains what stands under it
    for index, line in enumerate(lines):
        is_explained = is_explained and not line.is_first
        if is_explained:
            continue
        plain = flatten(line.text.string)
        if line.role == "speech":
            found = _in_speech(lines, index, plain, known, header)
        else:
            below = lines[index + 1].text.string if not line.is_last and index + 1 < len(lines) else ""
            found = _nearly_a_header(line.text, near_header(plain, below))
            is_explained = found is not None
            if found is None and (len(plain) <= _LONGEST_TRANSITION or _SIGN.match(plain) or " //" in plain):
                found = (
                    _comment(line, plain)
                    or _parenthetical(line, plain)
                    or _transition_slip(line.text, plain)
                    or _key_slip(line, plain, known, header)
                    or _title_slip(line.text, plain)
                )
        if found:
            findings.append(found)
    return findings


def _in_speech(
    lines: Sequence[TypedLine], index: int, plain: str, known: Sequence[str], header: Span
) -> Finding | None:
    line = lines[index]
    found = KEY.match(plain) if ":" in plain[:16] else None
    key = _stray_property(line.text, found, found[1], header) if found and found[1] in known else None
    return key or _comment(line, plain) or _bracket(lines, index, plain) or _action(line, plain)


def _slip(text: Text, start: int, end: int, meant: str, what: str, safe: bool = True) -> Finding:
    message = f"{quote(text.string[start:end])} would be filmed as text. Is it meant as {what}?"
    return Finding("SB106", text.span(start, end), message, fix=Fix(safe, (Edit(text.span(start, end), meant),)))


def _nearly_a_header(text: Text, nearly: NearHeader | None) -> Finding | None:
    if nearly is None:
        return None
    edits = tuple(Edit(text.span(start, end), meant) for start, end, meant in nearly.edits)
    message = f"{quote(text.string)} would be filmed as text. Is it meant as {nearly.what}?"
    return Finding("SB106", text.span(), message, fix=Fix(True, edits))


def _comment(line: TypedLine, plain: str) -> Finding | None:
    """Rules, fences, marked-up comments and lyrics, as other formats write what is not filmed."""
    text = line.text
    if behind := _BEHIND.search(plain) if " //" in plain else None:
        span = text.span(behind.start(), len(plain))
        verb = "spoken" if line.role == "speech" else "filmed"
        message = f"{quote(behind[0])} would be {verb}. Is it meant as a comment?"
        return Finding("SB106", span, message, fix=Fix(False, (Edit(span, f"[[{behind[1]}]]"),)))
    if found := _MARKUP.fullmatch(plain):
        meant, what = _note(text.string[found.start(1) : found.end(1)].strip()), "a comment"
    elif _RULE.fullmatch(plain) or _FENCE.fullmatch(plain):
        meant, what = _note(text.string), "a line between parts"
    elif line.role != "speech" and (found := _SQUARE.fullmatch(plain)):
        meant, what = _note(found[1].strip()), "a note"
    elif _LYRIC.fullmatch(plain):
        meant, what = _note(text.string), "a lyric, which is not filmed"
    else:
        return None
    verb = "spoken" if line.role == "speech" else "filmed as text"
    message = f"{quote(text.string)} would be {verb}. Is it meant as {what}?"
    return Finding("SB106", text.span(), message, fix=Fix(False, (Edit(text.span(), meant),)))


def _note(words: str) -> str:
    """A line as a comment, whatever stands in it."""
    return f"// {words}" if "[[" in words or "]]" in words else f"[[{words}]]"


def _parenthetical(line: TypedLine, plain: str) -> Finding | None:
    """Small words in brackets that blank lines part from the speech above them."""
    if not (line.gap and line.is_last and _APART.fullmatch(plain)):
        return None
    message = f"{quote(line.text.string)} would be filmed as text. Is it meant as a parenthetical?"
    return Finding("SB106", line.text.span(), message, fix=Fix(False, tuple(Edit(blank, "") for blank in line.gap)))


def _bracket(lines: Sequence[TypedLine], index: int, plain: str) -> Finding | None:
    """A parenthetical without its end or its beginning, or in square brackets."""
    text = lines[index].text
    if plain.startswith("(") and ")" not in plain:
        if _next_bracket(lines, range(index + 1, len(lines)), lines[index].number) == ")":
            return None
        message = f"{quote(text.string)} would be spoken: its bracket is never closed."
        at = text.span().end
        return Finding("SB106", text.span(), message, fix=Fix(True, (Edit(Span(text.anchor, at, at), ")"),)))
    if _UNOPENED.fullmatch(plain):
        if _next_bracket(lines, range(index - 1, -1, -1), lines[index].number) == "(":
            return None
        message = f"{quote(text.string)} would be spoken: its bracket is never opened."
        at = text.span().start
        return Finding("SB106", text.span(), message, fix=Fix(False, (Edit(Span(text.anchor, at, at), "("),)))
    found = _SQUARE.match(plain)
    if found is None:
        return None
    message = f"{quote(found[0])} would be spoken. Is it meant as a parenthetical?"
    span = text.span(0, found.end())
    return Finding("SB106", span, message, fix=Fix(True, (Edit(span, f"({found[1].strip()})"),)))


def _next_bracket(lines: Sequence[TypedLine], indices: range, number: int) -> str:
    """The bracket nearest to line `number` of a speech, going down or up through it; empty where it has none."""
    for index in indices:
        other = lines[index]
        if other.role != "speech" or (other.number - number) * indices.step <= 0:
            break
        found = [sign for sign in flatten(other.text.string) if sign in "()"]
        if found:
            return found[0] if indices.step > 0 else found[-1]
    return ""


def _action(line: TypedLine, plain: str) -> Finding | None:
    """A later line of a speech that begins with a mention."""
    if line.number < 2 or not re.match(r"@(?:\{|[^\W_])", plain):
        return None
    message = f"{quote(line.text.string)} would be spoken. Is it meant as action?"
    at = line.text.span().start
    edit = Edit(Span(line.text.anchor, at, at), "\n")
    return Finding("SB106", line.text.span(), message, fix=Fix(True, (edit,)))


def _transition_slip(text: Text, plain: str) -> Finding | None:
    """SB106 for a line that is nearly a known transition."""
    if len(plain) > _LONGEST_TRANSITION or plain.endswith("!"):
        return None
    upper = plain.upper()
    bare = upper.rstrip(".:")
    if plain not in (upper, plain.capitalize()):
        return None
    for known, known_bare, limit in _known_transitions():
        if bare == known_bare and upper != plain and plain[-1] not in ".:":
            return None
        is_like = plain == upper and abs(len(upper) - len(known)) <= limit
        if bare == known_bare or (is_like and len(known) > 6 and is_near(upper, known)):
            return _slip(text, 0, len(plain), known, "a transition")
    if upper.endswith((" TO", " TO.")) and plain == upper and len(upper.split()) <= 3:
        return _slip(text, 0, len(plain), f"{bare}:", "a transition")
    if upper.endswith(" TO:") and len(upper.split()) <= 3 and plain != upper:
        return _slip(text, 0, len(plain), upper, "a transition")
    return None


@cache
def _known_transitions() -> tuple[tuple[str, str, int], ...]:
    """Each transition, without its last sign, and by how many letters one that is near may be longer or shorter."""
    return tuple((known, known.rstrip(".:"), len(known) // 3) for known in sorted(transitions()))


def _key_slip(line: TypedLine, plain: str, known: Sequence[str], header: Span) -> Finding | None:
    """SB106 for a property, or nearly one, below the text."""
    found = KEY.match(plain)
    if found is None or not known:
        return None
    word = " ".join(found[1].lower().split())
    if found[1] in read_table("words.toml")["slip"]["headers"]["effect"]:
        return None
    key = word if word in known else other_word(word, known)
    if key and not (key in _WORDS_TOO and found[1].istitle()):
        return _stray_property(line.text, found, key, header)
    if not line.near_header or word in ordinary_words():
        return None
    near = [key for key in known if len(key) > 3 and is_near(word, key)]
    return _slip(line.text, 0, found.end(1), near[0], f"the property {near[0]}") if near else None


def _stray_property(text: Text, found: re.Match[str], key: str, header: Span) -> Finding:
    """A property below the text, where it is text itself; `found` is its typed key and the colon."""
    message = f"{quote(f'{found[1]}:')} would be filmed as text: properties belong directly under the header."
    end = Span(header.anchor, header.end, header.end)
    line = text.string if found[1].lower() == key else f"{key}: {text.string[found.end() :]}"
    fix = Fix(False, (Edit(end, f"\n{line}"), Edit(text.span(), "")))
    return Finding("SB106", text.span(), message, fix=fix)


def odd_property(text: Text, kind: str) -> tuple[Finding, str | None]:
    """SB106 for a line `key: …` among the properties whose key the block does not know, and the key that it is
    nearest to."""
    found = KEY.match(flatten(text.string))
    assert found, "the grammar takes no other line for a property"
    known = _KEYS[kind]
    word = " ".join(found[1].lower().split())
    meant = meant_key(word, known)
    owner = "a scene" if kind == "heading" else "a shot"
    message = f"{owner[0].upper()}{owner[1:]} has no property {quote(found[1])}, so this would be filmed as text."
    if meant:
        edit = Edit(text.span(0, found.end(1)), meant)
        return Finding("SB106", text.span(), message, fix=Fix(False, (edit,))), meant
    if word in text_keys():
        edit = Edit(text.span(0, found.end()), "")
        return Finding("SB106", text.span(), message, fix=Fix(False, (edit,))), None
    edit = Edit(text.span(), _note(text.string))
    return Finding("SB106", text.span(), message, f"It has {', '.join(known)}.", fix=Fix(False, (edit,))), None


def _title_slip(text: Text, plain: str) -> Finding | None:
    """SB106 for a title or an effect whose keyword is misspelt or not in capitals."""
    found = _TITLE.match(plain)
    if found is None:
        return None
    word = found[1]
    if word in read_table("words.toml")["slip"]["headers"]["effect"]:
        return _slip(text, 0, found.end(1), "EFFECT", "an EFFECT")
    if word.upper() in _TITLES or (word.isupper() and any(is_near(word, known) for known in _TITLES)):
        meant = next(known for known in _TITLES if known == word.upper() or is_near(word, known))
        return _slip(text, 0, found.end(1), meant, f"{'an' if meant == 'EFFECT' else 'a'} {meant}")
    return None
