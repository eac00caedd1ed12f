"""`sbc sandbox`: a local Venice to try things against."""

from __future__ import annotations

import threading

import click

from storyboard.cli.streams import fail


@click.command(short_help="Run a local Venice that costs nothing.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The port; by default any free one.")
@click.option("--render-seconds", type=click.FloatRange(0), default=4.0, help="How long a clip takes; by default 4.")
@click.option("--fault", "faults", multiple=True, metavar="CALL:WHAT", help="Play a fault, to rehearse: queue:500@2.")
def command(port: int, render_seconds: float, faults: tuple[str, ...]) -> None:
    """Answer Venice's video calls on this machine, with real clips drawn from what was sent. Any key will do. Ends with
    Ctrl-C.

    \b
    Faults are CALL:WHAT, with @N for the call from which and xM for how often (x* for ever):
      queue:500@2           the second queue call answers 500
      retrieve:429=120x3    three retrieve calls answer 429 with Retry-After: 120
      retrieve:stub         the first clip is seven bytes
      download:half         the first download breaks off at half
    """
    from storyboard.sandbox.app import Settings
    from storyboard.sandbox.faults import BadFault
    from storyboard.sandbox.server import SandboxServer

    try:
        with SandboxServer(Settings(render_seconds=render_seconds), port=port, faults=faults) as server:
            click.echo(f"The sandbox listens at {server.base_url}\nAny key will do; nothing is paid. Ctrl-C ends it.")
            threading.Event().wait()
    except KeyboardInterrupt:
        click.echo("The sandbox has ended.")
    except BadFault as problem:
        fail(f"--fault {problem}")
    except OSError as problem:
        fail(f"the sandbox cannot use port {port}: {problem.strerror}. Leave --port out to take a free one.")
