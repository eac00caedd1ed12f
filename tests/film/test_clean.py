"""`sbc animatic --clean`: what an audience would see."""

from __future__ import annotations

from storyboard.compiler.pipeline import analyze_text
from storyboard.film.timeline import lay_out

SCRIPT = """\
EXT. QUAY - DAY

SHOT 4s wide
The sea.

SUPER: Years later

SHOT 4s close-up
A voice.

MIRA (O.S.)
I never left.
"""


def test_slate_and_captions_go_and_titles_stay() -> None:
    whole = lay_out(analyze_text(SCRIPT))
    clean = whole.without_notes()
    assert all(part.drawn.slate for part in whole.parts)
    assert not any(part.drawn.slate for part in clean.parts)
    assert {caption.kind for part in whole.parts for caption in part.drawn.captions} > {"title"}
    assert [caption.text for part in clean.parts for caption in part.drawn.captions] == ["Years later"]
    assert clean.seconds == whole.seconds
    assert clean.speeches == whole.speeches, "the subtitles beside the film stay"
