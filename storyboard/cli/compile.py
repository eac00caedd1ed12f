"""`sbc compile`: compile a script to requests."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Literal

import click

from storyboard.cli.options import model_option, root_option
from storyboard.cli.process import PROBLEMS
from storyboard.cli.products import check_folder, check_product, kept_files
from storyboard.cli.streams import analyze_or_leave, fail, print_report, write_bytes
from storyboard.cli.terminal import command_line, echo
from storyboard.compiler.pipeline import Analysis, Options
from storyboard.report.totals import totals_line
from storyboard.wording import count, listed, to_utf8

#: The text that replaces a picture in JSON.
_STANDS_FOR = re.compile(r'"\\u0000([0-9]+)"')


@click.command()
@click.argument("file")
@click.option("-o", "--output", metavar="FILE", help="Write the manifest to FILE; - is standard output.")
@click.option(
    "--requests", type=click.Path(path_type=Path), metavar="DIR", help="Also write each clip's request to DIR."
)
@click.option(
    "--wire",
    type=click.Choice(["api", "guide"]),
    help="The spelling of requests to write; by default api, or the project's.",
)
@click.option("--images", type=click.Choice(["link", "embed"]), help="Name pictures by their path, or include them.")
@model_option
@root_option
@click.option(
    "--templates",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="Prompt templates to use before ours.",
)
def command(
    file: str,
    output: str | None,
    requests: Path | None,
    wire: str | None,
    images: Literal["link", "embed"] | None,
    model: str | None,
    root: Path | None,
    templates: Path | None,
) -> None:
    """Write the manifest of a script: its clips with their prompts, prices and requests.

    In the manifest, a picture on disk is named by its path; the requests of --requests contain the pictures and are
    ready to send. The manifest goes to standard output. With -o or --requests, a summary of what was made is printed
    instead; -o - prints the manifest all the same. Problems go to standard error; after an error nothing is written.
    """
    from storyboard.compiler.emit import build_manifest
    from storyboard.compiler.emit.manifest import to_json
    from storyboard.compiler.loader import Unreadable
    from storyboard.compiler.prompts import TemplateProblem

    options = Options(wire=wire, model=model, root=root, templates=templates)
    analysis = analyze_or_leave(file, options)
    print_report(analysis.diagnostics, analysis.texts, to_stderr=True)
    kept = kept_files(analysis)
    if output is not None and output != "-":
        check_product(Path(output), kept, is_asked=True, example="film.json")
    if analysis.has_errors:
        sys.exit(PROBLEMS)
    if requests is not None:
        check_folder(requests, [f"{clip.id}.json" for clip in analysis.clips], kept, "--requests")
    try:
        manifest = build_manifest(analysis, images or "link")
        bodies = _bodies(analysis, images or "embed") if requests is not None else {}
    except (TemplateProblem, Unreadable) as problem:  # a picture may have changed since it was looked at
        fail(str(problem))
    if requests is not None:
        _write_requests(requests, bodies)
    if output is not None or requests is None:
        write_bytes(to_utf8(to_json(manifest)), output)
    if requests is not None or output not in (None, "-"):
        _print_summary(file, analysis, output, requests)


def _print_summary(file: str, analysis: Analysis, output: str | None, requests: Path | None) -> None:
    echo(f"{file}: {totals_line(analysis)}", err=True)
    if output not in (None, "-"):
        echo(f"{output}: the manifest, what each clip shows and costs", err=True)
    if requests is not None:
        named = listed([f"{clip.id}.json" for clip in analysis.clips], 2)
        echo(f"{requests}: {count(len(analysis.clips), 'request')}, ready to send: {named}", err=True)
    if file != "-":
        echo(f"Look at it with: {command_line('board', Path(file), '--open')}", err=True)


def _bodies(analysis: Analysis, images: Literal["link", "embed"]) -> dict[str, bytes]:
    from storyboard.compiler.emit import request_body

    return {clip.id: _as_json(request_body(analysis, clip, images)) for clip in analysis.clips}


def _write_requests(folder: Path, bodies: dict[str, bytes]) -> None:
    from storyboard.files.atomic import save

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, body in bodies.items():
            save(folder / f"{name}.json", body)
    except OSError as problem:
        fail(f"{folder}: cannot be written ({problem.strerror or problem})")


def _as_json(value: object) -> bytes:
    """A value as JSON. Pictures are put in afterwards: base64 has nothing to escape, and to look for that in megabytes
    takes longer than all else of a request. Until then a NUL and a number stand for each, which no script can hold."""
    pictures: list[str] = []
    text = json.dumps(_without_pictures(value, pictures), ensure_ascii=False, indent=2)
    parts = iter(_STANDS_FOR.split(text))
    whole = [next(parts)]
    for number in parts:
        whole += ['"', pictures[int(number)], '"', next(parts)]
    return to_utf8("".join([*whole, "\n"]))


def _without_pictures(value: object, pictures: list[str]) -> object:
    if isinstance(value, dict):
        return {key: _without_pictures(one, pictures) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_without_pictures(one, pictures) for one in value]
    if isinstance(value, str) and value.startswith("data:image/") and '"' not in value and "\\" not in value:
        pictures.append(value)
        return f"\0{len(pictures) - 1}"
    return value
