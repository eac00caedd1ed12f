"""The work of `sbc check`: analyze files, and say what is wrong with them.

`sbc check film.sb` is what editors, hooks and writers run at every save. With nothing to read from its arguments but
names of files it goes without click, and leaves without putting anything away (`check_and_leave`): both together are a
tenth of its time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NoReturn

from storyboard.cli import interrupts
from storyboard.cli.process import FINE, PROBLEMS, STOPPED, WRONG_USE, end_on_signals, leave
from storyboard.cli.streams import analyze, print_report
from storyboard.cli.terminal import echo, open_streams, print_data
from storyboard.compiler.diagnostics import Diagnostic, Severity
from storyboard.compiler.loader import Unreadable
from storyboard.compiler.pipeline import Analysis, Options
from storyboard.compiler.text import Source

Form = Literal["text", "json", "sarif"]


def check_and_leave(paths: Sequence[str]) -> NoReturn:
    """`sbc check FILE...` as a whole process: what click would do around the command, and its end."""
    open_streams()
    end_on_signals()
    interrupts.interrupt()
    try:
        code = check_files(paths, Options())
    except KeyboardInterrupt:
        code = STOPPED
    except BrokenPipeError:  # whoever read has enough, as in `| head`
        code = PROBLEMS
    leave(code)


def check_files(paths: Sequence[str], options: Options, form: Form = "text", *, is_strict: bool = False) -> int:
    """Print everything that is wrong with scripts. Returns the exit code: 0 where there are no errors, 1 where there
    are (with `is_strict` for warnings too), 2 where a file cannot be read."""
    found: dict[Diagnostic, None] = {}
    sources: list[Source] = []
    unreadable = False
    for path in paths:
        try:
            analysis = analyze(path, options)
        except Unreadable as problem:
            echo(f"sbc: {problem!s}", err=True)
            unreadable = True
            continue
        if not analysis.diagnostics:
            _praise(path if len(paths) > 1 else None, analysis, to_stderr=form != "text")
        found |= dict.fromkeys(analysis.diagnostics)
        sources += analysis.texts
    diagnostics = list(found)
    if form == "text":
        print_report(diagnostics, sources)
    elif form == "json":
        from storyboard.report.data import write_json

        print_data(write_json(diagnostics))
    else:
        from storyboard import __version__
        from storyboard.report.data import write_sarif

        print_data(write_sarif(diagnostics, __version__))
    counted = (Severity.ERROR, Severity.WARNING) if is_strict else (Severity.ERROR,)
    problems = any(one.severity in counted for one in diagnostics)
    return WRONG_USE if unreadable else PROBLEMS if problems else FINE


def _praise(path: str | None, analysis: Analysis, *, to_stderr: bool) -> None:
    """Say in a line that a script is as it should be, and what film it makes."""
    from storyboard.report.totals import totals_line

    film = f": {totals_line(analysis)}" if any(scene.shots for scene in analysis.film.scenes) else ""
    echo(f"{f'{path}: ' if path else ''}nothing to change{film}", err=to_stderr)
