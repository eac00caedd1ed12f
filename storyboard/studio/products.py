"""Products of a film on request: each is made by its own command, in a child process, and then shown."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from storyboard.child_process import child_environment
from storyboard.export.formats import FORMATS
from storyboard.files.stamps import stamp_of
from storyboard.render.folders import product_path
from storyboard.studio.takes import StudioRefusal
from storyboard.wording import printable

#: Exit codes with which the file exists: without problems, or with reported ones.
_MADE = (0, 1)
#: Seconds that a child has to end in.
_PATIENCE = 5.0


class Product(NamedTuple):
    """A product of a film.

    It has a name, a title, a group on the page, the words after `sbc` without the script, the ending of its file's
    name, and whether takes go into it.
    """

    name: str
    title: str
    group: str
    words: tuple[str, ...]
    ending: str
    has_takes: bool = True


_SHARE, _EDIT, _OTHER = "To watch and to share", "For an editing program", "For other programs"
#: How the page calls the formats of exports, and where it shows them; others as the help of `sbc export` calls them.
_FORMAT_WORDS = {
    "pdf": ("The storyboard on paper (PDF, A4)", _SHARE),
    "otio": ("Timeline for OpenTimelineIO", _EDIT),
    "fcpxml": ("Timeline for Final Cut Pro and Resolve (FCPXML)", _EDIT),
    "xml": ("Timeline for Premiere and Resolve (Final Cut 7 XML)", _EDIT),
    "edl": ("Edit decision list (CMX 3600)", _EDIT),
    "srt": ("Subtitles (SubRip)", _OTHER),
    "vtt": ("Subtitles for the web (WebVTT)", _OTHER),
    "csv": ("Shot list (CSV)", _OTHER),
    "fountain": ("Screenplay (Fountain)", _OTHER),
    "fdx": ("Screenplay (Final Draft)", _OTHER),
}


def _export(name: str, title: str, suffix: str) -> Product:
    words, group = _FORMAT_WORDS.get(name, (title, _OTHER))
    return Product(name, words, group, ("export", "--to", name), suffix)


PRODUCTS: dict[str, Product] = {
    one.name: one
    for one in (
        Product("film", "The film: takes, drafts and animatic cut together (MP4)", _SHARE, ("film",), ".mp4"),
        Product("animatic", "The animatic, drawn from the script (MP4)", _SHARE, ("animatic",), "-animatic.mp4", False),
        Product("board", "The storyboard as one page (HTML)", _SHARE, ("board",), "-board.html"),
        *sorted(
            (_export(name, one.title, one.suffix) for name, one in FORMATS.items()),
            key=lambda one: [_SHARE, _EDIT, _OTHER].index(one.group),
        ),
    )
}
Tell = Callable[[dict[str, Any]], Awaitable[None]]


class ProductRuns:
    """The products being made, one of each name at a time.

    `tell` receives their progress; `address` returns the address of a file.
    """

    def __init__(self, script: Path, tell: Tell, address: Callable[[Path], str]) -> None:
        self._script = script
        self._tell = tell
        self._address = address
        self._running: dict[str, asyncio.Task[None]] = {}

    def start(self, name: str, *, sandbox: bool) -> None:
        """Start making a product of the script on disk. Raises StudioRefusal."""
        product = PRODUCTS.get(name)
        if product is None:
            raise StudioRefusal(f"There is no product {name}.")
        if name in self._running and not self._running[name].done():
            raise StudioRefusal("It is being made already.")
        self._running[name] = asyncio.create_task(self._make(product, sandbox=sandbox))

    async def close(self) -> None:
        """Stop what is being made."""
        for task in self._running.values():
            task.cancel()
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def _make(self, product: Product, *, sandbox: bool) -> None:
        """Run the command of a product, report its progress, and show the result."""
        takes = ("--sandbox",) if sandbox and product.has_takes else ()
        is_sandbox = bool(takes)
        target = product_path(str(self._script), None, product.ending, sandbox=is_sandbox)
        before = stamp_of(target)
        await self._tell({"product": product.name, "state": "making", "words": ""})
        command = [
            sys.executable,
            "-m",
            "storyboard.cli",
            product.words[0],
            str(self._script),
            *product.words[1:],
            *takes,
        ]
        child = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            env=child_environment(),  # nothing is paid here, so no key goes along
        )
        said: list[str] = []
        try:
            assert child.stderr is not None
            async for line in child.stderr:
                words = printable(line.decode("utf-8", "replace").rpartition("\r")[2].strip())
                if words:
                    said.append(words)
                    await self._tell({"product": product.name, "state": "making", "words": words})
            code = await child.wait()
        except asyncio.CancelledError:
            await _end(child)
            raise
        is_made = code in _MADE and target.is_file() and stamp_of(target) != before
        where = {"url": self._address(target), "file": str(target)} if is_made else {}
        notes = [one for line in said if (one := line.removeprefix(f"{target}: ")) != "written"]
        state = "made" if is_made else "failed"
        await self._tell({"product": product.name, "state": state, "words": "\n".join(notes[-12:]), **where})


async def _end(child: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        child.terminate()
    try:
        await asyncio.wait_for(child.wait(), _PATIENCE)
    except TimeoutError:
        with suppress(ProcessLookupError):
            child.kill()
