"""The pages of the site, made from what is in the repository.

`python site/pages.py FOLDER` writes them, as Markdown, for the generator that `site/mkdocs.yml` configures:

- `index.md`: the README.
- `language/index.md` and `language/reference.md`: the two parts of `grammar/README.md`, the tour and the reference;
  `language/set-up.md`: editors.
- `messages/SB….md`: a page for each code, from the compiler's own explanations.
- `examples/…md`: each example's script with its storyboard and, with `--animatics`, its animatic.
- `playground.md` with `--playground`: what the playground is; `playground.py` builds it beside.
- `source/index.md`: how it is built, for whoever reads the code.

The generator orders pages by their paths: an index first, then folders, by name.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from example_films import EXAMPLES, example_folders, lesson_of, script_of, title_of
from markdown.extensions.toc import slugify
from playground import build as build_playground

from storyboard.compiler.codes import TITLES

_ROOT = Path(__file__).resolve().parent.parent
#: The example whose pictures the README shows.
_SHOWN = "08-the-lantern-keeper"
_EXPLANATIONS = _ROOT / "storyboard" / "compiler" / "explain"
_ASSETS = Path(__file__).resolve().parent / "assets"
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_ANCHOR = re.compile(r"\]\(#([\w-]+)\)")
_CODE = re.compile(r"(?<![\[`\w/])`?(SB\d{3})`?(?![\]`\w.])")
_REFERENCE = "# Reference\n"
#: Where the pages of the repository are on the site, for the links between them.
_PLACES = {
    "grammar/README.md": "language/index.md",
    "grammar/EDITORS.md": "language/set-up.md",
    "storyboard/README.md": "source/index.md",
    "examples": "examples/index.md",
}

_PLAYGROUND = """\
# Playground

Write a film here before you install anything: the compiler runs in your browser, checks every key that you type, draws
the storyboard beside it and says what the film would cost by the table of prices.

[Open the playground](playground/index.html){ .md-button .md-button--primary }

It loads about 16 MB once and works without a network from then on. Your scripts and pictures stay in your browser; a
script can be shared as an address, which holds it, or downloaded. What needs a machine, it has not got: rendering, the
animatic and the film are made by `sbc`.
"""


def main() -> None:
    """Write the pages and what they show into the folder named on the command line."""
    parser = argparse.ArgumentParser(description="Write the pages of the site.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--animatics", action="store_true", help="make the animatics of the examples, too (minutes)")
    parser.add_argument("--playground", action="store_true", help="build the playground, too (needs Node)")
    options = parser.parse_args()
    shutil.copytree(_ASSETS, options.folder, dirs_exist_ok=True)
    pages = list(_pages(with_animatics=options.animatics))
    if options.playground:
        build_playground(options.folder / "playground")
        pages.append(("playground.md", _PLAYGROUND))
    for path, text in pages:
        page = options.folder / path
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text, encoding="utf-8")
    for folder in example_folders():
        home = options.folder / "examples" / folder.name
        _make(folder, "board", home / "board.html")
        if options.animatics:
            _make(folder, "animatic", home / "animatic.mp4")
    for picture in ("board.png", "animatic.webp"):
        shutil.copy(EXAMPLES / _SHOWN / picture, options.folder / "examples" / _SHOWN / picture)


def _pages(*, with_animatics: bool) -> Iterator[tuple[str, str]]:
    """Every page by its path on the site."""
    yield "index.md", _linked((_ROOT / "README.md").read_text(encoding="utf-8"), "")
    tour, reference = _language()
    yield "language/index.md", _linked(tour, "../")
    yield "language/reference.md", _linked(reference, "../")
    yield "language/set-up.md", (_ROOT / "grammar" / "EDITORS.md").read_text(encoding="utf-8")
    yield (
        "messages/index.md",
        "# Messages\n\n" + "".join(f"- [{code}]({code}.md): {TITLES[code]}\n" for code in _codes()),
    )
    for code in _codes():
        yield f"messages/{code}.md", _plain_fences((_EXPLANATIONS / f"{code}.md").read_text(encoding="utf-8"))
    yield (
        "examples/index.md",
        "# Examples\n\n"
        + "".join(f"- [{folder.name}]({folder.name}.md): {lesson_of(folder)}\n" for folder in example_folders()),
    )
    for folder in example_folders():
        yield f"examples/{folder.name}.md", _example(folder, with_animatic=with_animatics)
    yield "source/index.md", (_ROOT / "storyboard" / "README.md").read_text(encoding="utf-8")


def _codes() -> list[str]:
    return sorted(path.stem for path in _EXPLANATIONS.glob("SB*.md"))


def _example(folder: Path, *, with_animatic: bool) -> str:
    lesson = lesson_of(folder)
    scripts = "".join(
        f"```text title={path.name!r}\n{path.read_text(encoding='utf-8')}```\n\n"
        for path in sorted(folder.glob("*.sb"))
    )
    animatic = f'<video controls preload="none" src="{folder.name}/animatic.mp4"></video>\n\n' if with_animatic else ""
    board = f'<iframe class="board" src="{folder.name}/board.html" title="The storyboard"></iframe>\n\n'
    return f"# {title_of(folder)}\n\n{lesson}\n\n{animatic}{board}{scripts}"


def _make(folder: Path, command: str, path: Path) -> None:
    """Have a command of `sbc` make something of an example."""
    path.parent.mkdir(parents=True, exist_ok=True)
    arguments = [sys.executable, "-m", "storyboard.cli", command, str(script_of(folder)), "-o", str(path)]
    subprocess.run(arguments, check=True, capture_output=True)


def _language() -> tuple[str, str]:
    """The tour and the reference: one page in the repository, two on the site, with the links between them."""
    page = (_ROOT / "grammar" / "README.md").read_text(encoding="utf-8")
    tour, reference = page.split(_REFERENCE)
    reference = _REFERENCE + reference
    parts = {"index.md": tour, "reference.md": reference}
    home = {
        slugify(title, "-"): name for name, text in parts.items() for title in _HEADING.findall(_FENCED.sub("", text))
    }

    def across(name: str, text: str) -> str:
        return _ANCHOR.sub(
            lambda found: found[0] if home[found[1]] == name else f"]({home[found[1]]}#{found[1]})", text
        ).replace("](EDITORS.md)", "](set-up.md)")

    return across("index.md", tour), across("reference.md", reference)


def _linked(text: str, up: str) -> str:
    """A page with the links of the repository turned into those of the site, and each code into a link to its page."""
    for old, new in _PLACES.items():
        text = text.replace(f"]({old})", f"]({up}{new})")
    known = set(_codes())

    def link(found: re.Match[str]) -> str:
        return f"[{found[1]}]({up}messages/{found[1]}.md)" if found[1] in known else found[0]

    pieces = re.split(r"(^```.*?^```|`[^`\n]*`)", text, flags=re.MULTILINE | re.DOTALL)
    return _plain_fences("".join(piece if piece.startswith("`") else _CODE.sub(link, piece) for piece in pieces))


def _plain_fences(text: str) -> str:
    """Text without the words after a fence's language (`sb wrong`, `json manifest`): they are for the tests."""
    return re.sub(r"^```(\w+) .+$", r"```\1", text, flags=re.MULTILINE)


if __name__ == "__main__":
    main()
