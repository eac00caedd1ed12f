"""How a film sounds, measured with ffmpeg: loudness, peaks, clicks, fades, silence."""

from __future__ import annotations

import re
from array import array
from itertools import pairwise
from pathlib import Path

import pytest

from storyboard.compiler.pipeline import analyze_text
from storyboard.film.assembly import make_film
from storyboard.film.cut import lay_out_cut
from storyboard.film.takes import Take
from storyboard.film.timeline import lay_out
from tests.ffmpeg import ffmpeg, needs_ffmpeg

pytestmark = needs_ffmpeg

HEADING = "EXT. HARBOR - DAY\n\n"
SHOT = "SHOT 3s wide\nThe harbor lies still.\n"
RATE = 48000


def take(folder: Path, name: str, sound: str, *options: str) -> Path:
    """A clip of three seconds with sound from an expression of time, or any other source of ffmpeg's."""
    path = folder / f"{name}.mp4"
    source = sound if "=" in sound.partition("(")[0] else f"aevalsrc='{sound}|{sound}':s={RATE}:d=3"
    picture = ["-f", "lavfi", "-i", "color=gray:s=64x36:r=24:d=3"]
    coded = ["-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "-b:a", "192k", "-t", "3"]
    ffmpeg(*picture, "-f", "lavfi", "-i", source, *coded, *options, path)
    return path


def film(folder: Path, takes: list[Path | None], script: str = "") -> Path:
    text = script or HEADING + "\n===\n\n".join(SHOT for _ in takes)
    analysis = analyze_text(text, "film.sb")
    chosen = [Take(clip.id, path, 1) for clip, path in zip(analysis.clips, takes, strict=True) if path]
    target = folder / "film.mp4"
    made = make_film(lay_out_cut(analysis, lay_out(analysis), chosen), target)
    assert made.problems == ()
    return target


def loudness(path: Path, start: float = 0, length: float = 1000) -> tuple[float, float]:
    """LUFS and dBTP of a part of a film."""
    filters = f"atrim={start}:{start + length},ebur128=peak=true"
    said = ffmpeg("-i", path, "-af", filters, "-f", "null", "-").stderr.decode()
    summary = said[said.rindex("Summary") :]
    return tuple(float(re.search(rf"{name}:\s+(-?[\d.inf]+)", summary)[1]) for name in ("I", "Peak"))  # type: ignore[index,return-value]


def samples(path: Path) -> array[float]:
    """The left channel as ffmpeg decodes it."""
    return array("f", ffmpeg("-v", "error", "-i", path, "-af", "pan=mono|c0=c0", "-f", "f32le", "-").stdout)


def levels(found: array[float], size: int) -> list[float]:
    """The largest amplitude of each stretch of so many samples."""
    return [max(map(abs, found[at : at + size])) for at in range(0, len(found) - size + 1, size)]


SOFT, LOUD = "0.01*sin(2*PI*330*t)", "0.5*sin(2*PI*330*t)"


def test_takes_come_to_one_level_and_the_film_to_its_own(tmp_path: Path) -> None:
    """34 dB apart before."""
    path = film(tmp_path, [take(tmp_path, "soft", SOFT), take(tmp_path, "loud", LOUD)])
    whole, peak = loudness(path)
    assert whole == pytest.approx(-14, abs=0.5)
    assert peak <= -1
    first, second = (loudness(path, start, 2.6)[0] for start in (0.2, 3.2))
    assert first == pytest.approx(second, abs=0.5)


@pytest.mark.parametrize(
    ("name", "sound", "options"),
    [
        ("noise", "anoisesrc=color=pink:amplitude=0.02:seed=1:d=3", ()),
        ("clicks", "if(lt(mod(t,0.5),0.001),0.9,0.003*sin(2*PI*440*t))", ()),
        ("square", "0.9*gt(sin(2*PI*997*t),0)-0.45", ()),
        ("mono", "sine=frequency=330:d=3", ("-ac", "1")),
        ("5.1", "sine=frequency=330:d=3", ("-ac", "6")),
        ("22-kHz", "sine=frequency=330:d=3", ("-ar", "22050")),
        ("high", "0.5*sin(2*PI*11999*t+0.8)", ()),
    ],
    ids=lambda value: value if isinstance(value, str) and "=" not in value and "*" not in value else "",
)
def test_every_film_is_as_loud_and_never_peaks(tmp_path: Path, name: str, sound: str, options: tuple[str, ...]) -> None:
    path = film(tmp_path, [take(tmp_path, name, sound, *options), take(tmp_path, "tone", LOUD)])
    whole, peak = loudness(path)
    assert peak <= -1
    assert whole == pytest.approx(-14, abs=3 if name == "clicks" else 0.7)


def test_the_hiss_of_silent_takes_does_not_become_the_film(tmp_path: Path) -> None:
    """-66 LUFS before; a film of nothing else stays as silent."""
    hiss = take(tmp_path, "hiss", "anoisesrc=color=white:amplitude=0.0006:seed=1:d=3")
    assert loudness(film(tmp_path, [hiss, hiss]))[0] < -55


def test_a_film_that_peaks_comes_to_its_loudness_all_the_same(tmp_path: Path) -> None:
    """What a limiter takes away is given back: one correction of the gain left this one 0.7 LU too soft."""
    bursts = take(tmp_path, "bursts", "0.9*sin(2*PI*160*t)*exp(-30*mod(t,0.5))")
    path = film(tmp_path, [bursts, take(tmp_path, "beats", "0.9*sin(2*PI*300*t)*exp(-30*mod(t,0.25))")])
    whole, peak = loudness(path)
    assert whole == pytest.approx(-14, abs=0.2)
    assert peak <= -1


def test_a_tone_goes_on_over_cuts_without_a_gap_or_a_click(tmp_path: Path) -> None:
    found = samples(film(tmp_path, [take(tmp_path, f"tone-{number}", LOUD) for number in range(3)]))
    heard = levels(found[RATE // 10 : -RATE // 10], RATE // 100)
    usual = sorted(heard)[len(heard) // 2]
    assert min(heard) > 0.3 * usual, "no silence"
    assert max(heard) < 1.1 * usual, "no peak"
    step = 2 * 3.1416 * 330 / RATE * usual
    steps = [abs(two - one) for one, two in pairwise(found)]
    assert max(steps[RATE // 10 : -RATE // 10]) < 2.5 * step, "no click"


def test_sound_fades_as_the_picture_does(tmp_path: Path) -> None:
    script = f"{HEADING}FADE IN:\n\n{SHOT}\n===\n\n{SHOT}\nFADE OUT.\n"
    found = samples(film(tmp_path, [take(tmp_path, "a", LOUD), take(tmp_path, "b", LOUD)], script))
    heard = levels(found, RATE // 10)
    usual = heard[25]
    assert heard[0] < 0.12 * usual
    assert heard[4] == pytest.approx(0.5 * usual, abs=0.06 * usual)
    assert heard[-1] < 0.12 * usual
    assert heard[-6] == pytest.approx(0.5 * usual, abs=0.12 * usual)


def test_a_dissolve_leaves_no_step(tmp_path: Path) -> None:
    script = f"{HEADING}{SHOT}\n===\n\nDISSOLVE TO:\n\n{SHOT}"
    found = samples(film(tmp_path, [take(tmp_path, "a", LOUD), take(tmp_path, "b", LOUD)], script))
    usual = max(found[RATE : 2 * RATE])
    around = found[3 * RATE - RATE // 2 : 3 * RATE + RATE // 2]
    steps = [abs(two - one) for one, two in pairwise(around)]
    assert max(steps) < 2.5 * (2 * 3.1416 * 330 / RATE * usual)
    assert 0.3 * usual < max(levels(around, RATE // 100)[45:55]) < 0.8 * usual


def test_a_cut_to_black_is_silent(tmp_path: Path) -> None:
    script = f"{HEADING}{SHOT}\nCUT TO BLACK.\n"
    found = samples(film(tmp_path, [take(tmp_path, "a", LOUD)], script))
    assert max(map(abs, found[round(2.52 * RATE) : 3 * RATE - 100])) < 0.01
    assert max(found[2 * RATE : round(2.4 * RATE)]) > 0.1


def test_a_film_of_silent_takes_has_a_silent_track(tmp_path: Path) -> None:
    silent = take(tmp_path, "silent", LOUD, "-an")
    path = film(tmp_path, [silent, None])
    assert loudness(path)[1] == float("-inf")
    assert len(samples(path)) == pytest.approx(6 * RATE, abs=RATE / 24)
