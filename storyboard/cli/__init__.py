"""The command line: one module for each command, imported only when that command runs.

`commands` has the group of commands, for which click reads the arguments. click takes as long to load as a page of
script takes to check, so it is loaded with the group and not with this package.
"""

from __future__ import annotations

from storyboard.cli import interrupts  # isort: skip # Ctrl-C is quiet while the rest is loaded

import atexit
import gc
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from storyboard.cli.commands import COMMANDS, main

__all__ = ["COMMANDS", "interrupts", "main"]

gc.disable()  # until the command runs: loading modules leaves no garbage, and looking for it takes a tenth of the time
atexit.register(gc.freeze)  # what is left at the end goes with the process


def __getattr__(name: str) -> Any:  # noqa: ANN401 # whatever the module has under that name
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from storyboard.cli import commands

    return getattr(commands, name)
