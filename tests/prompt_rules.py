"""What is true of every prompt, whatever the script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from storyboard.catalog import read_table
from storyboard.compiler.ir.planned import Clip
from storyboard.compiler.pipeline import Analysis
from storyboard.compiler.prompts import write_prompt

_SPEECH = re.compile(r'"[^"]*"')
_BRACKETS = re.compile(r"\([^()]*\)")
_UNEVEN = re.compile(r"[(（][^()（）]*(?:[(（]|\Z)")
_BARE_SIZE = re.compile(
    r"(?:^|: )(?:Extreme wide|Extreme long|Medium wide|Medium long|Wide|Medium|Full|Long|Close)(?=[.,;]|$)",
    re.MULTILINE,
)
_DOUBLED_WORD = re.compile(r"\b([^\W\d_]{2,}) \1\b", re.IGNORECASE)
_DOUBLED_SIGN = re.compile(r"([,;:])[ ]?[,;:.!?]|(?<!\.)\.[ ]?[,;:]|(?<!\.)\.\.(?!\.)")


def prompts(analysis: Analysis) -> dict[str, str]:
    """The prompt of every clip, by its id."""
    return {clip.id: write_prompt(clip) for clip in analysis.clips}


def broken_rules(analysis: Analysis) -> list[str]:
    """Every rule that a prompt of the script breaks, with its words."""
    script = " ".join(source.text for source in analysis.sources)
    return [
        f"{clip.id}: {rule}: {words!r}"
        for clip in analysis.clips
        for rule, words in _broken(clip, write_prompt(clip), script)
    ]


def _broken(clip: Clip, prompt: str, script: str) -> Iterator[tuple[str, str]]:
    tag = "|".join(re.escape(reference.tag) for reference in clip.references) or "(?!)"
    looks = [
        ("'s or a letter behind a look", rf"(?:{tag}) \([^()]*\)(?:['’]s|\w)"),
        ("a letter behind a tag", rf"(?:{tag})(?:[^\W\d]|\.\w)"),
        ("an article in capitals", rf"(?:{tag}) \((?:A|An|The) "),
    ]
    for rule, pattern in looks:
        yield from ((rule, found[0]) for found in re.finditer(pattern, prompt))
    yield from (("a bracket in a bracket, or left open", found[0]) for found in _UNEVEN.finditer(_unspoken(prompt)))
    yield from (("a bare size", found[0]) for found in _BARE_SIZE.finditer(prompt))
    yield from _plain_names(clip, prompt, script)
    yield from _foreign(clip, prompt)
    yield from (
        ("a doubled word", found[0])
        for found in _DOUBLED_WORD.finditer(prompt)
        if not re.search(rf"\b{found[1]}\W+{found[1]}\b", script, re.IGNORECASE)
    )
    yield from (
        ("a doubled sign", found[0])
        for found in _DOUBLED_SIGN.finditer(prompt)
        if found[0].replace(" ", "") not in script.replace(" ", "").replace("\n", "")
    )
    yield from (("a doubled quotation mark", found[0]) for found in re.finditer(r"\"['“”„«»]|['“”«»]\"|\"\"", prompt))
    if not clip.settings.is_heard and "Sound:" in prompt and "Sound:" not in script:
        yield "sound in a silent clip", prompt


def _unspoken(prompt: str) -> str:
    return _SPEECH.sub('""', prompt)


def _plain_names(clip: Clip, prompt: str, script: str) -> Iterator[tuple[str, str]]:
    """Somebody who has a tag, by name, outside speech, looks and places; a name left so by the script is its SB205."""
    text = _BRACKETS.sub("", _unspoken(prompt)).split("Setting:")[0]
    for reference in clip.references:
        entity = reference.entity
        name = re.escape(entity.spoken_name)
        left = re.search(rf"(?<![@\w{{]){name}(?!\w)", re.sub(r"(?m)^(?:CHARACTER|PROP|LOCATION|look:).*$", "", script))
        if not entity.is_location and not left:
            yield from (("a plain name", found[0]) for found in re.finditer(rf"(?<!\w){name}(?!\w)", text))


def _foreign(clip: Clip, prompt: str) -> Iterator[tuple[str, str]]:
    """A time of day or a prefix of another language in what is said of place and time."""
    scene = clip.scene
    said = [scene.time or ""]
    if scene.location is not None:
        said.append(scene.detail or "")
    for words in said:
        yield from (("a foreign time", found[0]) for found in _times().finditer(words))
    setting = prompt.split("Setting: ")[1] if "Setting: " in prompt else ""
    yield from (("a prefix", found[0]) for found in re.finditer(r"^(?:AUSSEN|INNEN|НАТ|ИНТ|ЭКСТ|INT|EXT)\.", setting))


@cache
def _times() -> re.Pattern[str]:
    words = read_table("words.toml")["time"]["english"]
    foreign = [word for word, english in words.items() if word.lower() != english]
    return re.compile(
        rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(foreign, key=len, reverse=True)))})(?!\w)", re.IGNORECASE
    )
