"""Audio values: a description of a sound, or the path of a sound file, with options in brackets at the end.

    music: slow cello over rain (-6 dB, fade in 2s)     words; `sbc make` makes the sound
    ambience: sounds/harbor.wav (soft, from 0:32, loop) a file of the project
    music: none                                         no music here, whatever applies above

A value that ends like a sound file is a path (endings in `audio.toml`). Gains are in decibels, everything else in
seconds, as `2`, `2s`, `2.5 sec` or `1:04`. Brackets after words are options only if at least one option is in them;
otherwise they belong to the words. An unknown option, and any unknown text in brackets after a path, is SB104.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cache

from storyboard.catalog import read_table
from storyboard.catalog.patterns import any_of, lazy_pattern
from storyboard.compiler.diagnostics import Edit, Finding, Fix, Severity
from storyboard.compiler.ir.parsed import Property, Text
from storyboard.compiler.ir.resolved import Audio, AudioOptions
from storyboard.compiler.loader import Loader
from storyboard.compiler.parse.comments import flatten
from storyboard.compiler.spelling import listed_or, nearest, quote

NONE = "none"
_OPTIONS = lazy_pattern(r"\(([^()]*)\)$")
_SECONDS = r"([0-9]{1,4}(?:\.[0-9]{1,3})?) ?(?:s|sec|seconds?)?"
_CLOCK = lazy_pattern(r"(?:([0-9]{1,3}):)?([0-9]{1,4}(?:\.[0-9]{1,3})?)(?: ?(?:s|sec|seconds?))?")
_GAIN = lazy_pattern(r"([+\-\u2212]?[0-9]{1,2}(?:\.[0-9])?) ?db")
_FADE = lazy_pattern(rf"fade (in|out)(?: {_SECONDS})?")
_FADE_SECONDS = 2.0
_ADVICE = "Options are -6 dB, soft, loud, from 0:32, at 2s, fade in 2s, fade out 3s, once, loop."


def read_audio(value: Text, folder: str, loader: Loader, findings: list[Finding]) -> Audio:
    """Read an audio value: a path or words, with options.

    `folder` is the folder of the script relative to the root; paths start there. Problems are added to `findings`, and
    the value is read as far as possible.
    """
    plain = flatten(value.string).strip()
    options = AudioOptions()
    end = len(plain)
    if found := _OPTIONS.search(plain):
        typed = [part.strip() for part in found[1].split(",") if part.strip()]
        read = [_with_option(options, part.lower()) for part in typed]
        is_file = is_audio_path(plain[: found.start()].strip())
        if is_file or any(one is not None for one in read):
            end = found.start()
            for part, one in zip(typed, read, strict=True):
                if one is None:
                    at = value.span(found.start(1), found.end(1))
                    message = f"{quote(part)} is not an option for a sound."
                    findings.append(Finding("SB104", at, message, _ADVICE))
                else:
                    options = _with_option(options, part.lower()) or options
    said = value.slice(0, end)
    if said.string.lower() == NONE:
        return Audio("", "", options, value.span())
    if not is_audio_path(flatten(said.string)):
        if (problem := _not_words(said, folder, loader)) is not None:
            findings.append(problem)
            return Audio("", "", options, value.span())
        return Audio("", " ".join(said.string.split()), options, value.span())
    return Audio(audio_path(said, folder, loader, findings), "", options, value.span())


def _not_words(said: Text, folder: str, loader: Loader) -> Finding | None:
    """SB104 for a value that is neither a path nor a description: it would be paid for as words, and mean nothing."""
    table = read_table("audio.toml")
    text = flatten(said.string).strip()
    endings = " ".join(_endings())
    bare = text.strip("\"'“”‘’«»").strip()
    if bare.rstrip(".!").lower() in table["words"]["nothing"]:
        message = f"{quote(text)} describes no sound; the value for none is none."
        return Finding("SB104", said.span(), message, fix=Fix(True, (Edit(said.span(), NONE),)))
    if "://" in text:
        message = f"{quote(text)} is a web address; a sound is a file of the project, or a description in words."
        return Finding("SB104", said.span(), message, "Download it into the project folder, and write its path.")
    if os.path.splitext(text.lower())[1] in table["files"]["unread"]:
        message = f"{quote(text)} is not in a format that is read here."
        return Finding("SB104", said.span(), message, f"Convert it to one of these: {endings}")
    if _file_name().search(text.lower()):
        message = f"{quote(text)} names a file, but would be taken as a description."
        path, better = _bracketed(bare)
        file = loader.within(folder, path) if path else None
        fix = Fix(True, (Edit(said.span(), better),)) if file and loader.first_bytes(file, 1) else None
        advice = None if fix else "A path stands alone, with its options in brackets: theme.mp3 (-6 dB)"
        return Finding("SB104", said.span(), message, advice, fix=fix)
    return None


def _bracketed(text: str) -> tuple[str, str]:
    """The path in a text that has quotation marks around it or options behind it, and both as they are written; empty
    where there is something else."""
    if is_audio_path(text):
        return text, text
    path, _, rest = text.partition(" ")
    path = path.rstrip(",")
    typed = [part.strip() for part in rest.strip(" ,[]").split(",")]
    if is_audio_path(path) and all(_with_option(AudioOptions(), part.lower()) for part in typed):
        return path, f"{path} ({', '.join(typed)})"
    return "", ""


def ambience_instead(one: Property) -> list[Finding]:
    """SB106 for a `sound` property with the path of a sound file.

    `sound` holds words for the prompt. A file to be laid over the film belongs in `ambience`, which is the fix.
    """
    if not is_audio_path(flatten(_OPTIONS.sub("", one.value.string)).strip()):
        return []
    message = f"{quote(one.value.string)} would reach the model as words; a sound file belongs in ambience."
    return [Finding("SB106", one.key_span, message, fix=Fix(True, (Edit(one.key_span, "ambience"),)))]


def audio_path(said: Text, folder: str, loader: Loader, findings: list[Finding]) -> str:
    """The path of a sound file, relative to the root; empty, with SB404, if it is outside the project."""
    path = loader.within(folder, said.string)
    if path is None:
        message = f"{quote(said.string)} is outside the project folder."
        advice = "Move the file into the project, or name the wider folder with --root."
        findings.append(Finding("SB404", said.span(), message, advice))
    return path or ""


def is_audio_path(text: str) -> bool:
    """Whether a value is the path of a sound file: it ends like one and is not a web address."""
    return os.path.splitext(os.path.basename(text.lower()))[1] in _endings() and "://" not in text


@cache
def _file_name() -> re.Pattern[str]:
    """The end of a sound file's name inside a text."""
    return re.compile(rf"\w{any_of(map(re.escape, _endings()))}(?!\w)")


