"""`sbc sandbox`: run a local Venice for tests."""

from __future__ import annotations

import signal
import threading
from contextlib import suppress
from typing import Literal

import click

from storyboard.cli.streams import fail


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The port; by default any free one.")
@click.option(
    "--render-seconds", type=click.FloatRange(0), default=4.0, help="Seconds that a clip takes to render; by default 4."
)
@click.option(
    "--speed",
    type=click.FloatRange(0, min_open=True),
    default=1.0,
    help="Run renders and limits this many times faster.",
)
@click.option("--fault", "faults", multiple=True, metavar="CALL:WHAT", help="Simulate a fault, as in queue:500@2.")
@click.option("--faults", "lists", is_flag=True, help="List all faults, and exit.")
@click.option(
    "--wire", type=click.Choice(["api", "guide"]), help="The spelling of requests; by default api, or that of sbc.toml."
)
@click.option("--people", is_flag=True, help="Treat every picture as one of a person, which Seedance models refuse.")
@click.option("--plain", is_flag=True, help="Draw one clip for all requests of the same length, to try many.")
@click.option("--no-limits", is_flag=True, help="Accept any number of calls a minute.")
def command(
    port: int,
    render_seconds: float,
    speed: float,
    faults: tuple[str, ...],
    lists: bool,
    wire: Literal["api", "guide"] | None,
    people: bool,
    plain: bool,
    no_limits: bool,
) -> None:
    """Answer Venice's video calls on this machine, with real clips drawn from the requests. Any key will do. Ctrl-C
    ends it.

    \b
    A fault is CALL:WHAT, with @N for the first call that it affects and xM for how often (x* for ever):
      queue:500@2           the second queue call answers 500
      retrieve:429=120x3    three retrieve calls answer 429 with Retry-After: 120
      retrieve:stub         the first clip is seven bytes
      download:half         the first download breaks off at half
    Calls are queue, retrieve, download, quote, complete, models, rate_limits, usage-history; --faults lists the rest.
    """
    from storyboard.project.file import read_project
    from storyboard.sandbox.app import SandboxSettings
    from storyboard.sandbox.clips import draw_once, draw_requested_clip
    from storyboard.sandbox.faults import BadFault, fault_table
    from storyboard.sandbox.server import SandboxServer

    if lists:
        for name, about in fault_table():
            click.echo(f"{name:24}{about}")
        return
    wire = wire or read_project("-").wire or "api"
    settings = SandboxSettings(
        render_seconds, not no_limits, draw_once if plain else draw_requested_clip, speed, wire, people
    )
    try:
        with SandboxServer(settings, port=port, faults=faults) as server, suppress(KeyboardInterrupt):
            signal.signal(signal.SIGTERM, signal.default_int_handler)
            click.echo(f"The sandbox listens at {server.base_url}\nAny key will do; nothing is paid. Ctrl-C ends it.")
            threading.Event().wait()
        click.echo("The sandbox has ended.")
    except BadFault as problem:
        fail(f"--fault {problem}")
    except OSError as problem:
        fail(f"the sandbox cannot use port {port}: {problem.strerror}. Leave --port out to take a free one.")
