"""The studio over TCP: the cast made and chosen, stills approved, ceilings, products."""

from __future__ import annotations

import asyncio
import http.client
import json
import time
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from storyboard.film.encoding import RATE
from storyboard.project.daily_ceiling import CeilingNotSet, set_daily_ceiling
from storyboard.studio.make_offer import NOTHING_TO_MAKE
from storyboard.studio.offers import GOOD_FOR, Offer, Offers
from storyboard.studio.render_offer import RUN_IS_ON, why_not_now
from storyboard.studio.takes import StudioRefusal
from tests.studio.conftest import SCRIPT, Studio, running_studio, write_film

_CAST = SCRIPT.replace(
    "LOCATION Harbor", "angles: refs/mira-side.png\n\nPROP Lamp\nlook: a brass lamp\n\nLOCATION Harbor"
)


def wait(studio: Studio, done: Callable[[], Any], seconds: float = 90) -> Any:
    """Ask until there is something."""
    end = time.monotonic() + seconds
    while not (found := done()):
        assert time.monotonic() < end, [one.read_text() for one in studio.script.parent.rglob("studio-run.jsonl")]
        time.sleep(0.2)
    return found


def picture(studio: Studio, name: str) -> dict[str, Any]:
    cast = studio.ask("cast")["cast"]
    found: dict[str, Any] = next(one for person in cast for one in person["pictures"] if one["id"] == name)
    return found


@pytest.fixture(scope="module")
def casting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A studio of a film of which one angle is missing, and a thing that has no picture line."""
    script = write_film(tmp_path_factory.mktemp("cast"))
    script.write_text(_CAST)
    with running_studio(script, XDG_CACHE_HOME=str(script.parent / "cache")) as studio:
        studio.open()
        yield studio


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A studio of a film whose pictures are there."""
    script = write_film(tmp_path_factory.mktemp("whole"))
    with running_studio(script, XDG_CACHE_HOME=str(script.parent / "cache")) as studio:
        studio.open()
        yield studio


def test_an_offer_to_make_falls_with_the_words_that_it_was_made_for(casting: Studio) -> None:
    offer = casting.ask("plan-making")
    casting.script.write_text(_CAST.replace("red wool coat", "blue wool coat"))
    assert "have changed" in casting.ask("start", digest=offer["digest"])["refused"]
    casting.ask("mode", sandbox=False)
    offer = casting.ask("plan-making")
    assert "there is no key" in offer["why_not"]
    assert offer["usd"] > 0
    assert "no longer open" in casting.ask("start", digest=offer["digest"])["refused"]
    assert not (casting.script.parent / "out").exists()
    casting.ask("mode", sandbox=True)
    casting.script.write_text(_CAST)


def test_the_missing_of_the_cast_are_made_and_one_is_chosen(casting: Studio) -> None:
    studio = casting
    found = studio.ask("cast")
    mira, lamp, harbor = found["cast"]
    assert [one["what"] for one in mira["pictures"]] == ["Front", "Angle 1"]
    assert (mira["clips"], mira["scenes"]) == (["s01c01"], [1])
    assert (lamp["pictures"], lamp["clips"]) == ([], [])
    assert found["undeclared"] == ["Lamp"]
    assert "front: " in studio.ask("declare")["text"].split("PROP Lamp")[1].split("LOCATION")[0]
    assert [one["action"] for one in harbor["pictures"]] == ["yours"]
    offer = studio.ask("plan-making", copies=2)
    assert (offer["calls"], offer["usd"], offer["sandbox"], offer["why_not"]) == (2, 0.0, True, "")
    assert studio.ask("plan-making", only=["Nobody"])["refused"].startswith("the script has no picture")
    with studio.events() as events:
        assert studio.ask("start", digest=offer["digest"])["calls"] == 2
        assert studio.ask("plan-making")["why_not"] == RUN_IS_ON, "also before it holds its folder"
        heard = ""
        while '"event":"end"' not in heard:
            line = events.readline().decode()
            assert line, "the stream has ended"
            heard += line
    assert '"event":"saved"' in heard, "the page is told what becomes of each"
    assert "no longer open" in studio.ask("start", digest=offer["digest"])["refused"]
    takes = wait(studio, lambda: picture(studio, "Mira.angle1")["takes"])
    assert [(one["number"], one["chosen"], one["changed"]) for one in takes] == [(1, True, False), (2, False, False)]
    assert all(studio.request("GET", one["url"])[1][:4] == b"RIFF" for one in takes)
    assert (studio.script.parent / "refs" / "mira-side.png").is_file()
    assert studio.ask("choose-picture", picture="Mira.angle1", number=2) == {"clips": []}
    assert [one["chosen"] for one in picture(studio, "Mira.angle1")["takes"]] == [False, True]
    assert "no finished take" in studio.ask("choose-picture", picture="Mira.angle1", number=7)["refused"]
    assert studio.ask("plan-making")["why_not"] == NOTHING_TO_MAKE


