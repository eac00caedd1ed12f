"""What a script lays over its film, heard in the film and in the animatic; measured with ffmpeg."""

from __future__ import annotations

import math
import re
import sys
from array import array
from itertools import pairwise
from pathlib import Path
from typing import Literal

import pytest
from click.testing import CliRunner
from PIL import Image

from storyboard.cli import main
from storyboard.compiler.pipeline import analyze_file
from storyboard.files.signatures import is_ours
from storyboard.film.assembly import FilmResult, make_film
from storyboard.film.cut import FilmCut, FilmOptions, lay_out_cut
from storyboard.film.laid_sounds import LaidSounds, MadeSounds, lay_sounds
from storyboard.film.mix_file import mix_sound
from storyboard.film.poster import save_poster
from storyboard.film.sound import MadeSound, SoundOverlay, make_sound_track
from storyboard.film.sound_plan import LaidSound, SoundClip, samples_of
from storyboard.film.takes import Take
from storyboard.film.timeline import lay_out
from storyboard.sandbox.tones import play_tones
from tests.ffmpeg import ffmpeg, needs_ffmpeg

pytestmark = needs_ffmpeg

RATE = 48000
#: One tone for each kind of sound, so that each is found in the mix.
TONES = {"music": 200, "ambience": 350, "effect": 1500, "speech": 700, "take": 3000}
SCRIPT = """\
Title: The Harbor
Music: music.wav
Audio: on

LOCATION Harbor
image: harbor.png
ambience: ambience.wav

CHARACTER Mira
look: a keeper

EXT. HARBOR - DAY

SHOT 4s wide
The harbor lies still.

MIRA (V.O., speech.wav)
I never left.

===

SHOT 4s
A bell rings.

EFFECT: effect.wav (at 1s)
"""


def tone(folder: Path, kind: str, seconds: float, *options: str) -> Path:
    path = folder / f"{kind}.wav"
    ffmpeg("-f", "lavfi", "-i", f"sine=frequency={TONES[kind]}:d={seconds}:r={RATE}", *options, path)
    return path


