"""Commands of `sbc` that an editor runs: plan, stats, board, animatic.

Each is the command itself, in its own process, on the saved file: an editor shows what a terminal would.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from storyboard.child_process import child_environment, own_process_group
from storyboard.compiler.pipeline import Options
from storyboard.render.folders import product_path


class ScriptCommand(NamedTuple):
    """A command that takes a script: its name, and the ending of the file that it makes, if any."""

    name: str
    ending: str | None = None

    def product(self, script: str) -> Path | None:
        """The file that it makes of a script."""
        return product_path(script, None, self.ending) if self.ending else None


class CommandResult(NamedTuple):
    """The output of a command, its exit code, and the file that it made, if any."""

    text: str
    exit_code: int
    product: Path | None


SCRIPT_COMMANDS = (
    ScriptCommand("plan"),
    ScriptCommand("stats"),
    ScriptCommand("board", "-board.html"),
    ScriptCommand("animatic", "-animatic.mp4"),
)


async def run_command(command: ScriptCommand, script: str, options: Options) -> CommandResult:
    """Run a command on a saved script. If the editor cancels the request, the process is ended."""
    product = command.product(script)
    before = _changed(product)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "storyboard.cli", command.name, script, *_arguments(options)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=child_environment(),
        **own_process_group(),
    )
    try:
        out, errors = await process.communicate()
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
    said = "\n".join(part.decode("utf-8", "replace").strip() for part in (out, errors) if part.strip())
    made = product if product and _changed(product) not in (None, before) else None
    return CommandResult(said, process.returncode or 0, made)


def _arguments(options: Options) -> Sequence[str]:
    """What the command has to know of the options of the script."""
    model = ["--model", options.model] if options.model else []
    root = ["--root", str(options.root)] if options.root else []
    return [*model, *root]


def _changed(path: Path | None) -> int | None:
    """When a file was written last, in nanoseconds; None where there is no file."""
    try:
        return path.stat().st_mtime_ns if path else None
    except OSError:
        return None
