"""The live board after an edit: the pieces of a board that was drawn anew, and those that have changed as new ones."""

from __future__ import annotations

import pytest

from storyboard.board.live import LiveBoard
from storyboard.compiler.pipeline import Analysis, CompilerCache, analyze_text

SCRIPT = """\
CHARACTER Mira
look: a keeper in a red coat
front: https://pictures.example/mira.png

CHARACTER Tom
look: a fisherman

LOCATION Harbor
look: a stone harbor

LOCATION Loft
look: a dim loft
image: https://pictures.example/loft.png

EXT. HARBOR - DAY

SHOT 5s wide
@Mira waits in her crimson coat, left. @Tom sleeps, right.

INT. LOFT - DAY

SHOT 5s
@Tom sleeps.

INT. KITCHEN - DAY

SHOT 5s
Rain.
"""
EDITS = {
    "a look": ("a fisherman", "an old fisherman"),
    "a look that a shot contradicts": ("a red coat", "a crimson coat"),
    "the look of a place without a picture": ("a stone harbor", "a foggy harbor"),
    "the look of a place with a picture": ("a dim loft", "a bright loft"),
    "the path of a picture": ("/mira.png", "/mira-front.png"),
    "a picture that is not on the web": ("https://pictures.example/mira.png", "mira.png"),
    "a shot": ("Rain.", "Snow."),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_draws_what_it_changes(name: str) -> None:
    old, new = EDITS[name]
    memory, board, seen = CompilerCache(), LiveBoard(), set[str]()
    board.draw(analyze_text(SCRIPT, memory=memory))
    before = board.new_pieces(seen).keys()
    for text in (SCRIPT.replace(old, new), SCRIPT, SCRIPT.replace(old, new)):
        board.draw(analyze_text(text, memory=memory))
        fresh = _drawn(analyze_text(text))
        assert (board.order, board.pieces) == (fresh.order, fresh.pieces)
        assert board.new_pieces(seen).keys() == fresh.pieces.keys() - before
        before = fresh.pieces.keys()


def _drawn(analysis: Analysis) -> LiveBoard:
    board = LiveBoard()
    board.draw(analysis)
    return board
