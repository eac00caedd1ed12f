"""Music, ambience and effects from words: what is asked, at what price, how it comes, and that nothing is paid twice."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path

import pytest

from storyboard.compiler.pipeline import analyze_file, analyze_text
from storyboard.film.laid_sounds import MadeSounds, lay_sounds
from storyboard.film.sound import place_sounds
from storyboard.film.sound_plan import samples_of
from storyboard.film.timeline import lay_out
from storyboard.make.report import picture_plan_data, write_picture_plan
from storyboard.make.sounds import made_sounds, wanted_sounds
from storyboard.sandbox.tones import play_tones
from storyboard.spend.outcome import ExitCode
from tests.make.make_fixture import MakeProject, make_project
from tests.make.test_make_death import start

SCRIPT = """\
Title: Sounds
Audio: off
Music: slow strings, far away

EXT. PIER - DAY
ambience: waves under a wooden pier

SHOT 6s wide
The pier, empty.
EFFECT: a bell (at 2s)

SHOT 5s close-up
A rope, tightening.
EFFECT: a bell
"""
SOUNDS = ["1.1.music", "1.1.ambience", "1.1.effect1"]
PROMPTS = ["slow strings, far away", "waves under a wooden pier", "Sound effect: a bell"]


def test_what_is_asked_and_how_long() -> None:
    music, ambience, effect = wanted_sounds(analyze_text(SCRIPT))
    assert [one.id for one in (music, ambience, effect)] == SOUNDS
    assert dict(music.body) == {"model": "sonilo-v1-1-music", "prompt": PROMPTS[0], "duration_seconds": 11}
    assert dict(ambience.body) == {
        "model": "sonilo-v1-1-sound-effects",
        "prompt": PROMPTS[1],
        "duration_seconds": 11,
    }
    assert effect.body["prompt"] == PROMPTS[2], "the service takes no prompt of fewer than ten characters"
    assert effect.seconds == 5, "equal words are one sound, as long as the longest place"


def test_what_would_never_be_heard_is_not_paid() -> None:
    script = SCRIPT.replace("a bell (at 2s)", "a gong (at 6s)").replace("far away", "far away (at 11s)")
    assert [one.words for one in wanted_sounds(analyze_text(script))] == ["waves under a wooden pier", "a bell"]


def test_a_run_that_is_longer_than_the_model_makes_loops() -> None:
    ambience = wanted_sounds(analyze_text(SCRIPT + "\nSHOT 10s wide\nThe pier.\n" * 20))[1]
    assert (ambience.seconds, ambience.heard) == (180, 211)
    assert ambience.length_note(ambience.seconds) == "180 s for 211 s of film: it loops"


def test_sounds_are_made_kept_laid_and_heard(tmp_path: Path) -> None:
    with make_project(tmp_path, SCRIPT) as film:
        assert film.make().code is ExitCode.FINE
        assert film.charges == dict.fromkeys(PROMPTS, 1)
        assert film.plan is not None
        assert [item.price for item in film.plan.queued] == pytest.approx([0.031625, 0.02277, 0.0115])
        assert all(item.is_quoted for item in film.plan.queued)
        assert film.server.sandbox.settings.account.left == pytest.approx(100 - film.plan.usd)
        analysis = analyze_file(film.script)
        made = made_sounds(analysis, film.out)
        assert {words: path.suffix for words, path in made.items()} == {
            "slow strings, far away": ".m4a",
            "waves under a wooden pier": ".mp3",
            "a bell": ".mp3",
        }
        facts = json.loads(made["a bell"].with_suffix(".json").read_text())
        assert (facts["sound"], facts["seconds"]) == ("1.1.effect1", pytest.approx(5, abs=0.1))
        laid = lay_sounds(analysis, lay_out(analysis), MadeSounds(words=made), at=lambda second: second)
        assert not laid.missing
        assert [sound.kind for sound in laid.overlay.laid] == ["music", "ambience", "effect", "effect"]
        placed = place_sounds(samples_of(11), laid.overlay)
        assert sorted(placed.placed) == [0, 1, 2, 3]
        assert not placed.unheard
        assert film.make().code is ExitCode.FINE
        assert film.charges == dict.fromkeys(PROMPTS, 1), "what is there is not paid again"


def test_a_longer_shot_pays_nothing_and_other_words_alone_are_new(tmp_path: Path) -> None:
    with make_project(tmp_path, SCRIPT) as film:
        film.make()
        film.script.write_text(SCRIPT.replace("SHOT 5s", "SHOT 9s").replace("far away", "near"))
        film.make()
        assert film.charges == {**dict.fromkeys(PROMPTS, 1), "slow strings, near": 1}
        assert film.plan is not None
        assert film.plan.sounds[1].why == "take 1; 11 s for 15 s of film: it loops"


def test_the_plan_says_what_is_made_and_for_how_much(tmp_path: Path) -> None:
    with make_project(tmp_path, SCRIPT) as film:
        film.make(only=["music"])
        assert film.charges == {PROMPTS[0]: 1}
        assert film.plan is not None
        lines = "\n".join(write_picture_plan(film.plan, today=date(2026, 11, 28)))
        assert "1.1.music       11 s  sonilo-v1-1-music  slow strings, far away" in lines
        assert "Music, ambience and effects are quoted by the service, 2026-11-28." in lines
        assert lines.endswith("This run makes 1 sound for $0.03.")
        row = picture_plan_data(film.plan)["sounds"][0]
        assert (row["id"], row["kind"], row["seconds"], row["basis"]) == (
            "1.1.music",
            "music",
            11,
            "quoted by the service",
        )


def test_without_a_quote_the_list_has_the_price(tmp_path: Path) -> None:
    with make_project(tmp_path, SCRIPT, faults=["quote:500x*"]) as film:
        assert film.make(only=["music"]).code is ExitCode.FINE
        assert film.plan is not None
        lines = "\n".join(write_picture_plan(film.plan, today=date(2026, 11, 28)))
        assert "The service did not quote them (Something is wrong)." in lines
        assert film.plan.usd == pytest.approx(0.031625)


def test_a_ceiling_holds(tmp_path: Path) -> None:
    with make_project(tmp_path, SCRIPT) as film:
        outcome = film.make(max_cost=0.04)
        assert outcome.code is ExitCode.NO_MONEY
        assert film.charges == {PROMPTS[0]: 1}
        assert outcome.saved == ["1.1.music"], "what is paid is collected all the same"


def test_words_that_are_too_long_are_not_sent(tmp_path: Path) -> None:
    with make_project(tmp_path, SCRIPT.replace("slow strings, far away", "strings " * 1250)) as film:
        assert film.make(only=["music"]).code is ExitCode.INCOMPLETE
        assert film.plan is not None
        assert film.plan.sounds[0].why == "Sonilo V1.1 Music takes at most 4,096 characters; shorten the words"
        assert not film.charges


@pytest.mark.parametrize(
    ("fault", "state", "code"),
    [
        ("queue:400", "refused", ExitCode.INCOMPLETE),
        ("queue:402=credit", "refused", ExitCode.NO_MONEY),
        ("queue:502", "unknown", ExitCode.UNKNOWN),
        ("queue:html", "unknown", ExitCode.UNKNOWN),
        ("queue:no-id", "unknown", ExitCode.UNKNOWN),
        ("queue:cut", "unknown", ExitCode.UNKNOWN),
        ("queue:429=1", "saved", ExitCode.FINE),
        ("retrieve:422=policy", "refunded", ExitCode.INCOMPLETE),
        ("retrieve:failed", "failed", ExitCode.INCOMPLETE),
        ("retrieve:completedx*", "failed", ExitCode.INCOMPLETE),
        ("retrieve:404x*", "lost", ExitCode.INCOMPLETE),
        ("retrieve:500x*", "failed", ExitCode.INCOMPLETE),
        ("retrieve:silence", "rejected", ExitCode.INCOMPLETE),
        ("retrieve:401x*", "queued", ExitCode.INCOMPLETE),
        pytest.param("retrieve:word=SLEEPINGx*", "queued", ExitCode.INCOMPLETE, marks=pytest.mark.slow),
        ("retrieve:500", "saved", ExitCode.FINE),
        ("retrieve:close", "saved", ExitCode.FINE),
        ("retrieve:cutx4", "saved", ExitCode.FINE),
        ("retrieve:htmlx2", "saved", ExitCode.FINE),
    ],
)
def test_answers_of_another_kind(tmp_path: Path, fault: str, state: str, code: ExitCode) -> None:
    with make_project(tmp_path, SCRIPT, faults=[fault]) as film:
        outcome = film.make(only=["1.1.music"])
        assert outcome.code is code
        assert _states(film)[-1] == state
        film.make(only=["1.1.ambience"])
        assert max(film.charges.values(), default=0) <= 1


def test_what_an_earlier_run_has_paid_is_collected_by_the_next(tmp_path: Path) -> None:
    with make_project(tmp_path, SCRIPT, faults=["retrieve:401x15"]) as film:
        assert film.make(only=["1.1.music"]).running == ["1.1.music"]
        for _ in range(9):
            outcome = film.make(only=["1.1.music"])
            if outcome.saved:
                break
        assert film.actions() == {}
        assert film.plan is not None
        assert film.plan.sounds[0].action.value == "collected"
        assert not film.plan.sends
        assert outcome.saved == ["1.1.music"]
        assert film.charges == {PROMPTS[0]: 1}


@pytest.mark.parametrize(
    ("point", "is_unknown"),
    [
        ("commit.intended.after", True),
        pytest.param("queue.http11.send_request_body.complete", True, marks=pytest.mark.slow),
        ("answer.after", False),
        ("commit.queued.after", False),
        pytest.param("poll.before", False, marks=pytest.mark.slow),
        pytest.param("sound.before", False, marks=pytest.mark.slow),
        ("sound.received", False),
        ("commit.saving.after", False),
        pytest.param("sound.kept", False, marks=pytest.mark.slow),
        pytest.param("commit.saved.after", False, marks=pytest.mark.slow),
    ],
)
def test_a_run_that_is_killed_is_taken_up(tmp_path: Path, point: str, is_unknown: bool) -> None:
    with make_project(tmp_path, SCRIPT) as film:
        with start(film, point) as process:
            _, said = process.communicate(timeout=60)
            assert process.returncode == -9, said
        outcome = film.make()
        assert outcome.code is (ExitCode.UNKNOWN if is_unknown else ExitCode.FINE)
        assert max(film.charges.values()) == 1
        assert max(film.queued.values()) == 1, "a call that may have cost money is not repeated"
        saved = {entry.file for entry in film.all_entries() if entry.state == "saved"}
        assert saved == {path.name for path in (film.out / "sounds").iterdir() if path.suffix != ".json"}
        assert len(saved) == 3 - is_unknown


def test_the_sandbox_plays_what_was_asked() -> None:
    import av

    for kind, form in (("music", "m4a"), ("music", "flac"), ("effect", "mp3"), ("effect", "wav")):
        data = play_tones("waves", kind, 7, form)
        assert data == play_tones("waves", kind, 7, form), "the same words sound the same"
        with av.open(io.BytesIO(data), "r") as sound:
            frames = list(sound.decode(sound.streams.audio[0]))
            assert sum(frame.samples / frame.sample_rate for frame in frames) == pytest.approx(7, abs=0.15)
            assert any(frame.to_ndarray().max() > 0.05 for frame in frames)


def _states(film: MakeProject) -> list[str]:
    return [str(entry.state) for entry in film.all_entries()]


def test_a_project_names_the_models(tmp_path: Path) -> None:
    (tmp_path / "sbc.toml").write_text(
        'music-model = "elevenlabs-music-v2"\nambience-model = "MMAudio-V2-text-to-audio"\n'
        'effect-model = "mmaudio-v2-text-to-audio"\n'
    )
    film = tmp_path / "film.sb"
    film.write_text(SCRIPT)
    music, ambience, effect = wanted_sounds(analyze_file(film))
    assert (music.body["model"], music.body["force_instrumental"]) == ("elevenlabs-music-v2", True)
    assert (ambience.model.id, ambience.seconds) == ("mmaudio-v2-text-to-audio", 11)
    assert effect.model.id == "mmaudio-v2-text-to-audio"


def test_the_models_of_a_project_are_paid_and_laid(tmp_path: Path) -> None:
    (tmp_path / "sbc.toml").write_text('music-model = "minimax-music-v26"\n')
    with make_project(tmp_path, SCRIPT) as film:
        assert film.make(only=["music"]).code is ExitCode.FINE
        assert film.plan is not None
        assert film.plan.usd == pytest.approx(0.18)
        assert set(made_sounds(analyze_file(film.script), film.out)) == {"slow strings, far away"}
        (tmp_path / "sbc.toml").write_text("")
        assert not made_sounds(analyze_file(film.script), film.out), "another model makes another piece"