def take(folder: Path, seconds: int, frequency: int = TONES["take"]) -> Path:
    path = folder / f"take-{seconds}.mp4"
    sound = f"sine=frequency={frequency}:d={seconds}:r={RATE}"
    coded = ["-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "-b:a", "192k", "-t", str(seconds)]
    ffmpeg("-f", "lavfi", "-i", f"color=gray:s=64x36:r=24:d={seconds}", "-f", "lavfi", "-i", sound, *coded, path)
    return path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for kind, seconds in (("music", 3), ("ambience", 3), ("effect", 0.5), ("speech", 1.5)):
        tone(tmp_path, kind, seconds)
    Image.new("RGB", (640, 360), (60, 80, 120)).save(tmp_path / "harbor.png")
    script = tmp_path / "film.sb"
    script.write_text(SCRIPT, encoding="utf-8")
    return script


def cut_of(script: Path) -> FilmCut:
    """The cut, every clip from a take with a tone of its own."""
    analysis = analyze_file(script)
    assert not analysis.has_errors, [one.message for one in analysis.diagnostics]
    takes = [Take(clip.id, take(script.parent, clip.duration), 1) for clip in analysis.clips]
    return lay_out_cut(analysis, lay_out(analysis), takes)


def film(script: Path) -> tuple[Path, FilmResult]:
    """The film of that cut."""
    target = script.with_name("film.mp4")
    return target, make_film(cut_of(script), target)


def level(path: Path, frequency: float, start: float, seconds: float = 0.4) -> float:
    """How loud a tone is in a part of a film, in dB of full scale (Goertzel's algorithm)."""
    cut = f"atrim={start}:{start + seconds},pan=mono|c0=c0"
    found = array("f", ffmpeg("-v", "error", "-i", path, "-af", cut, "-ar", "48000", "-f", "f32le", "-").stdout)
    wave = [2 * math.pi * frequency * at / RATE for at in range(len(found))]
    real = sum(value * math.cos(angle) for value, angle in zip(found, wave, strict=True))
    imaginary = sum(value * math.sin(angle) for value, angle in zip(found, wave, strict=True))
    return 20 * math.log10(max(2 * math.hypot(real, imaginary) / max(1, len(found)), sys.float_info.epsilon))


def loudness(path: Path) -> tuple[float, float]:
    """LUFS and dBTP of a film."""
    said = ffmpeg("-i", path, "-af", "ebur128=peak=true", "-f", "null", "-").stderr.decode()
    summary = said[said.rindex("Summary") :]
    return tuple(float(re.search(rf"{name}:\s+(-?[\d.inf]+)", summary)[1]) for name in ("I", "Peak"))  # type: ignore[index,return-value]


def test_everything_is_heard_in_the_film(project: Path) -> None:
    path, made = film(project)
    assert (made.copied, made.problems, made.notes) == (True, (), ())
    assert loudness(path)[0] == pytest.approx(-14, abs=0.5)
    assert loudness(path)[1] <= -1
    speech = made.speeches[0]
    assert speech.end - speech.start == pytest.approx(1.5, abs=0.01)
    assert level(path, TONES["speech"], speech.start + 0.5) > -25
    assert level(path, TONES["speech"], 6) < -60
    assert level(path, TONES["effect"], 5.05) > -25
    assert level(path, TONES["effect"], 4.4) < -60
    for kind in ("music", "ambience", "take"):
        spoken, silent = (level(path, TONES[kind], at) for at in (speech.start + 0.5, 6.5))
        assert silent > -50, kind
        assert 7 < silent - spoken < 13, f"{kind} is lower while somebody speaks"
    assert level(path, TONES["music"], 3.8) > -40, "music goes on over the cut, and is repeated"


@pytest.mark.parametrize(
    ("voice", "music"),
    [
        ("0dB", "0dB"),
        pytest.param("-35dB", "0dB", marks=pytest.mark.slow),
        pytest.param("0dB", "-30dB", marks=pytest.mark.slow),
        pytest.param("-20dB", "+10dB", marks=pytest.mark.slow),
    ],
)
def test_music_is_8_to_12_db_lower_while_somebody_speaks(project: Path, voice: str, music: str) -> None:
    """With a voice whose peaks are 15 dB above it, as spoken ones are, however loud its file and that of the music."""
    folder = project.parent
    syllables = "aeval=val(0)*exp(-9*mod(t\\,0.25)),highpass=f=1500"
    noise = "anoisesrc=color=white:amplitude=0.5:seed=1:d=3"
    ffmpeg("-f", "lavfi", "-i", noise, "-af", f"{syllables},volume={voice}", folder / "speech.wav")
    tone(folder, "music", 9, "-af", f"volume={music}")
    path, made = film(project)
    assert loudness(path)[0] == pytest.approx(-14, abs=0.5)
    assert loudness(path)[1] <= -1
    begin = made.speeches[0].start
    spoken = level(path, TONES["music"], begin + 0.5, 2)
    assert 8 < level(path, TONES["music"], 6, 1) - spoken < 12


def test_a_mix_by_itself_is_the_sound_of_the_film_and_is_kept_until_a_sound_is_another(project: Path) -> None:
    path, _ = film(project)
    heard: list[float] = []
    first = mix_sound(cut_of(project), tell=heard.append)
    assert heard
    assert first.problems == ()
    pcm = [ffmpeg("-v", "error", "-i", one, "-vn", "-f", "s16le", "-").stdout for one in (path, first.path)]
    assert pcm[0] == pcm[1]
    assert len(pcm[1]) == samples_of(8) * 4
    heard.clear()
    assert mix_sound(cut_of(project), tell=heard.append) == first
    assert not heard
    (project.parent / "effect.wav").write_bytes((project.parent / "speech.wav").read_bytes())
    assert mix_sound(cut_of(project), tell=heard.append).path != first.path
    assert heard


def test_what_a_mix_lacks_is_said_each_time(project: Path) -> None:
    (project.parent / "effect.wav").write_bytes(b"RIFF" + bytes(100))
    cut = cut_of(project)
    said = mix_sound(cut).problems
    assert any("effect.wav" in line and "not heard" in line for line in said), said
    assert mix_sound(cut).problems == said


def test_the_film_has_the_loudness_that_the_script_asks_for(project: Path) -> None:
    project.write_text(project.read_text().replace("Audio: on", "Audio: on\nLoudness: -20"))
    assert loudness(film(project)[0])[0] == pytest.approx(-20, abs=0.5)


def test_everything_is_heard_in_the_animatic(project: Path) -> None:
    result = CliRunner().invoke(main, ["animatic", str(project)])
    assert result.exit_code == 0, result.output
    path = project.parent / "out" / "film" / "film-animatic.mp4"
    assert loudness(path)[0] == pytest.approx(-14, abs=0.5)
    begin = float(re.search(r"00:00:0(\d),", path.with_suffix(".srt").read_text())[1])  # type: ignore[index]
    assert level(path, TONES["speech"], begin + 1) > -25
    assert level(path, TONES["effect"], 5.05) > -25
    assert level(path, TONES["music"], 6.5) - level(path, TONES["music"], begin + 1) > 7


def laid(folder: Path, seconds: float, *sounds: LaidSound) -> tuple[array[float], MadeSound]:
    """The left channel of what is laid over a silent film, before it comes to its loudness, and what was made."""
    made = make_sound_track([SoundClip(None, samples_of(seconds))], folder, overlay=SoundOverlay(sounds, stems=folder))
    stems = [folder / f"{name}.wav" for name in ("speech", "effects", "music")]
    mixed = ["-filter_complex", "amix=3:normalize=0,pan=mono|c0=c0", "-f", "f32le", "-"]
    found = array("f", ffmpeg("-v", "error", *(one for path in stems for one in ("-i", path)), *mixed).stdout)
    assert len(found) == samples_of(seconds)
    return found, made


def levels(found: array[float], seconds: float = 0.05) -> list[float]:
    """The loudest sample of each stretch of so many seconds."""
    size = samples_of(seconds)
    return [max(map(abs, found[at : at + size])) for at in range(0, len(found) - size + 1, size)]


def largest_step(found: array[float]) -> float:
    return max(abs(two - one) for one, two in pairwise(found))


@pytest.mark.parametrize("kind", ["music", "ambience"])
def test_a_repeated_sound_has_no_seam(tmp_path: Path, kind: Literal["music", "ambience"]) -> None:
    path = tone(tmp_path, kind, 1.3)
    found, made = laid(tmp_path, 6, LaidSound(kind, str(path), 0, 6 * RATE, loops=True))
    assert made.laid.placed[0][:2] == (0, 6 * RATE)
    heard = levels(found[RATE // 10 : -RATE])
    usual = sorted(heard)[len(heard) // 2]
    assert min(heard) > 0.25 * usual, "no silence"
    assert max(heard) < 1.5 * usual, "no peak"
    assert largest_step(found[RATE // 10 : -RATE]) < 2.5 * 2 * math.pi * TONES[kind] / RATE * usual, "no click"


def test_one_music_takes_over_from_another(tmp_path: Path) -> None:
    """Of two tones each is alone well before and well behind the cut, and together they are as loud as one."""
    script = tmp_path / "film.sb"
    shot = "SHOT 4s\nmusic: {}.wav\nThe harbor lies still.\n\n"
    script.write_text("EXT. HARBOR - DAY\n\n" + shot.format("music") + "===\n\n" + shot.format("effect"))
    for kind in ("music", "effect"):
        tone(tmp_path, kind, 9)
    sounds = lay(script).overlay
    found, _ = laid(tmp_path, 8, *sounds.laid)
    heard = levels(found, 0.1)
    assert min(heard[3:70]) > 0.6 * heard[20]
    assert max(heard[3:70]) < 1.5 * heard[20]
    spans = [(one.begin / RATE, (one.begin + (one.samples or 0)) / RATE) for one in sounds.laid]
    assert spans == [(0, 4.75), (3.25, 8)]


def test_a_fade_that_is_longer_than_its_run_shares_it(tmp_path: Path) -> None:
    path = tone(tmp_path, "music", 5)
    found, _ = laid(tmp_path, 4, LaidSound("music", str(path), 0, 2 * RATE, fade_in=RATE, fade_out=3 * RATE))
    heard = levels(found, 0.1)
    assert heard[0] < 0.4 * max(heard)
    assert heard[4] > 0.8 * max(heard)
    assert heard[6:19] == sorted(heard[6:19], reverse=True)
    assert max(heard[20:]) == 0


def test_two_speeches_never_overlap(tmp_path: Path) -> None:
    path = tone(tmp_path, "speech", 2)
    sounds = [LaidSound("speech", str(path), begin * RATE, None) for begin in (1, 2, 6, 8)]
    found, made = laid(tmp_path, 9, *sounds)
    spans = [made.laid.placed[number] for number in range(4)]
    assert [span.begin / RATE for span in spans] == pytest.approx([1, 3.15, 6, 8.15])
    assert all(one.end < two.begin for one, two in pairwise(spans))
    assert spans[-1].end == 9 * RATE, "the film's end cuts it off"
    assert largest_step(found) < 0.1


def test_the_example_with_a_narrator_is_heard_from_its_beginning_to_its_end(tmp_path: Path) -> None:
    """What lies over its silent clips: music in repeats, wind, a bell, and the narrator's recording in its shot."""
    script = Path(__file__).parents[2] / "examples" / "09-narrator" / "film.sb"
    words = "a slow waltz on a music box, warm, unhurried"
    theme = tmp_path / "theme.wav"
    theme.write_bytes(play_tones(words, "music", 8, "wav"))
    sounds = lay(script, MadeSounds({words: theme}))
    assert len(sounds.missing) == 2, "speeches that are not spoken yet"
    found, made = laid(tmp_path, 40, *sounds.overlay.laid)
    assert (made.silenced, made.laid.unheard) == ((), {})
    spoken = sounds.heard(made.laid)[0]
    assert 3.5 < spoken.start < spoken.end <= 8
    heard = levels(found, 0.25)
    assert min(heard[2:-8]) > 0.002, "it is never silent"
    assert heard[0] < 0.3 * max(heard[4:12]), "music fades in"
    assert max(heard[100:120]) < 0.3 * max(heard[:80]), "no music in the fourth shot"
    assert max(heard[-2:]) < 0.3 * max(heard[-30:-12]), "music fades out"
    assert largest_step(found[9 * RATE : 20 * RATE]) < 0.1, "no click where music is repeated"


def test_speeches_that_are_late_or_long_are_told(tmp_path: Path) -> None:
    tone(tmp_path, "speech", 5)
    script = tmp_path / "film.sb"
    speech = "CHARACTER Mira\nlook: a keeper\n\nEXT. HARBOR - DAY\n\n"
    shot = "SHOT 3s\nThe harbor lies still.\n\nMIRA (V.O., speech.wav)\nI never left.\n\n"
    script.write_text(speech + shot + "===\n\n" + shot + "===\n\n" + shot + shot)
    sounds = lay(script)
    made = make_sound_track([SoundClip(None, 12 * RATE)], tmp_path, overlay=sounds.overlay)
    notes = list(sounds.notes(made.laid))
    assert len(notes) == 3, "the fourth has no place left in the film"
    assert re.match(
        r"Mira’s speech “I never left\.” in shot 1\.1: it continues for \d\.\d s after the end of its shot$", notes[0]
    )
    assert "late, after the one before it" in notes[1]
    assert [(one.start, one.end) for one in sounds.heard(made.laid)][:2] == [
        pytest.approx((span.begin / RATE, span.end / RATE)) for span in list(made.laid.placed.values())[:2]
    ]


def lay(script: Path, made: MadeSounds | None = None) -> LaidSounds:
    analysis = analyze_file(script)
    return lay_sounds(analysis, lay_out(analysis), made or MadeSounds(), at=lambda second: second)


COVER = ["-f", "lavfi", "-i", "color=red:s=64x64:d=0.04", "-map", "0", "-map", "1"]


@pytest.mark.parametrize(
    ("name", "source", "why"),
    [
        ("empty.mp3", b"", "it is empty"),
        ("text.mp3", b"hello", "it is not a sound file"),
        ("list.wav", b"ffconcat version 1.0\nfile /etc/passwd\n", "it is not a sound file"),
        ("cut.wav", b"RIFF\xff\0\0\0WAVEfmt ", "it cannot be decoded"),
        ("silent.m4a", ["-f", "lavfi", "-i", "color=red:s=64x64:d=1", "-f", "mp4"], "it contains no sound"),
        ("gone.wav", None, "there is no such file"),
    ],
)
def test_what_is_not_a_sound_is_told(tmp_path: Path, name: str, source: bytes | list[str] | None, why: str) -> None:
    path = tmp_path / name
    if isinstance(source, bytes):
        path.write_bytes(source)
    elif source:
        ffmpeg(*source, path)
    speech = tone(tmp_path, "speech", 1)
    sounds = (LaidSound("music", str(path), 0, 2 * RATE), LaidSound("speech", str(speech), 0, None))
    found, made = laid(tmp_path, 2, *sounds)
    assert made.laid.unheard == {0: why}
    assert max(found) > 0.1, "the rest is heard"


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("cover.mp3", [*COVER, "-c:v", "png", "-disposition:v", "attached_pic", "-id3v2_version", "3"]),
        ("video.mp3", ["-f", "lavfi", "-i", "color=red:s=64x64:d=3", "-map", "0", "-map", "1", "-f", "mp4"]),
        ("mono.ogg", ["-c:a", "libvorbis", "-ar", "22050"]),
        ("opus.opus", ["-c:a", "libopus"]),
        ("adts.aac", ["-c:a", "aac"]),
        ("tagged.flac", ["-ac", "6", "-metadata", "title=x"]),
        ("wide.wav", ["-c:a", "pcm_f64le", "-ar", "96000", "-ac", "2"]),
        ("apple.m4a", ["-c:a", "alac"]),
    ],
)
def test_every_kind_of_file_is_heard_at_one_level(tmp_path: Path, name: str, options: list[str]) -> None:
    path = tmp_path / name
    ffmpeg("-f", "lavfi", "-i", f"sine=frequency=200:d=3:r={RATE}", *options, path)
    found, made = laid(tmp_path, 2, LaidSound("music", str(path), 0, 2 * RATE))
    assert made.laid.unheard == {}
    assert levels(found)[20] == pytest.approx(0.3, abs=0.1)


def test_values_that_are_not_numbers_are_not_heard(tmp_path: Path) -> None:
    """A file of floats may hold them; the film could not be made."""
    path = tone(tmp_path, "music", 3, "-c:a", "pcm_f32le", "-ac", "1")
    samples = array("f", [math.sin(at / 20) / 4 for at in range(2 * RATE)])
    for at, value in enumerate((math.nan, math.inf, -math.inf, 1e30), RATE):
        samples[at] = value
    data = path.read_bytes()
    path.write_bytes(data[: data.index(b"data") + 8] + samples.tobytes())
    found, made = laid(tmp_path, 2, LaidSound("music", str(path), 0, 2 * RATE))
    assert made.laid.unheard == {}
    assert all(map(math.isfinite, found))
    assert levels(found)[10] > 0.01


def test_ten_hours_of_music_cost_no_more_than_the_film(tmp_path: Path) -> None:
    """A file of 3.5 GB, most of it a hole: what lies beyond the film is not read."""
    path = tone(tmp_path, "music", 5, "-ac", "1")
    data = bytearray(path.read_bytes())
    length = 10 * 3600 * RATE * 2
    at = data.index(b"data") + 4
    data[4:8], data[at : at + 4] = (length + 36).to_bytes(4, "little"), length.to_bytes(4, "little")
    path.write_bytes(data)
    with path.open("r+b") as file:
        file.truncate(length)
    found, made = laid(tmp_path, 3, LaidSound("music", str(path), 0, 3 * RATE, loops=True))
    assert made.laid.unheard == {}
    assert min(levels(found[RATE // 10 : -RATE])) > 0.1


def test_stems_add_up_to_the_film(project: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["film", str(project), "--stems", str(tmp_path / "stems")])
    assert result.exit_code == 0, result.output
    names = sorted(path.name for path in (tmp_path / "stems").iterdir())
    assert names == ["effects.wav", "music.wav", "speech.wav", "takes.wav"]
    film = tmp_path / "out" / "film" / "film.mp4"
    stems = [tmp_path / "stems" / name for name in names]
    for kind, stem in (("speech", stems[2]), ("music", stems[1]), ("effect", stems[0]), ("ambience", stems[0])):
        at = 5.05 if kind == "effect" else 2.5
        assert level(stem, TONES[kind], at) == pytest.approx(level(film, TONES[kind], at), abs=1), kind
    own = tmp_path / "stems" / "music.wav"
    own.write_bytes(b"RIFF my own")
    again = CliRunner().invoke(main, ["film", str(project), "--stems", str(tmp_path / "stems")])
    assert again.exit_code == 2
    assert own.read_bytes() == b"RIFF my own"


def test_a_film_of_another_size_with_burnt_subtitles_and_a_poster(project: Path, tmp_path: Path) -> None:
    """A subtitle is seen while the speech is heard, and not before or behind it."""
    takes = [take(tmp_path, 4)] * 2
    analysis = analyze_file(project)
    chosen = [Take(clip.id, path, 1) for clip, path in zip(analysis.clips, takes, strict=True)]
    cut = lay_out_cut(analysis, lay_out(analysis), chosen, options=FilmOptions(180, burn=True))
    assert (cut.size, {clip.reason for clip in cut.clips}) == ((320, 180), {"subtitles are burnt in"})
    target = tmp_path / "film.mp4"
    made = make_film(cut, target)
    spoken = made.speeches[0]
    rows = ["-vf", "crop=iw:ih/4:0:ih*3/4,signalstats,metadata=print:key=lavfi.signalstats.YMAX:file=-"]
    said = ffmpeg("-v", "error", "-i", target, *rows, "-f", "null", "-").stdout.decode()
    brightest = [float(one) for one in re.findall(r"YMAX=([\d.]+)", said)]
    is_shown = [value > 160 for value in brightest]
    assert is_shown[round((spoken.start + 0.5) * 24)]
    assert not any(is_shown[: round(spoken.start * 24) - 2])
    assert not any(is_shown[5 * 24 :])
    save_poster(target, round(spoken.start + 0.5))
    with Image.open(tmp_path / "film.png") as picture:
        assert picture.size == (320, 180)
    assert is_ours(tmp_path / "film.png")
