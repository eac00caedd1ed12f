"""Speech models and their voices, for speeches laid over the film."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any, Literal, NamedTuple, cast

from storyboard.catalog.tables import read_table

_FILE = "speech-models.toml"
_NOT_MODELS = ("defaults", "uses", "hints")
_MILLION = 1_000_000
#: Every voice of a model, in `speaks`.
_ALL = "*"

Gender = Literal["female", "male"]
_GENDERS: dict[str, Gender] = {"f": "female", "m": "male"}


class Voice(NamedTuple):
    """A voice as the service spells it. `language` is an ISO 639-1 code, None where it speaks every language of its
    model; `gender` None where it is not published."""

    name: str
    language: str | None
    gender: Gender | None


class SpeechModel(NamedTuple):
    """A row of `speech-models.toml`, which explains each field."""

    id: str
    name: str
    privacy: str
    usd_per_million: float
    formats: tuple[str, ...]
    languages: str
    speed: str
    delivery: bool
    voice: str
    voices: tuple[str, ...]
    hint: str
    prefixes: dict[str, str]
    speaks: dict[str, str]
    female: tuple[str, ...]
    male: tuple[str, ...]
    voices_source: str
    source: str
    date: date

    def price(self, characters: int) -> float:
        """US dollars for a text of so many characters."""
        return round(self.usd_per_million * characters / _MILLION, 6)

    def find_voice(self, name: str) -> str | None:
        """A voice as the service spells it, whatever the case of `name`."""
        wanted = name.strip().lower()
        return next((voice for voice in self.voices if voice.lower() == wanted), None)

    def voice_facts(self, name: str) -> Voice:
        """What is published of a voice."""
        if self.prefixes:
            return Voice(name, self.prefixes[name[0]], _GENDERS[name[1]])
        gender: Gender | None = "female" if name in self.female else "male" if name in self.male else None
        return Voice(name, self.speaks.get(name, self.speaks.get(_ALL)), gender)

    def language_hint(self, language: str) -> str | None:
        """How a request tells the language of its text, given an ISO 639-1 code; None where it does not."""
        names = cast("dict[str, str]", read_table(_FILE)["hints"]["names"])
        if not self.hint or language not in names:
            return None
        return names[language] if self.hint == "name" else language

    @property
    def basis(self) -> str:
        """Where the figures are from, in words."""
        return f"{self.source}, {self.date.isoformat()}"


@cache
def speech_models() -> tuple[SpeechModel, ...]:
    """All of them, in the order of the file, the cheapest first."""
    table = read_table(_FILE)
    return tuple(_model(id_, {**table["defaults"], **row}) for id_, row in table.items() if id_ not in _NOT_MODELS)


def _model(id_: str, row: dict[str, Any]) -> SpeechModel:
    values: Any = {key: tuple(one) if isinstance(one, list) else one for key, one in row.items()}
    return SpeechModel(id_, **values)


def find_speech_model(name: str) -> SpeechModel | None:
    """The model of an id, whatever its case."""
    wanted = name.strip().lower()
    return next((one for one in speech_models() if one.id.lower() == wanted), None)


def usual_speech_model(use: str = "film") -> SpeechModel:
    """The one taken where a script names none, for the `film` or the `animatic`."""
    found = find_speech_model(read_table(_FILE)["uses"][use]["model"])
    assert found is not None, "the file names its own models"
    return found
