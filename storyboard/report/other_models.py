"""The tables of models for pictures, for speech with their voices, and for music and effects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from storyboard.catalog.picture_models import PictureModel, PictureUse
from storyboard.catalog.sound_models import SoundModel
from storyboard.catalog.speech_models import SpeechModel
from storyboard.catalog.transcription_models import TranscriptionModel
from storyboard.report.prices import is_old
from storyboard.wording import table, unit_price

_OLD = ": old"


def list_picture_models(models: Iterable[PictureModel], uses: dict[str, PictureUse], today: date) -> Iterator[str]:
    """A table of the picture models, and which one makes what by itself."""
    listed = tuple(models)
    rows: list[tuple[object, ...]] = [("MODEL", "MAKES", "FROM", "SIZE", "ASPECTS", "USD A PICTURE", "PRIVACY")]
    rows += [
        (
            one.id,
            "a picture" if one.kind == "generate" else "an edit",
            "words" if one.kind == "generate" else f"1 to {one.inputs} pictures" if one.inputs > 1 else "1 picture",
            ", ".join(one.resolutions) or "its own",
            f"{len(one.aspects)} to choose" if one.aspects else "any",
            " to ".join(dict.fromkeys(f"{usd:g}" for usd in (min(one.usd.values()), max(one.usd.values())))),
            one.privacy,
        )
        for one in listed
    ]
    yield from table(rows)
    yield ""
    for use, chosen in uses.items():
        yield f"{use}: {chosen.model}; cheap {chosen.cheap}; private {chosen.private}"
    yield ""
    yield from _dates([one.date for one in listed], today)


def list_voices(models: Iterable[SpeechModel], usual: SpeechModel, today: date) -> Iterator[str]:
    """The speech models, each with its voices as the service spells them."""
    listed = tuple(models)
    for one in listed:
        mark = " (taken where a script names none)" if one.id == usual.id else ""
        yield f"{one.id}{mark}: {unit_price(one.usd_per_million)} for a million characters, {one.privacy}"
        yield f"  languages  {one.languages}"
        yield f"  delivery   {'(parentheticals) are sent along' if one.delivery else 'not heeded'}"
        yield from _voice_lines(one)
        yield ""
    yield from _dates([one.date for one in listed], today)


def _voice_lines(model: SpeechModel) -> Iterator[str]:
    """The voices of a model by language and gender, as far as they are published."""
    groups: dict[tuple[str, str], list[str]] = {}
    for name in model.voices:
        voice = model.voice_facts(name)
        groups.setdefault((voice.language or "", voice.gender or ""), []).append(name)
    for (language, gender), names in groups.items():
        kind = " ".join(filter(None, (language, gender))) or "voices"
        yield f"  {kind:<10} {', '.join(names)}"


def list_sound_models(models: Iterable[SoundModel], usual: Iterable[SoundModel], today: date) -> Iterator[str]:
    """A table of the models for music and effects."""
    listed = tuple(models)
    first = {one.id for one in usual}
    rows: list[tuple[object, ...]] = [("MODEL", "MAKES", "LENGTH", "USD FOR ITS USUAL LENGTH", "FORMAT", "PRIVACY")]
    for one in listed:
        length = f"{one.seconds[0]}-{one.seconds[1]} s, else {one.seconds[2]}" if one.seconds else "its own"
        price = one.price(one.seconds[2] if one.seconds else 0)
        mark = " (usual)" if one.id in first else ""
        rows.append((f"{one.id}{mark}", one.kind, length, f"{price:g}", ", ".join(one.formats), one.privacy))
    yield from table(rows)
    yield ""
    yield from _dates([one.date for one in listed], today)


def list_transcription_models(models: Iterable[TranscriptionModel], usual: TranscriptionModel) -> Iterator[str]:
    """A table of the models that write down what is said."""
    rows: list[tuple[object, ...]] = [("MODEL", "MAKES", "USD FOR A MINUTE", "PRIVACY")]
    for one in models:
        mark = " (usual)" if one.id == usual.id else ""
        rows.append((f"{one.id}{mark}", "transcript", f"{one.price(60):g}", one.privacy))
    yield from table(rows)


def _dates(dates: list[date], today: date) -> Iterator[str]:
    said = " to ".join(dict.fromkeys(day.isoformat() for day in (min(dates), max(dates))))
    age = f"{(today - min(dates)).days} days old"
    yield f"limits and prices of {said}, {age}{_OLD if is_old(min(dates), today) else ''}"