@cache
def _endings() -> tuple[str, ...]:
    return tuple(read_table("audio.toml")["files"]["endings"])


def _with_option(options: AudioOptions, text: str) -> AudioOptions | None:
    """The options plus one more, given in lower case; None if the text is not an option."""
    words = read_table("audio.toml")["words"]
    if text in ("soft", "loud"):
        return options._replace(gain_db=words[text])
    if text in ("once", "loop"):
        return options._replace(loops=text == "loop")
    if found := _GAIN.fullmatch(text):
        gain = float(found[1].replace("\u2212", "-"))
        return options._replace(gain_db=gain) if words["quietest"] <= gain <= words["loudest"] else None
    if found := _FADE.fullmatch(text):
        seconds = float(found[2] or _FADE_SECONDS)
        return options._replace(fade_in=seconds) if found[1] == "in" else options._replace(fade_out=seconds)
    first, _, rest = text.partition(" ")
    clock = _CLOCK.fullmatch(rest)
    if first in ("from", "at") and clock:
        seconds = 60 * int(clock[1] or 0) + float(clock[2])
        return options._replace(start_from=seconds) if first == "from" else options._replace(at_second=seconds)
    return None


def read_loudness(value: Text, findings: list[Finding]) -> float | None:
    """The integrated loudness of the finished film, in LUFS (EBU R 128); None with SB104 for any other value."""
    limits = read_table("audio.toml")["loudness"]
    found = re.fullmatch(r"([\-\u2212]?[0-9]{1,2}(?:\.[0-9])?) ?(?:lufs|lkfs)?", flatten(value.string).lower())
    loudness = float(found[1].replace("\u2212", "-")) if found else 0.0
    if limits["least"] <= loudness <= limits["most"]:
        return loudness
    message = f"{quote(value.string)} is not a loudness."
    advice = f"Write LUFS between {limits['least']:g} and {limits['most']:g}: loudness: {limits['default']:g}"
    findings.append(Finding("SB104", value.span(), message, advice))
    return None


def check_speaker(value: Text, model: str | None) -> Iterator[Finding]:
    """SB104, a warning, for a `speaker` that is not a voice of the script's speech model.

    If the script names no speech model, any model's voice is accepted. A warning only, because the catalogue's list of
    voices may be older than the service's.
    """
    from storyboard.catalog.speech_models import find_speech_model, speech_models

    name = value.string
    named = find_speech_model(model) if model else None
    models = (named,) if named else speech_models()
    if any(model.find_voice(name) for model in models):
        return
    other = next((model for model in speech_models() if model.find_voice(name)), None)
    near = nearest(name, [voice for model in models for voice in model.voices])
    message = f"{named.name if named else 'No speech model'} has {'no' if named else 'a'} voice {quote(name)}."
    fix = Fix(False, (Edit(value.span(), near[0]),)) if len(near) == 1 and other is None else None
    advice = None if fix else f"Did you mean {listed_or(near)}?" if near else "`sbc models --voices` lists the voices."
    if other is not None:
        advice = f"{other.name} has it: {other.id} is its name as Voice model."
    yield Finding("SB104", value.span(), message, advice, fix=fix, severity=Severity.WARNING)
