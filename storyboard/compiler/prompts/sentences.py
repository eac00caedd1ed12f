"""The writer's words in the form of a prompt: spaces, ends of sentences, brackets, quotation marks.

A model gives every mark a meaning. So a prompt never has nested or unclosed brackets, a word or full stop twice in a
row, or a sentence without an end. All functions are pure and know nothing about clips; they keep the writer's words and
change only what is between them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from storyboard.catalog import read_table
from storyboard.catalog.patterns import lazy_pattern
from storyboard.compiler.emphasis import drop_marks
from storyboard.compiler.names import is_wide

#: The ends of sentences and clauses, and the characters that may follow them.
_ENDS, _CLOSERS = frozenset(".!?…。！？．:;,—–-"), "\"'”’」』)"
_BRACKETS = lazy_pattern(r" ?[()（）\[\]{}【】](?: ?[()（）\[\]{}【】])* ?")
#: A bracket that another follows, or the end, before it closes.
_UNEVEN = lazy_pattern(r"[(（][^()（）]*(?:[(（]|$)")
_ROUND = lazy_pattern(r"[()（）]")
_OPENING = lazy_pattern(r"[(（]")
_COMMAS = lazy_pattern(r"(?<!\s)\s{0,64}([,，、])(?:\s*[,，、])+")
_COMMA_BEFORE_STOP = lazy_pattern(r"(?<!\s)\s{0,64}[,，、]\s*(?=[.!?;:。！？；：]|$)")
_ARTICLE = lazy_pattern(r"(?:An?|AN|The|THE|Ein|Eine|Der|Das)(?=\s)|[A-Z][a-z]{0,2}(?=\s+[^\W\d_A-Z])")
_KANA = lazy_pattern(r"[\u3040-\u30ff]")
_LOOK_END = " \t.,;:!。，、；：！"
#: Quotation marks by their opening sign, each with what may close it.
_QUOTES = {
    '"': '"',
    "“": "”",
    "„": "“”",
    "”": "”",
    "«": "»",
    "»": "«",
    "「": "」",
    "『": "』",
    "＂": "＂",
    "‘": "’",
    "‹": "›",
    "'": "'",
}
_DOUBLE_QUOTE = lazy_pattern(r"«\s*|(?<=\S)\s*»|[\"“”„»「」『』＂]")
#: What is quoted at the beginning of a speech, in single quotation marks.
_QUOTED_FIRST = lazy_pattern(r"\A'([^']*+(?:'\w[^']*+)*+)'(?!\w)")
_STOP = ".!?…。！？,"


@lru_cache(maxsize=4096)  # a film says the same looks and styles again and again
def clean_text(text: str) -> str:
    """Text for a prompt: without emphasis marks, with single spaces, and none before a full stop or comma."""
    return tidy_blanks(drop_marks(text))


def tidy_blanks(text: str) -> str:
    """Text with single spaces, none before a full stop or comma, and no nested brackets."""
    text = level_brackets(" ".join(text.split()))
    return re.sub(r" ([.,;!?])(?![.\w])", r"\1", text) if " ." in text or " ," in text else text


@lru_cache(maxsize=4096)
def description(text: str) -> str:
    """A look as it is put in brackets after its tag; the same in every clip.

    Its own brackets become commas, its article lower case, and its full stop is removed.
    """
    text = unbracketed(clean_text(text)).rstrip(_LOOK_END)
    article = _ARTICLE.match(text)
    if article and article[0].lower() in _articles():
        return f"{article[0].lower()}{text[article.end() :]}"
    return text


@cache
def _articles() -> frozenset[str]:
    return frozenset(read_table("words.toml")["article"]["words"])


def unbracketed(text: str) -> str:
    """Text with commas for its brackets: `a man (72) in grey` becomes `a man, 72, in grey`."""
    if not _BRACKETS.search(text):
        return text
    comma = ", "
    if any(map(is_wide, text)):
        comma = "、" if _KANA.search(text) else "，"
    text = _BRACKETS.sub(comma, text)
    text = _COMMA_BEFORE_STOP.sub("", _COMMAS.sub(r"\1", text))
    return text.strip(" ,，、")


def level_brackets(text: str) -> str:
    """Text in which every bracket closes and none is nested.

    One that never closes is removed; inner ones become commas. A `)` without an opening bracket, as in numbered lists,
    is kept.
    """
    if not _UNEVEN.search(text):
        return text
    parts: list[str] = []
    at = 0
    for start, end in outer_brackets(text):
        parts += _OPENING.sub(" ", text[at:start]), text[start], unbracketed(text[start + 1 : end]), text[end]
        at = end + 1
    return " ".join("".join((*parts, _OPENING.sub(" ", text[at:]))).split())


def outer_brackets(text: str) -> list[tuple[int, int]]:
    """Start and end of each round bracket that is not inside another, in order."""
    opened: list[int] = []
    pairs: list[tuple[int, int]] = []
    for sign in _ROUND.finditer(text):
        if sign[0] in "(（":
            opened.append(sign.start())
        elif opened:
            start = opened.pop()
            while pairs and pairs[-1][0] > start:
                pairs.pop()
            pairs.append((start, sign.start()))
    return pairs


def sentence(text: str, *, keeps_case: bool = False) -> str:
    """Text as a sentence: with a capital letter, and a full stop unless it has an end already.

    `keeps_case` leaves the first letter unchanged, for text that begins with a tag.
    """
    if not text:
        return ""
    if text[0].islower() and not keeps_case:
        text = text[0].upper() + text[1:]
    if text[-1] in ",;:—–-" and not text.endswith(("...", "…")):
        text = text.rstrip(",;:—–- ") or text
    return with_full_stop(text)


def sentence_end(text: str) -> str:
    """The end that a text has, a sign and the marks behind it, as in `."`; empty where it has none."""
    body = text.rstrip(_CLOSERS)
    return text[len(body) - 1 :] if body[-1:] in _ENDS else ""


def with_full_stop(text: str) -> str:
    """Text with a full stop of its own writing system, unless it has an end already."""
    if not text or sentence_end(text):
        return text
    return f"{text}{'。' if is_wide(text[-1]) else '.'}"


def labelled_sentence(label: str, text: str) -> str:
    """`Light: last blue light.`; empty if there is no text."""
    return sentence(f"{label}: {text}") if text else ""


def unquoted_speech(lines: Sequence[str]) -> list[str]:
    """The lines of a speech without surrounding quotation marks, and with single ones inside; the prompt adds its
    own."""
    bare = [_unquoted(clean_text(line)) for line in lines]
    if len(bare) > 1 and bare[0][:1] in _QUOTES and bare[-1][-1:] in _QUOTES[bare[0][0]]:
        bare[0], bare[-1] = bare[0][1:].lstrip(), bare[-1][:-1].rstrip()
    return [
        with_full_stop(_QUOTED_FIRST.sub(r"\1", found) if (found := _DOUBLE_QUOTE.sub("'", line))[:1] == "'" else found)
        for line in bare
    ]


def _unquoted(line: str) -> str:
    """A line without quotation marks around the whole of it."""
    closers = _QUOTES.get(line[:1])
    if closers is None:
        return line
    body = line.rstrip(_STOP)
    stop = line[len(body) :]
    if len(body) < 2 or body[-1] not in closers:  # two marks
        return line
    inner = body[1:-1].strip(" \u00a0\u202f")
    if line[0] in inner or any(mark in inner for mark in closers if mark != "'") or (line[0] == "'" and "'" in inner):
        return line
    return f"{inner}{stop}" if inner and inner[-1] not in _STOP else inner
