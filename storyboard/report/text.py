"""Diagnostics for a person: message, place, the marked line, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from storyboard.compiler.diagnostics import Diagnostic, Related, Severity, first_to_show
from storyboard.compiler.text import Position, Source
from storyboard.wording import columns, count, printable

#: Puts a style, as `red`, on a text; does nothing where there are no colours.
Paint = Callable[[str, str], str]

_TAB = 4
#: Columns of a script line that are shown; a longer line is cut to a window around the place.
_WINDOW = 100
_STYLES = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFORMATION: "cyan"}


def no_colour(text: str, style: str) -> str:
    """The text unchanged, for output without colours."""
    return text


def write_report(
    diagnostics: Iterable[Diagnostic], sources: Mapping[str, Source], paint: Paint = no_colour
) -> Iterable[str]:
    """The lines to print, those of the foremost. `sources` are the files by the path that the diagnostics name."""
    told, untold = first_to_show(diagnostics)
    for diagnostic in told:
        yield from _one(diagnostic, sources, paint)
        yield ""
    for file, number in untold.items():
        yield f"{printable(file)}: {more_untold(number)}"


def more_untold(count: int) -> str:
    """What is said of problems that are not shown."""
    return f"{count:,} more are not shown. Fix these first, then check again."


def write_summary(diagnostics: Iterable[Diagnostic]) -> str:
    """`2 errors, 1 warning`, or nothing where there is nothing."""
    counts = dict.fromkeys(Severity, 0)
    for diagnostic in diagnostics:
        counts[diagnostic.severity] += 1
    names = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFORMATION: "note"}
    return ", ".join(count(number, names[one]) for one, number in counts.items() if number)


def _one(diagnostic: Diagnostic, sources: Mapping[str, Source], paint: Paint) -> Iterable[str]:
    style = _STYLES[diagnostic.severity]
    word = "note" if diagnostic.severity is Severity.INFORMATION else diagnostic.severity.value
    place = f"{printable(diagnostic.file)}:{diagnostic.start.line}:{diagnostic.start.column}"
    yield f"{place}: {paint(f'{word} {diagnostic.code}', style)}: {printable(diagnostic.message)}"
    source = sources.get(diagnostic.file)
    if source is not None:
        yield from _marked(source, diagnostic.start, diagnostic.end, paint, style)
    for related in diagnostic.related:
        yield from _second(related, diagnostic, sources, paint)
    if diagnostic.help:
        yield f"  {paint('help:', 'green')} {printable(diagnostic.help)}"


def _second(related: Related, diagnostic: Diagnostic, sources: Mapping[str, Source], paint: Paint) -> Iterable[str]:
    where = f"{printable(related.file)}:{related.start.line}:{related.start.column}"
    yield f"  {paint('see', 'blue')} {where}: {printable(related.message)}"
    source = sources.get(related.file)
    if source is not None and related.start.line != diagnostic.start.line:
        yield from _marked(source, related.start, related.end, paint, "blue", "-")


def _marked(source: Source, start: Position, end: Position, paint: Paint, style: str, sign: str = "^") -> Iterable[str]:
    line = source.line(start.line)
    first = start.column - 1
    last = end.column - 1 if end.line == start.line else len(line)
    before, marked, after = line[:first], line[first : max(last, first)], line[max(last, first) :]
    before, marked, after = _window(before, marked, after)
    shown_before = _shown(before)
    shown_marked = _shown(marked, columns(shown_before))
    number = paint(f"{start.line:>5} | ", "blue")
    shown_after = _shown(after, columns(shown_before + shown_marked))
    yield f"{number}{shown_before}{shown_marked}{shown_after}".rstrip()
    signs = sign * max(1, columns(shown_marked))
    yield f"{paint('      | ', 'blue')}{' ' * columns(shown_before)}{paint(signs, style)}"


def _window(before: str, marked: str, after: str) -> tuple[str, str, str]:
    """The three parts, cut so that the place stays in sight."""
    if len(before) + len(marked) + len(after) <= _WINDOW:
        return before, marked, after
    if len(marked) > _WINDOW - 20:
        marked = f"{marked[: _WINDOW - 20]}…"
        after = ""
    room = _WINDOW - len(marked)
    if len(before) > room // 2:
        before = f"…{before[-(room // 2) :]}"
    rest = room - len(before)
    return before, marked, after if len(after) <= rest else f"{after[: max(rest, 0)]}…"


def _shown(text: str, column: int = 0) -> str:
    parts = []
    for character in text:
        piece = " " * (_TAB - column % _TAB) if character == "\t" else printable(character)
        column += columns(piece)
        parts.append(piece)
    return "".join(parts)
