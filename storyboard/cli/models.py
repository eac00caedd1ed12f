"""`sbc models`: list what the models can do."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, cast

import click

from storyboard.cli.clock import today
from storyboard.cli.options import base_url_option
from storyboard.cli.streams import check_model, fail, models_here
from storyboard.cli.terminal import echo

if TYPE_CHECKING:
    from storyboard.catalog import Catalog

#: The service did not answer as it should.
NO_ANSWER = 3


@click.command()
@click.argument("model", required=False)
@click.option(
    "--kind",
    type=click.Choice(["reference", "text", "image", "all"]),
    default="reference",
    help="Models that work from references (the default), from text alone, or from a start frame.",
)
@click.option(
    "--limits",
    type=click.Choice(["guide", "service"]),
    default="guide",
    help="Limits and prices of the guide, or of the service today.",
)
@click.option("--pictures", is_flag=True, help="List the picture models instead.")
@click.option("--voices", is_flag=True, help="List the speech models and their voices instead.")
@click.option("--sounds", is_flag=True, help="List the models for music, effects and transcription instead.")
@click.option(
    "--refresh", is_flag=True, help="Ask Venice what it publishes now (no key needed) and show what has changed."
)
@base_url_option
def command(
    model: str | None,
    kind: str,
    limits: str,
    pictures: bool,
    voices: bool,
    sounds: bool,
    refresh: bool,
    base_url: str | None,
) -> None:
    """List the models that a script may name, or everything about one of them: limits, prices, and how old each figure
    is.

    --refresh writes what Venice publishes today into a dated file beside your config file. Nothing else changes: to use
    those figures, a project names the file in its sbc.toml.
    """
    from storyboard.catalog import Limits
    from storyboard.report.models import describe, list_models

    if pictures or voices or sounds:
        for line in _other_models(pictures=pictures, voices=voices):
            echo(line)
        return
    catalog, whose = models_here(), cast("Limits", limits)
    if refresh:
        for line in _refresh(catalog, base_url):
            echo(line)
        return
    name = check_model(model, catalog)
    found = catalog.find(name, whose) if name else None
    listed = catalog.models(whose, None if kind == "all" else f"{kind}-to-video")
    for line in describe(found, today()) if found else list_models(listed, today()):
        echo(line)


def _other_models(*, pictures: bool, voices: bool) -> Iterator[str]:
    from storyboard.report.other_models import (
        list_picture_models,
        list_sound_models,
        list_transcription_models,
        list_voices,
    )

    if pictures:
        from storyboard.catalog.picture_models import picture_models, picture_uses

        return list_picture_models(picture_models(), picture_uses(), today())
    if not voices:
        from storyboard.catalog.sound_models import sound_models, usual_sound_model
        from storyboard.catalog.transcription_models import transcription_models, usual_transcription_model

        return chain(
            list_transcription_models(transcription_models(), usual_transcription_model()),
            [""],
            list_sound_models(sound_models(), map(usual_sound_model, ("music", "effect")), today()),
        )
    from storyboard.catalog.speech_models import speech_models, usual_speech_model

    return list_voices(speech_models(), usual_speech_model(), today())


def _refresh(catalog: Catalog, base_url: str | None) -> Iterator[str]:
    """Ask, write down, and tell what is different."""
    import asyncio

    from storyboard.cli.products import check_product
    from storyboard.files.atomic import save
    from storyboard.project.refresh import PublishedModels, ask_published, compare_with_published, write_models
    from storyboard.spend.settings import MissingSetting, choose_base_url, config_path, service_name
    from storyboard.venice.model_list import ModelListUnavailable
    from storyboard.venice.transport import NoAnswer, Transport

    async def ask(address: str) -> PublishedModels:
        async with Transport(address, None) as transport:
            return await ask_published(catalog, transport.models, transport.quote)

    try:
        address = choose_base_url(base_url)
        published = asyncio.run(ask(address))
    except MissingSetting as problem:
        fail(str(problem))
    except (ModelListUnavailable, NoAnswer) as problem:
        fail(f"the list of models could not be loaded: {problem}", NO_ANSWER)
    source, day = service_name(address), today()
    target = config_path(os.environ).parent / f"models-{day.isoformat()}.toml"
    text = write_models(catalog, published, source=source, today=day)
    if target.parent.exists():
        check_product(target, (), is_asked=True, example="models.toml")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        save(target, text.encode())
    except OSError as problem:
        fail(f"{target}: cannot be written ({problem.strerror or problem})")
    changes = [change.line for change in compare_with_published(catalog, published)]
    yield from changes or ["Nothing has changed."]
    yield ""
    asked, came = published.asked, len(published.quotes)
    if came < asked:
        yield f"{asked - came} of {asked} prices could not be loaded; those models keep their known prices."
    yield f"{target}: {len(published.listed)} models, {came} prices."
    yield "To use these figures, a project has this line in its sbc.toml:"
    yield f'  models = "{target}"'
