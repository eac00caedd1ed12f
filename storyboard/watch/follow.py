"""A board that follows its files: the script, the files that it names, and the ledger of its clips."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from storyboard.compiler.pipeline import Analysis, Options
from storyboard.film.takes import Take
from storyboard.render.folders import ledger_files
from storyboard.watch.feed import BoardFeed
from storyboard.watch.loop import CheckResult, watch
from storyboard.watch.run_progress import progress_of


async def follow_script(
    file: str, options: Options, folder: Path, feed: BoardFeed, tell: Callable[[CheckResult], None]
) -> None:
    """Show a script in a feed now and after every change, for ever. `folder` is that of its clips; `tell` hears of
    every check of the script."""

    async def before_check() -> None:
        await feed.tell("checking", "checking")

    name = Path(file).name
    async for checked in watch(file, options, beside=ledger_files(folder), before_check=before_check):
        if checked.is_of_script:
            tell(checked)
        if checked.analysis is not None:
            await feed.show(checked.analysis, progress_of(folder))
        else:
            await feed.tell("gone", f"{name} is gone" if checked.is_missing else str(checked.problem))


def takes_in(folder: Path) -> Callable[[Analysis], Sequence[Take]]:
    """A reader of the chosen takes in a folder. A ledger that cannot be read has none: `sbc status` says why."""

    def read(analysis: Analysis) -> Sequence[Take]:
        from storyboard.render.takes import chosen_takes
        from storyboard.spend.ledger import FILE, LedgerUnusable

        if not (folder / FILE).exists():
            return ()
        try:
            return chosen_takes(analysis, folder)
        except LedgerUnusable:
            return ()

    return read
