"""The examples of the repository, as the site and the playground show them."""

from __future__ import annotations

from itertools import takewhile
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"


def example_folders() -> list[Path]:
    """The folders of the examples, in their order."""
    return sorted(path for path in EXAMPLES.iterdir() if path.is_dir() and path.name[:2].isdigit())


def script_of(folder: Path) -> Path:
    """The film of an example: the script that declares shots, where there are several."""
    return next(path for path in sorted(folder.glob("*.sb")) if "\nSHOT " in path.read_text(encoding="utf-8"))


def lesson_of(folder: Path) -> str:
    """What an example teaches: the comment that opens it says so."""
    lines = takewhile(lambda line: line.startswith("//"), script_of(folder).read_text(encoding="utf-8").splitlines())
    lesson = " ".join(line.removeprefix("//").strip() for line in lines).removeprefix("Teaches: ")
    return lesson[:1].upper() + lesson[1:]


def title_of(folder: Path) -> str:
    """The name of an example's folder as words: `The lantern keeper`."""
    return folder.name[3:].replace("-", " ").capitalize()
