"""`sbc` and `python -m storyboard`: the command line, which is not loaded to tell the version or to check a file."""

from __future__ import annotations

import sys

from storyboard import __version__


def main() -> None:
    """Run the command line with the arguments of the process."""
    match sys.argv[1:]:
        case ["--version"]:
            sys.stdout.write(f"sbc, version {__version__}\n")
        case ["check", *files] if files and all(map(_is_file, files)):
            from storyboard.cli.check_files import check_and_leave

            check_and_leave(files)
        case _:
            from storyboard.cli import main as run

            run(prog_name="sbc")


def _is_file(argument: str) -> bool:
    """Whether an argument can only be the name of a file."""
    from pathlib import Path

    return not argument.startswith("-") and Path(argument).is_file()


if __name__ == "__main__":
    main()
