"""The group of all commands, as click reads their arguments."""

from __future__ import annotations

import gc
import sys
from importlib import import_module
from keyword import iskeyword
from typing import Any

import click

from storyboard import __version__
from storyboard.cli import interrupts
from storyboard.cli.process import STOPPED, end_on_signals
from storyboard.cli.terminal import open_streams
from storyboard.wording import printable

#: The commands in the order of the help: the name, which is also that of its module here, and its line in the help.
COMMANDS = {
    "new": "Start a project: a script that teaches, a cast, pictures.",
    "check": "Find mistakes, and say how to fix them.",
    "fmt": "Put scripts into one style.",
    "watch": "Check again at every save; --board shows the storyboard.",
    "studio": "Write, look, price, choose and play on one page.",
    "lsp": "Answer an editor (which starts this by itself).",
    "compile": "Turn a script into requests for the video model.",
    "make": "Make the pictures, speeches and sounds that a script still lacks.",
    "plan": "Show what a render would do and cost.",
    "render": "Render the clips through Venice.",
    "status": "Show the state of every clip and take.",
    "pick": "Choose the take that the film uses.",
    "lock": "Keep the take of a clip, even if its text changes.",
    "unlock": "Undo `sbc lock`.",
    "note": "Save a note about a take.",
    "finish": "Enlarge or clean the chosen takes.",
    "board": "Draw the film as a storyboard page.",
    "animatic": "Draw the film as an animatic to watch.",
    "film": "Cut the finished clips into the film.",
    "sandbox": "Run a local Venice that costs nothing.",
    "export": "Export to editing programs, spreadsheets, paper.",
    "import": "Turn a Fountain or Final Draft screenplay into a script.",
    "stats": "Count seconds, clips, words and screen time.",
    "explain": "Explain a code, with a wrong and a right script.",
    "models": "List the video models and what each can do.",
    "doctor": "Check whether this machine has what a film needs.",
    "schema": "Print the JSON Schema of the manifest.",
}


class _Commands(click.Group):
    """A group whose commands are modules of this package, each with a `command`."""

    def main(self, *args: Any, **extra: Any) -> Any:  # noqa: ANN401 # as click has it
        open_streams()
        return super().main(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 # as click has it
        """Run the command. What was typed wrong is told without what would steer the terminal."""
        try:
            return super().invoke(ctx)
        except click.UsageError as problem:
            raise click.UsageError(printable(problem.format_message()), problem.ctx) from None
        except KeyboardInterrupt:
            sys.exit(STOPPED)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
        found = import_module(f"storyboard.cli.{module}").command
        assert isinstance(found, click.Command)
        found.short_help = COMMANDS[cmd_name]
        gc.freeze()
        gc.enable()
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sbc")
def main() -> None:
    """Turn a screenplay-like .sb script into video requests, an animatic and a film.

    \b
    sbc check film.sb                     what to change, line by line
    sbc compile film.sb --requests out    requests that are ready to send
    """
    end_on_signals()


interrupts.interrupt()
