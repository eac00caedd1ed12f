"""`sbc explain`: show the page about a code."""

from __future__ import annotations

from pathlib import Path

import click

from storyboard.cli.streams import fail
from storyboard.compiler.codes import TITLES
from storyboard.compiler.spelling import listed_or, nearest


@click.command()
@click.argument("code", required=False)
def command(code: str | None) -> None:
    """Print the page about a code, as in `sbc explain SB304`: what it means and why, a wrong script and the right one.

    Without a code, list all codes.
    """
    if code is None:
        for known, title in TITLES.items():
            click.echo(f"{known}  {title}")
        return
    wanted = code.upper() if not code.isdigit() else f"SB{code}"
    if wanted not in TITLES:
        near = nearest(wanted, TITLES)
        fail(f"there is no code {code}. {f'Did you mean {listed_or(near)}?' if near else '`sbc explain` lists them.'}")
    click.echo(read_page(wanted).rstrip())


def read_page(code: str) -> str:
    """The explanation of a code, in Markdown."""
    import storyboard.compiler.explain

    return (Path(storyboard.compiler.explain.__path__[0]) / f"{code}.md").read_text(encoding="utf-8")
