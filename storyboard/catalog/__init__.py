"""Facts about the outside world, as data: models with their limits and prices, and the words of the field.

The files in this folder hold the facts, each with its source and date; the modules only read them.

    video_models, picture_models, speech_models, sound_models, transcription_models, upscale_models   rows of each kind
    prices          prices with source and date
    tables          the data files as they are read
    patterns        lists of words as patterns
"""

from __future__ import annotations

from storyboard.catalog.prices import Price
from storyboard.catalog.tables import read_table
from storyboard.catalog.video_models import (
    GUIDE,
    IMAGE,
    KINDS,
    REFERENCE,
    SERVICE,
    TEXT,
    Catalog,
    Limits,
    Model,
    find_model,
    models,
    shipped_catalog,
)

__all__ = [
    "GUIDE",
    "IMAGE",
    "KINDS",
    "REFERENCE",
    "SERVICE",
    "TEXT",
    "Catalog",
    "Limits",
    "Model",
    "Price",
    "find_model",
    "models",
    "read_table",
    "shipped_catalog",
]