def test_the_sounds_of_a_script_are_made_heard_and_chosen(tmp_path: Path) -> None:
    script = write_film(tmp_path)
    text = script.read_text().replace("Model:", "Music: slow cello over rain, no drums\nModel:")
    text = text.replace("front: refs/mira.png", "front: refs/mira.png\nspeaker: af_heart")
    script.write_text(text + "\nMIRA (V.O.)\nI never left.\n\nEFFECT: one deep bell (at 1s)\n")
    with running_studio(script, XDG_CACHE_HOME=str(tmp_path / "cache")) as studio:
        studio.open()
        sounds = studio.ask("cast")["sounds"]
        assert [(one["id"], one["kind"], one["who"], one["action"]) for one in sounds] == [
            ("1.2.speech1", "speech", "Mira", "new"),
            ("1.1.music", "music", "", "new"),
            ("1.2.effect1", "effect", "", "new"),
        ]
        assert (sounds[0]["words"], sounds[0]["voice"]) == ("I never left.", "af_heart")
        assert len(studio.ask("cut")["unheard"]) == 3
        offer = studio.ask("plan-making", copies=2)
        assert (offer["calls"], offer["usd"], offer["why_not"]) == (6, 0.0, "")
        assert [one["takes"] for one in (*offer["plan"]["speeches"], *offer["plan"]["sounds"])] == [2, 2, 2]
        studio.ask("start", digest=offer["digest"])
        assert wait(studio, lambda: studio.ask("plan-making")["why_not"] == NOTHING_TO_MAKE)
        sounds = studio.ask("cast")["sounds"]
        for one in sounds:
            assert [(take["number"], take["chosen"]) for take in one["takes"]] == [(1, True), (2, False)]
            for take in one["takes"]:
                assert studio.request("GET", take["url"])[0] == 200
                assert take["seconds"] > 0
        assert studio.ask("cut")["unheard"] == []
        assert studio.ask("choose-sound", sound="1.2.effect1", number=2) == {}
        assert [take["chosen"] for take in studio.ask("cast")["sounds"][2]["takes"]] == [False, True]
        assert "no finished take" in studio.ask("choose-sound", sound="1.1.music", number=9)["refused"]
        assert "no sound" in studio.ask("choose-sound", sound="Mira.front", number=1)["refused"]
        assert studio.ask("plan-making", retake=["1.1.music"], only=["1.1.music"])["calls"] == 1


def test_an_offer_is_good_for_two_minutes(tmp_path: Path) -> None:
    now, started = [0.0], list[Offer]()
    offer = Offer("d", {}, 1.0, 1, 0, "", None, ("make",), tmp_path)

    async def prepare() -> Offer:
        return offer

    offers = Offers(started.append, lambda: now[0])
    asyncio.run(offers.make(prepare))
    now[0] = GOOD_FOR
    assert asyncio.run(offers.accept("d")) == offer
    asyncio.run(offers.make(prepare))
    now[0] += GOOD_FOR + 1
    with pytest.raises(StudioRefusal, match="no longer open"):
        asyncio.run(offers.accept("d"))
    assert started == [offer]


