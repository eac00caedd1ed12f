"""Every price that is seen before anything is paid tells what it rests on, and of which day that is."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest

from storyboard.board.page import draw_board
from storyboard.board.wording import film_summary
from storyboard.compiler.emit import build_manifest
from storyboard.compiler.pipeline import Analysis, analyze_text
from storyboard.export import ExportRequest, ExportResult
from storyboard.export.shotlist import write_csv
from storyboard.export.timeline import write_otio
from storyboard.lsp.completion import complete
from storyboard.lsp.hover import hover_at
from storyboard.lsp.outline import hints
from storyboard.report.models import describe, list_models
from storyboard.report.prices import price_lines
from storyboard.report.stats import count_film, write_stats
from storyboard.report.totals import totals_line

GUIDE_BASIS = "Reference to Video guide, 2026-08-20"
SERVICE_BASIS = "Venice's published quotes, 2026-09-28"
CAST = "CHARACTER Mira\nfront: https://example.com/mira.png\n\n"
FILM = f"{CAST}SHOT 10s\n@Mira waits.\n"


def film(head: str = "") -> Analysis:
    analysis = analyze_text(f"{head}\n{FILM}" if head else FILM, "film.sb")
    assert not analysis.has_errors, analysis.diagnostics
    return analysis


def test_the_manifests_basis() -> None:
    silent = build_manifest(film()).clips[0].estimate
    assert (silent.usd, silent.basis) == (1.12, f"10 s at $0.112/s ({GUIDE_BASIS})")
    heard = build_manifest(film("Audio: on\n")).clips[0].estimate
    assert (heard.usd, heard.basis) == (1.4, f"10 s at $0.140/s ({GUIDE_BASIS})")
    service = build_manifest(film("Audio: on\nLimits: service\n")).clips[0].estimate
    assert (service.usd, service.basis) == (1.54, f"10 s at $0.154/s ({SERVICE_BASIS})")


def test_a_models_price_for_each_picture_counts() -> None:
    head = "Model: grok-imagine-1-5\n"
    assert build_manifest(film(head)).clips[0].estimate.usd == 0.93, "0.92 and 0.0115 for the picture"


def test_a_plan_has_both_figures_where_they_differ_and_says_which_are_old() -> None:
    lines = list(price_lines(film().clips, date(2026, 9, 30)))
    assert lines == [
        f"Prices: {GUIDE_BASIS}.",
        f"By the figures of the service the film costs $1.23 ({SERVICE_BASIS}).",
    ]
    lines = list(price_lines(film("Limits: service\n").clips, date(2026, 11, 28)))
    assert lines == [
        f"Prices: {SERVICE_BASIS}.",
        f"By the figures of the guide the film costs $1.12 ({GUIDE_BASIS}).",
    ]
    assert any("are 91 days old" in line for line in price_lines(film().clips, date(2026, 11, 19)))
    assert not any(" old" in line for line in price_lines(film().clips, date(2026, 11, 18)))
    assert len(list(price_lines(film("Model: seedance-2-0\n").clips, date(2026, 9, 30)))) == 1, "nothing differs"


def test_board_stats_and_editor() -> None:
    analysis = film()
    assert GUIDE_BASIS in draw_board(analysis).html
    stats = count_film(analysis.film, analysis.clips, len)
    assert stats.price_sources == (GUIDE_BASIS,)
    assert f"$1.12 ({GUIDE_BASIS})" in "\n".join(write_stats(stats))
    at = FILM.index("SHOT")
    shown = hover_at(analysis, "film.sb", at, with_pictures=False)
    assert shown is not None
    assert f"$1.12 ({GUIDE_BASIS})" in shown.markdown
    (hint,) = hints(analysis, "film.sb", 0, len(FILM))
    assert f"$1.12 ({GUIDE_BASIS})" in hint.tooltip
    offered = complete(analysis, "film.sb", at + len("SHOT "))
    assert any(GUIDE_BASIS in one.detail for one in offered)
    assert f"$1.12 ({GUIDE_BASIS})" in film_summary(draw_board(analysis).board)
    assert f"$1.12 ({GUIDE_BASIS})" in totals_line(analysis)


@pytest.mark.parametrize("key", ["Model", "Resolution", "Draft", "Text model", "Picture model", "Voice model"])
def test_what_the_editor_offers_for_a_setting(key: str) -> None:
    head = f"Model: grok-imagine\n{key}: "
    offered = complete(analyze_text(f"{head}\n\n{FILM}", "film.sb"), "film.sb", len(head))
    assert offered
    assert all(re.search(r"\$.* \(.*, \d{4}-\d\d-\d\d\)", one.detail) for one in offered)


@pytest.mark.parametrize("write", [write_csv, write_otio])
def test_exports_that_have_prices(write: Callable[[ExportRequest], ExportResult]) -> None:
    assert GUIDE_BASIS in write(ExportRequest(film())).data.decode("utf-8-sig")


def test_the_list_of_models_has_the_age_of_every_figure() -> None:
    model = film().settings.default_model
    text = "\n".join(describe(model, date(2026, 9, 30)))
    assert "Reference to Video guide, 2026-08-20 (41 days ago)" in text
    assert "Venice's published quotes, 2026-09-28 (2 days ago)" in text
    assert "old" not in text
    assert "(100 days ago): old" in "\n".join(describe(model, date(2026, 11, 28)))
    assert "prices of 2026-08-20: old" in "\n".join(list_models([model], date(2026, 11, 28)))
