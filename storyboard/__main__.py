"""`sbc` and `python -m storyboard`: the command line, which is not loaded to tell the version."""

from __future__ import annotations

import sys

from storyboard import __version__


def main() -> None:
    """Run the command line with the arguments of the process."""
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"sbc, version {__version__}\n")
        return
    from storyboard.cli import main as run

    run(prog_name="sbc")


if __name__ == "__main__":
    main()
