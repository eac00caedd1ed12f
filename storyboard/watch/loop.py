"""The watch loop: check, wait for a save, check again."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

from watchfiles import awatch

from storyboard.compiler.dependencies import named_files
from storyboard.compiler.incremental import user_cache
from storyboard.compiler.loader import Unreadable
from storyboard.compiler.pipeline import Analysis, CompilerCache, Options, analyze_file
from storyboard.files.stamps import Stamp
from storyboard.project.file import in_project
from storyboard.watch.files import folders_of, stamps_of

#: Milliseconds in which saves count as one, and after which is looked even if nothing was reported: file systems of
#: other machines report nothing.
_TOGETHER, _STEP, _UNASKED = 60, 15, 500
#: Seconds for which a file may be missing before that is the news: an editor that saves takes it away for a moment.
_GRACE = 0.4


class CheckResult(NamedTuple):
    """A check that is done. `analysis` is None where the script cannot be read: `problem` then says why, and
    `is_missing` that it is waited for. `seconds` is what the check took. `is_of_script` says that the script or a file
    that it names has changed, not only a file beside it."""

    analysis: Analysis | None
    problem: str | None
    is_missing: bool
    seconds: float
    is_of_script: bool = True


async def watch(
    path: str,
    options: Options,
    clock: Callable[[], float] = time.perf_counter,
    *,
    beside: frozenset[Path] = frozenset(),
    before_check: Callable[[], Awaitable[None]] | None = None,
) -> AsyncIterator[CheckResult]:
    """Check a script now and after every save of it or of a file that it names, for ever. A change of the files
    `beside` it counts, too. `before_check` is told of each check; the check is then done in a thread."""
    memory = user_cache()
    script = Path(os.path.abspath(path))  # noqa: ASYNC240 # no file is touched
    known = beside | {script}
    told_missing, changed = False, known
    while True:
        before = stamps_of(known)
        if before_check is None:
            checked = _check(path, options, memory, clock)
        else:
            await before_check()
            checked = await asyncio.to_thread(_check, path, options, memory, clock)
        if checked.analysis is not None:
            found = named_files(checked.analysis) | beside | {script}
            before |= stamps_of(found - known)
            known = found
        if not (checked.is_missing and told_missing):
            yield checked._replace(is_of_script=not changed <= beside)
        told_missing = checked.is_missing
        await _changed(before)
        now = stamps_of(before)
        changed = frozenset(file for file, stamp in before.items() if now[file] != stamp)


def _check(path: str, options: Options, memory: CompilerCache, clock: Callable[[], float]) -> CheckResult:
    start = clock()
    try:
        analysis = analyze_file(path, in_project(path, options), memory)
    except Unreadable as problem:
        return CheckResult(None, str(problem), not Path(path).exists(), clock() - start)
    return CheckResult(analysis, None, False, clock() - start)


async def _changed(before: dict[Path, Stamp | None]) -> None:
    """Wait until a file stands otherwise than before, and none is missing that was there, or not just for a moment."""
    stop = asyncio.Event()
    missing_since: float | None = None
    loop = asyncio.get_running_loop()
    changes = awatch(
        *folders_of(before),
        watch_filter=None,
        debounce=_TOGETHER,
        step=_STEP,
        stop_event=stop,
        rust_timeout=_UNASKED,
        yield_on_timeout=True,
        recursive=False,
    )
    if stamps_of(before) != before:
        # Saved between the check and here: the watcher would not tell.
        await asyncio.sleep(_TOGETHER / 1000)
    try:
        while True:
            now = stamps_of(before)
            gone = any(now[file] is None and stamp is not None for file, stamp in before.items())
            if now != before:
                missing_since = (missing_since or loop.time()) if gone else None
                if missing_since is None or loop.time() - missing_since >= _GRACE:
                    return
                await asyncio.sleep(_STEP / 1000)
            else:
                missing_since = None
                await _next(changes)
    finally:
        stop.set()
        await changes.aclose()


async def _next(changes: AsyncIterator[object]) -> None:
    try:
        await anext(changes)
    except (StopAsyncIteration, OSError):
        await asyncio.sleep(_UNASKED / 1000)