def test_a_plan_above_the_ceiling_of_the_day_cannot_be_paid(tmp_path: Path) -> None:
    script = tmp_path / "film.sb"
    set_daily_ceiling(script, 2)
    folder = tmp_path / "out" / "film"
    assert why_not_now(script, folder, 2.0, sandbox=False) == ""
    assert why_not_now(script, folder, 9.0, sandbox=True) == "", "the sandbox is free"
    said = why_not_now(script, folder, 2.5, sandbox=False)
    assert said == "This costs $2.50, but $2.00 of the ceiling for a day is left."


def test_a_still_is_approved_until_its_picture_is_another(whole: Studio) -> None:
    studio = whole
    still = studio.ask("stills")["stills"]["s01c01"]
    assert (still["what"], still["approved"]) == ("board panel", False)
    assert studio.request("GET", still["url"])[1][:4] == b"RIFF"
    assert "no clip" in studio.ask("approve", clip="s09c09", approved=True)["refused"]
    studio.ask("approve", clip="s01c01", approved=True)
    assert studio.ask("stills")["stills"]["s01c01"]["approved"]
    offer = studio.ask("plan", only=["s01c01"])
    assert (offer["calls"], offer["why_not"]) == (1, "")
    assert studio.ask("plan", only=[])["calls"] == 0
    (studio.script.parent / "refs" / "mira.png").write_bytes(
        (studio.script.parent / "refs" / "harbor.png").read_bytes()
    )
    uri = studio.script.as_uri()
    change = {"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": SCRIPT + "\n"}]}
    studio.lsp("textDocument/didChange", change)
    wait(studio, lambda: not studio.ask("stills")["stills"]["s01c01"]["approved"])


def test_the_ceiling_for_a_day_is_set_and_holds(whole: Studio) -> None:
    studio = whole
    assert studio.ask("ceiling") == {"day": None, "today": 0.0, "film": None, "so_far": 0.0}
    assert studio.ask("set-ceiling", usd=0.5)["day"] == 0.5
    assert "usd_per_day = 0.5" in (studio.script.parent / "sbc.toml").read_text()
    assert "A ceiling is" in studio.ask("set-ceiling", usd=-1)["refused"]
    assert studio.ask("set-ceiling", usd=None)["day"] is None


@pytest.mark.parametrize(
    ("before", "usd", "after"),
    [
        ("", 20, "[limits]\nusd_per_day = 20\n"),
        ("out = 'x'", 1.5, "out = 'x'\n\n[limits]\nusd_per_day = 1.5\n"),
        ("[limits] # mine\nusd_per_film = 9\n", 2, "[limits] # mine\nusd_per_day = 2\nusd_per_film = 9\n"),
        ("[limits]\r\nusd_per_day = 5 # a day\r\n", 2.25, "[limits]\r\nusd_per_day = 2.25 # a day\r\n"),
        ("[limits]\nusd_per_day=5\n[other]\nusd_per_day = 7\n", None, "[limits]\n[other]\nusd_per_day = 7\n"),
        ("[limits]", 3, "[limits]\nusd_per_day = 3\n"),
    ],
)
def test_one_line_of_the_project_file_is_written(tmp_path: Path, before: str, usd: float | None, after: str) -> None:
    file = tmp_path / "sbc.toml"
    file.write_bytes(before.encode())
    assert set_daily_ceiling(tmp_path / "film.sb", usd) == file
    assert file.read_bytes().decode() == after


