"""The board as one self-contained HTML page: no script, no network, and a content policy that forbids both."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from markupsafe import Markup

from storyboard.board.bar import build_bar
from storyboard.board.placed_images import place_images
from storyboard.board.storyboard import Panel, Storyboard, build_storyboard, settings_shown
from storyboard.board.templates import BoardContent, template_environment
from storyboard.drawing.stage import MissingPicture
from storyboard.film.takes import Take

if TYPE_CHECKING:
    from storyboard.compiler.pipeline import Analysis

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class BoardPage:
    """A finished board: `html`, the pictures that it had to draw stand-ins for, and what it tells."""

    html: str
    gaps: tuple[MissingPicture, ...]
    board: Storyboard


def draw_board(
    analysis: Analysis,
    takes: Iterable[Take] = (),
    folder: Path | None = None,
    content: BoardContent = BoardContent(),  # noqa: B008 # a frozen value
) -> BoardPage:
    """The storyboard of a script.

    Takes are linked, not embedded, so that the page stays small: by their path from `folder`, where the page will
    stand. Each shot shows its first frame of its clip's take, and plays its own seconds of it.
    """
    board = build_storyboard(analysis, takes)
    placed = place_images(board, analysis.images)
    posters = {placed.panels[panel].image for panel in board.panels if panel.take}
    style = Markup((_FOLDER / "board.css").read_text(encoding="utf-8"))  # noqa: S704 # our own file, nothing of the script's
    html = (
        template_environment()
        .get_template("board.html.jinja")
        .render(
            live=False,
            shows=content,
            board=board,
            title=board.film.title or Path(analysis.path).name,
            settings=settings_shown(board),
            bar=build_bar(board),
            page_images=[one for one in placed.page_images if one not in posters],
            pictures=placed.panels,
            portraits=placed.portraits,
            videos={panel: _link(panel, folder) for panel in board.panels if panel.take},
            style=style,
            policy=_policy(style, any(panel.take for panel in board.panels)),
        )
    )
    return BoardPage(html, placed.gaps, board)


def _policy(style: str, has_takes: bool) -> str:
    """A Content-Security-Policy that allows our one style sheet, our embedded pictures, and the takes beside us."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
    media = " media-src 'self' file:;" if has_takes else ""
    return f"default-src 'none'; img-src data:; style-src 'sha256-{digest}';{media} base-uri 'none'; form-action 'none'"


def _link(panel: Panel, folder: Path | None) -> str:
    """A URL that plays the seconds of one shot, relative to the page where that can be."""
    take = panel.take
    assert take is not None
    path = take.path.resolve()
    try:
        url = quote(os.path.relpath(path, (folder or Path.cwd()).resolve()).replace(os.sep, "/"))
    except ValueError:  # another drive
        url = path.as_uri()
    return f"{url}#t={panel.into_clip},{panel.into_clip + panel.seconds}"
