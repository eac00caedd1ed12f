"""A run that the studio has started dies at each of its events, and the studio with it: whoever opens the studio again
pays nothing twice, and sends nothing again that may be paid."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from storyboard.spend.entry import Entry
from storyboard.spend.ledger import Ledger
from storyboard.spend.states import COMMITTED, State
from storyboard.studio.render_offer import RUN_IS_ON
from storyboard.studio.runs import LOG
from tests.studio.conftest import SCRIPT, Studio, running_studio, write_film

pytestmark = pytest.mark.slow

#: Scripts of which one thing is to be made.
_MAKES = {
    "clips": SCRIPT,
    "pictures": SCRIPT.replace("front: refs/mira.png", "front: refs/mira.png\nangles: refs/side.png"),
    "sounds": SCRIPT.replace("Model:", "Music: a slow cello over rain, no drums\nModel:"),
}


def _ledger(folder: Path) -> tuple[tuple[Entry, ...], int]:
    """The entries of a folder, and the process of its latest run."""
    with Ledger.read(folder) as ledger:  # type: ignore[union-attr] # there is one
        run = ledger.last_run()
        assert run is not None
        return ledger.entries(), run.process


def _is_over(studio: Studio, asked: str) -> dict[str, Any]:
    """The plan, as soon as no run is on."""
    end = time.monotonic() + 120
    while (plan := studio.ask(asked))["why_not"] == RUN_IS_ON:
        assert time.monotonic() < end
        time.sleep(0.3)
    return plan


@pytest.mark.parametrize(
    ("asked", "rows", "event"),
    [
        *(("plan-making", "pictures", event) for event in ("sending", "received", "saved")),
        *(("plan-making", "sounds", event) for event in ("sending", "queued", "saved")),
        *(("plan", "clips", event) for event in ("sending", "queued", "fetching", "saved")),
    ],
)
def test_no_death_pays_twice(tmp_path: Path, asked: str, rows: str, event: str) -> None:
    script, cache = write_film(tmp_path), str(tmp_path / "cache")
    script.write_text(_MAKES[rows])
    folder = tmp_path / "out" / "film-sandbox"
    with running_studio(script, XDG_CACHE_HOME=cache, ends=False) as first:
        first.open()
        first.ask("start", digest=first.ask(asked)["digest"])
        end = time.monotonic() + 60
        while f'"event": "{event}"' not in ((folder / LOG).read_text() if (folder / LOG).exists() else ""):
            assert time.monotonic() < end
            time.sleep(0.01)
        os.kill(_ledger(folder)[1], signal.SIGKILL)
        first.process.kill()
    with running_studio(script, XDG_CACHE_HOME=cache) as second:
        second.open()
        for _ in range(3):
            plan = _is_over(second, asked)
            if plan["why_not"]:
                break
            second.ask("start", digest=plan["digest"])
        assert "nothing to" in plan["why_not"].lower()
        paid = [one for one in _ledger(folder)[0] if one.state in COMMITTED]
        assert len(paid) == 1, "one call was made, whatever became of it"
        is_unknown = paid[0].state is State.UNKNOWN
        assert is_unknown == any(row["action"] == "unknown" for row in plan["plan"][rows])
        assert is_unknown or paid[0].state is State.SAVED, "what is paid is fetched"