@pytest.mark.parametrize(
    "text", ["limits = {usd_per_day = 3}\n", "limits.usd_per_day = 3\n", "[limits\n", "limits = 3\n"]
)
def test_a_project_file_that_is_written_otherwise_stays(tmp_path: Path, text: str) -> None:
    (tmp_path / "sbc.toml").write_text(text)
    with pytest.raises(CeilingNotSet):
        set_daily_ceiling(tmp_path / "film.sb", 20)
    assert (tmp_path / "sbc.toml").read_text() == text


@pytest.mark.slow
def test_products_are_made_and_opened(studio: Studio) -> None:
    studio.open()
    assert {"film", "animatic", "board", "pdf", "srt"} <= {one["name"] for one in studio.ask("products")["products"]}
    assert "no product" in studio.ask("product", product="../x")["refused"]
    with studio.events() as events:
        studio.ask("product", product="board")
        made = _until_made(events)
    assert made["file"].endswith("film-board.html")
    status, page = studio.request("GET", made["url"])
    assert (status, page[:15].lower()) == (200, b"<!doctype html>")
    assert studio.request("GET", made["url"].replace("film-board", "film"))[0] == 404


def _until_made(events: Any) -> dict[str, Any]:
    while line := events.readline().decode():
        if not line.startswith("data: "):
            continue
        for message in json.loads(line[6:]).get("messages", ()):
            if message.get("state") == "failed":
                raise AssertionError(message)
            if message.get("state") == "made":
                found: dict[str, Any] = message
                return found
    raise AssertionError("the stream has ended")


def heard_of_player(events: http.client.HTTPResponse, number: int, name: str) -> dict[str, Any]:
    """What the page is told of the media of a player."""
    while line := events.readline():
        for message in json.loads(line[6:]).get("messages", ()) if line.startswith(b"data: ") else ():
            if message.get("player", {}).get("number") == number and name in message["player"]:
                found: dict[str, Any] = message["player"][name]
                return found
    raise AssertionError("the stream has ended")


def test_the_cut_plays_its_shots_in_order_under_the_sound_that_the_script_lays_over_it(tmp_path: Path) -> None:
    script = write_film(tmp_path)
    with wave.open(str(tmp_path / "bell.wav"), "wb") as bell:
        bell.setparams((1, 2, 48000, 0, "NONE", ""))
        bell.writeframes(bytes(48000) + (bytes([0, 64]) * 50 + bytes([0, 192]) * 50) * 480)
    text = script.read_text().replace("Model:", "Music: slow cello\nModel:") + "\nEFFECT: bell.wav\n"
    script.write_text(text)
    with running_studio(script, XDG_CACHE_HOME=str(tmp_path / "cache")) as studio:
        studio.open()
        with studio.events() as events:
            cut = studio.ask("cut")
            assert [(one["number"], one["begin"], one["end"], one["url"]) for one in cut["shots"]] == [
                ("1.1", 0, 3, None),
                ("1.2", 3, 7, None),
            ]
            assert ["slow cello" in line for line in cut["unheard"]] == [True]
            mixed, drawn = (heard_of_player(events, cut["player"], name) for name in ("sound", "animatic"))
            assert mixed["problems"] == []
            assert drawn["at"] == {"1.1": 0, "1.2": 3}
            again = studio.ask("cut")["player"]
            assert [heard_of_player(events, again, name) for name in ("sound", "animatic")] == [mixed, drawn]
            assert studio.ask("close-player", number=again) == {}
        sound, pictures = (studio.request("GET", one["url"])[1] for one in (mixed, drawn))
    path = tmp_path / "mixed.mp4"
    path.write_bytes(sound)
    (tmp_path / "drawn.mp4").write_bytes(pictures)
    with av.open(str(tmp_path / "drawn.mp4")) as container:
        assert container.streams.video[0].frames == 7 * RATE
    with av.open(str(path)) as container:
        heard = np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)
    assert heard.shape[1] == pytest.approx(7 * 48000, abs=2048)
    assert np.abs(heard[:, : 48000 * 3]).max() < 0.01
    assert np.abs(heard[:, int(48000 * 3.6) : int(48000 * 3.9)]).max() > 0.1
