"""The shot list, as a table that a spreadsheet opens."""

from __future__ import annotations

import csv
import io

from storyboard.board.storyboard import Panel, build_storyboard
from storyboard.board.wording import action_of, dialogue_of
from storyboard.compiler.ir.parsed import Kind
from storyboard.compiler.ir.resolved import plain
from storyboard.drawing.camera_moves import move_of
from storyboard.export import ExportRequest, ExportResult
from storyboard.wording import clean, clock

COLUMNS = (
    "scene", "shot", "size", "camera", "seconds", "characters", "location", "action", "dialogue", "clip", "price",
    "start", "move", "take", "file", "props", "light", "sound", "price source",
)  # fmt: skip

#: What a formula begins with, also in the wide letters of East Asian spreadsheets.
_DASHES = ("-", "\N{FULLWIDTH HYPHEN-MINUS}")
_OPENERS = (
    "=",
    "+",
    "@",
    *_DASHES,
    "\N{FULLWIDTH EQUALS SIGN}",
    "\N{FULLWIDTH PLUS SIGN}",
    "\N{FULLWIDTH COMMERCIAL AT}",
)
_CALLS = frozenset("(!|")


def write_csv(request: ExportRequest) -> ExportResult:
    """A row a shot, in UTF-8 with a byte-order mark, without which spreadsheets guess.

    `price` is the shot's share of its clip in US dollars, so that the column adds up to the film's price, and
    `price source` what it rests on, with the date; `start` is minutes and seconds of the film; `move` is where the
    camera goes.
    """
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(COLUMNS)
    for panel in build_storyboard(request.analysis, request.takes).panels:
        writer.writerow([_harmless(cell) for cell in _row(panel)])
    return ExportResult(table.getvalue().encode("utf-8-sig"))


def _row(panel: Panel) -> tuple[str, ...]:
    shot, scene, clip = panel.shot, panel.scene, panel.clip
    characters = dict.fromkeys(
        mention.entity.name for mention in shot.appearances if mention.entity.kind is Kind.CHARACTER
    )
    place = panel.composition.place
    return (
        f"{scene.number} ({scene.label})" if scene.label else str(scene.number),
        f"{shot.number} ({shot.label})" if shot.label else shot.number,
        panel.size.words if panel.size and not panel.size.is_move else "",
        plain(shot.camera),
        "" if shot.duration is None else str(shot.duration),
        ", ".join(characters),
        place.name if place else scene.place or "",
        action_of(shot),
        dialogue_of(shot),
        clip.id if clip else "",
        f"{clip.usd * panel.seconds / clip.duration:.3f}" if clip and clip.usd is not None and clip.duration else "",
        clock(panel.start),
        _move(plain(shot.camera)),
        str(panel.take.number) if panel.take else "",
        panel.take.path.name if panel.take else "",
        ", ".join(dict.fromkeys(one.entity.name for one in shot.appearances if one.entity.kind is Kind.PROP)),
        plain(shot.light),
        plain(shot.sound),
        clip.model.price.basis if clip and clip.usd is not None else "",
    )


def _move(direction: str) -> str:
    """The camera's move, empty where the direction names none."""
    move = move_of(direction)
    return "" if move == move_of("") else move.name


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula. A dash before words is none, unless it could call something."""
    cell = clean(cell)
    is_dash = cell[:1] in _DASHES and not cell[1:2].strip() and not _CALLS.intersection(cell)
    return f"'{cell}" if cell[:1] in _OPENERS and not is_dash else cell
