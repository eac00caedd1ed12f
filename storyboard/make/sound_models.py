"""The model for each sound: the one of the title page, or else the project's, or else the usual one."""

from __future__ import annotations

from storyboard.catalog.sound_models import SoundModel, find_sound_model, usual_sound_model
from storyboard.catalog.speech_models import SpeechModel, find_speech_model
from storyboard.catalog.transcription_models import (
    TranscriptionModel,
    find_transcription_model,
    usual_transcription_model,
)
from storyboard.compiler.pipeline import Analysis
from storyboard.project.file import read_project


def named_speech_model(analysis: Analysis) -> SpeechModel | None:
    """The speech model of the title page, else of the project; None where neither names one."""
    given = analysis.whole.given.get("voice model")
    name = given.value if given is not None else read_project(analysis.path).sound_models.voice
    return find_speech_model(name) if name else None


def sound_model(analysis: Analysis, kind: str) -> SoundModel:
    """The model for `music`, `ambience` or an `effect`: the project's, else the usual one."""
    name = getattr(read_project(analysis.path).sound_models, kind)
    return (find_sound_model(name) if name else None) or usual_sound_model(kind)


def transcription_model(analysis: Analysis) -> TranscriptionModel:
    """The model that listens to takes: the project's, else the usual one."""
    name = read_project(analysis.path).sound_models.transcription
    return (find_transcription_model(name) if name else None) or usual_transcription_model()
