"""`sbc fmt`: format scripts in one style."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from storyboard.cli.process import FINE, PROBLEMS, WRONG_USE
from storyboard.cli.streams import print_report
from storyboard.cli.terminal import echo
from storyboard.compiler.loader import LARGEST_SCRIPT, Unreadable, decode, read_bytes

_MARK = b"\xef\xbb\xbf"


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--check", is_flag=True, help="Change nothing; list the files that would change, and exit with 1 if any would."
)
@click.option("--diff", is_flag=True, help="Change nothing; show what would change, and exit with 1 if anything would.")
def command(files: tuple[str, ...], check: bool, diff: bool) -> None:
    """Tidy scripts: blank lines, headers, the spelling and order of properties, spaces at the ends of lines.

    Scene headings are put in capitals, except those that begin with a full stop and those whose capitals would change a
    request (a place that is not declared reaches the model as it is typed). Prose, notes and boneyards are not touched.
    A script compiles to the same requests as before; this is verified before anything is written. A file with syntax
    errors is left alone. FILE may be - to read standard input and print the result. The exit code is 0 if every file is
    tidy now, 1 if a file was left alone or --check or --diff found something, 2 if a file cannot be read or written.
    """
    codes = [_format(path, check or diff, diff) for path in files]
    sys.exit(max(codes, default=FINE))


def _format(path: str, only_look: bool, diff: bool) -> int:
    from storyboard.compiler.pipeline import analyze_text
    from storyboard.format import Unformatted, format_script

    try:
        data = sys.stdin.buffer.read() if path == "-" else read_bytes(path, LARGEST_SCRIPT)
        text = decode(data, path)
    except Unreadable as problem:
        echo(f"sbc: {problem!s}", err=True)
        return WRONG_USE
    try:
        formatted = format_script(text, lambda script: analyze_text(script, "script.sb" if path == "-" else path))
    except Unformatted as problem:
        _explain(path, text, problem)
        if path == "-" and not only_look:
            _print(data)
        return PROBLEMS
    if only_look:
        return _show(path, text, formatted, diff)
    whole = (_MARK if data.startswith(_MARK) else b"") + formatted.encode()
    if path == "-":
        _print(whole)
        return FINE
    return FINE if whole == data else _write(path, data, whole)


def _explain(path: str, text: str, problem: Exception) -> None:
    from storyboard.compiler.pipeline import analyze_text
    from storyboard.format import Unformatted

    assert isinstance(problem, Unformatted)
    if problem.findings:
        codes = {finding.code for _, finding in problem.findings}
        analysis = analyze_text(text, path)
        print_report([one for one in analysis.diagnostics if one.code in codes], analysis.sources, to_stderr=True)
        echo(f"{path}: has syntax errors and was left alone", err=True)
    else:
        echo(f"{path}: was left alone, because {problem}; please report this script as a bug", err=True)


def _show(path: str, text: str, formatted: str, diff: bool) -> int:
    if text == formatted:
        return FINE
    if diff:
        from difflib import unified_diff

        before, after = text.splitlines(), formatted.splitlines()
        for line in unified_diff(before, after, path, f"{path} (formatted)", lineterm=""):
            echo(line)
    else:
        echo(f"{path}: would be formatted", err=True)
    return PROBLEMS


def _print(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _write(path: str, before: bytes, after: bytes) -> int:
    from storyboard.files.atomic import FileChanged, save
    from storyboard.files.overwrite import why_not

    if refusal := why_not(Path(path), example="film.sb"):
        echo(f"sbc: {refusal}", err=True)
        return WRONG_USE
    try:
        save(path, after, expected=before)
    except FileChanged:
        echo(f"{path}: was changed while it was formatted, and was left alone; try again", err=True)
        return PROBLEMS
    except OSError as problem:
        echo(f"sbc: {path}: cannot be written ({problem.strerror or problem})", err=True)
        return WRONG_USE
    echo(f"formatted {path}", err=True)
    return FINE
