"""`sbc check`: report mistakes in scripts, line by line."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from storyboard.cli.check_files import Form, check_files
from storyboard.cli.process import FINE, PROBLEMS, WRONG_USE
from storyboard.cli.streams import analyze, fail
from storyboard.cli.terminal import echo
from storyboard.compiler.loader import Unreadable
from storyboard.compiler.pipeline import Options


class _Command(click.Command):
    """Takes `--fix` with and without a value: what follows it is one only if it is a word for one."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        given = iter(args)
        spelled: list[str] = []
        for one in given:
            if one == "--fix":
                following = next(given, None)
                is_value = following in ("safe", "all")
                spelled += [f"--fix={following if is_value else 'safe'}"]
                spelled += [] if is_value or following is None else [following]
            else:
                spelled.append(one)
        return super().parse_args(context, spelled)


@click.command(cls=_Command)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--format", "form", type=click.Choice(["text", "json", "sarif"]), default="text", help="Output format.")
@click.option(
    "--fix",
    "fixes",
    type=click.Choice(["safe", "all"]),
    metavar="[safe|all]",
    help="Apply the safe fixes, or with `all` every fix, and list them.",
)
@click.option("--diff", is_flag=True, help="Change nothing; show what --fix would change.")
@click.option("--strict", is_flag=True, help="Exit with 1 for warnings too.")
@click.option(
    "--wire",
    type=click.Choice(["api", "guide"]),
    help="Spelling of requests to check for; by default api, or the project's.",
)
@click.option("--root", type=click.Path(path_type=Path), help="The project folder; by default that of each FILE.")
def command(
    files: tuple[str, ...], form: Form, fixes: str | None, diff: bool, strict: bool, wire: str | None, root: Path | None
) -> None:
    """Find everything that is wrong with scripts. Nothing is changed without --fix.

    FILE may be - for standard input. The exit code is 0 without errors, 1 with errors (with --strict, warnings count
    too; with --diff, anything that would change), 2 if a file cannot be read.
    """
    options = Options(wire=wire, root=root)
    if diff:
        sys.exit(_show_fixes(files, options, fixes == "all"))
    if fixes:
        _fix(files, options, fixes == "all")
    sys.exit(check_files(files, options, form, is_strict=strict))


def _show_fixes(files: tuple[str, ...], options: Options, with_unsafe: bool) -> int:
    """Print what fixes would change, as a unified diff."""
    from difflib import unified_diff

    from storyboard.compiler.fixing import fix_texts

    code = FINE
    for path in files:
        try:
            fixed = fix_texts(analyze(path, options), with_unsafe)
        except Unreadable as problem:
            echo(f"sbc: {problem!s}", err=True)
            code = WRONG_USE
            continue
        for file in fixed.files:
            code = code or PROBLEMS
            before, after = file.before.splitlines(), file.after.splitlines()
            for line in unified_diff(before, after, file.path, f"{file.path} (fixed)", lineterm=""):
                echo(line)
    return code


def _fix(files: tuple[str, ...], options: Options, with_unsafe: bool) -> None:
    from storyboard.compiler.fixing import fix_texts, save_fixes

    if "-" in files:
        fail("--fix needs a file: standard input cannot be changed")
    for path in files:
        try:
            fixed = fix_texts(analyze(path, options), with_unsafe)
            save_fixes(fixed.files)
        except Unreadable:
            continue
        except OSError as problem:
            fail(f"{path}: cannot be changed ({problem.strerror or problem})")
        for one in fixed.applied:
            echo(f"fixed {one.file}:{one.start.line}:{one.start.column} {one.code}: {one.message}", err=True)
