"""The command line: one module a command, imported only when it is the one that runs."""

from __future__ import annotations

import atexit
import gc
import signal
import warnings
from contextlib import suppress
from importlib import import_module
from keyword import iskeyword
from types import FrameType
from typing import Any

gc.disable()  # until the command runs: loading modules leaves no garbage, and looking for it takes a tenth of the time
atexit.register(gc.freeze)  # what is left at the end goes with the process

import click  # noqa: E402 # loads much, so it comes after

from storyboard.cli.terminal import open_streams  # noqa: E402 # likewise

#: The commands in the order of the help: name of the command, which is also the name of its module here.
COMMANDS = (
    "new",
    "check",
    "fmt",
    "watch",
    "studio",
    "lsp",
    "compile",
    "plan",
    "render",
    "status",
    "pick",
    "lock",
    "unlock",
    "note",
    "board",
    "animatic",
    "film",
    "sandbox",
    "export",
    "import",
    "stats",
    "explain",
    "models",
    "schema",
)


def _end_in_order() -> None:
    """Let a SIGTERM, and a terminal that is closed, end a command as Ctrl-C does: nothing half-written stays behind.
    Where a signal is ignored (`nohup`) or handled already, it stays so."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            with suppress(ValueError):  # not the main thread: whoever runs us there has handlers of their own
                signal.signal(number, _leave)


def _leave(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


class _Commands(click.Group):
    """A group whose commands are modules of this package, each with a `command`."""

    def main(self, *args: Any, **extra: Any) -> Any:  # noqa: ANN401 # as click has it
        open_streams()
        return super().main(*args, **extra)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
        found = import_module(f"storyboard.cli.{module}").command
        assert isinstance(found, click.Command)
        gc.freeze()
        gc.enable()
        return found


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="storyboard-compiler", prog_name="sbc")
def main() -> None:
    """Turn a screenplay-like .sb script into video requests, an animatic and a film.

    \b
    sbc check film.sb                     what to change, line by line
    sbc compile film.sb --requests out    requests that are ready to send
    """
    _end_in_order()
    # Pillow warns of what is odd in a file; what matters of it we say ourselves. Once for the whole program, since
    # the filters are shared by all threads.
    warnings.filterwarnings("ignore", module=r"PIL\.")
