"""The animatic as its writer gets it: `sbc animatic`, `sbc film`, subtitles."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import av
import pytest
from click.testing import CliRunner, Result
from PIL import Image, ImageChops

from storyboard.cli import main
from storyboard.compiler.pipeline import analyze_file, analyze_text
from storyboard.drawing.blocking import Figure, block_shot
from storyboard.drawing.camera_moves import move_of
from storyboard.drawing.overlays import Caption, FrameSize, RunningTime, Slate, draw_caption, draw_slate
from storyboard.drawing.still import Still, Subject, spread_subjects
from storyboard.film.animatic import AnimaticOptions, make_animatic
from storyboard.film.frames import draw_clip, frame_size
from storyboard.film.laid_sounds import MadeSounds, lay_sounds
from storyboard.film.shots import PanelShot
from storyboard.film.subtitles import write_srt, write_vtt
from storyboard.film.timeline import lay_out
from storyboard.film.timing import TimedSpeech
from tests.film.clip_reading import beeps, length


def sbc(*arguments: object) -> Result:
    result = CliRunner().invoke(main, [str(one) for one in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def draw(project: Path, folder: Path) -> None:
    analysis = analyze_file(project)
    reel = lay_out(analysis)
    sounds = lay_sounds(analysis, reel, MadeSounds(), at=lambda second: second)
    make_animatic(reel, project.with_name("a.mp4"), sounds, None, folder)


def test_an_animatic_is_as_long_as_its_shots(project: Path) -> None:
    result = sbc("animatic", project)
    assert result.exit_code == 0, result.output
    film = project.parent / "out" / "film" / "film-animatic.mp4"
    assert length(film) == pytest.approx((240, 10, 10), abs=0.001)
    with av.open(str(film)) as container:
        video = container.streams.video[0]
        assert (video.width, video.height, video.codec_context.name) == (854, 480, "h264")
        assert video.codec_context.colorspace == 1
        assert container.streams.audio[0].codec_context.name == "aac"
    content = film.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")
    assert "I never left." in film.with_suffix(".srt").read_text(encoding="utf-8")
    assert film.with_suffix(".vtt").read_text(encoding="utf-8").startswith("WEBVTT\n")


def test_a_small_animatic_has_the_same_frames(project: Path) -> None:
    analysis = analyze_file(project)
    timeline = lay_out(analysis)
    sounds = lay_sounds(analysis, timeline, MadeSounds(), at=lambda second: second)
    target = project.with_name("a.mp4")
    found = []
    for small in (True, False, True):  # each from its own segments, all in one cache
        make_animatic(timeline, target, sounds, options=AnimaticOptions(240, small))
        with av.open(str(target)) as container:
            pictures = [packet.size for packet in container.demux(video=0)]
        found.append((len(pictures), sum(pictures)))
    assert found[0] == found[2]
    assert found[0][0] == found[1][0]
    assert found[0][1] < found[1][1] / 3


def test_an_edit_draws_one_shot(project: Path, tmp_path: Path) -> None:
    folder = tmp_path / "segments"
    folder.mkdir()
    draw(project, folder)
    before = {path.name for path in folder.glob("*.mp4")}
    project.write_text(project.read_text().replace("@Mira turns.", "@Mira turns slowly."))
    draw(project, folder)
    assert len({path.name for path in folder.glob("*.mp4")} - before) == 2, "a head and what comes after"


def test_another_length_draws_one_shot_and_the_running_time_of_the_others(project: Path, tmp_path: Path) -> None:
    folder = tmp_path / "segments"
    folder.mkdir()
    draw(project, folder)
    before = {path.name for path in folder.glob("*.mp4")}
    assert len(before) == 6
    project.write_text(project.read_text().replace("SHOT 3s", "SHOT 4s", 1))
    draw(project, folder)
    new = [path for path in folder.glob("*.mp4") if path.name not in before]
    assert sorted(length(path)[0] for path in new) == [24, 24, 24, 72]
    assert length(tmp_path / "a.mp4") == pytest.approx((264, 11, 11), abs=0.001)


def test_the_slate_tells_the_running_time_and_moves_nothing_when_it_leaves() -> None:
    size = FrameSize(854, 480)
    early, late = RunningTime(65, 300), RunningTime(3900, 7200)
    bars = [
        draw_slate(Slate("1.2  EXT. HARBOR", "wide", 5, running), second, size).picture.convert("RGB")
        for running, second in ((early, 0), (late, 0), (early, 1), (late, 1))
    ]
    assert bars[0] != bars[1]
    assert bars[2] == bars[3]
    changes = ImageChops.difference(bars[0], bars[2]).getbbox()
    assert changes
    assert changes[0] > size.width // 2, "the heading stays where it is"


def test_a_changed_picture_is_drawn_anew(project: Path, tmp_path: Path) -> None:
    folder = tmp_path / "segments"
    folder.mkdir()
    draw(project, folder)
    first = (tmp_path / "a.mp4").read_bytes()
    Image.new("RGB", (300, 400), (20, 200, 50)).save(tmp_path / "mira.png")
    draw(project, folder)
    assert (tmp_path / "a.mp4").read_bytes() != first


def test_stills(project: Path, tmp_path: Path) -> None:
    assert sbc("animatic", project, "--stills", tmp_path / "stills").exit_code == 0
    names = sorted(path.name for path in (tmp_path / "stills").iterdir())
    assert names == ["s01-01.png", "s01-02.png", "s01-03.png"]
    with Image.open(tmp_path / "stills" / names[0]) as still:
        assert still.size == (854, 480)


def test_fades_and_dissolves_take_no_time(project: Path) -> None:
    text = project.read_text()
    text = text.replace("SHOT 3s wide", "FADE IN:\n\nSHOT 3s wide").replace("left.\n", "left.\n\nDISSOLVE TO:\n")
    project.write_text(text + "\nFADE TO WHITE.\n")
    assert sbc("animatic", project).exit_code == 0
    film = project.parent / "out" / "film" / "film-animatic.mp4"
    assert length(film)[0] == 240
    middles = []
    with av.open(str(film)) as container:
        for frame in container.decode(container.streams.video[0]):
            middles.append(bytes(frame.planes[0])[frame.planes[0].line_size * 200 + 60])
    assert middles[0] < 24
    assert middles[239] > 200


@pytest.mark.parametrize("picture", ["missing", "huge", "wide", "tall", "moving", "clear", "cmyk", "deep", "text"])
def test_odd_pictures_are_drawn_or_named(project: Path, picture: str) -> None:
    file = project.with_name("mira.png")
    match picture:
        case "missing":
            file.unlink()
        case "huge":
            Image.new("1", (20000, 20000)).save(file)
        case "wide":
            Image.new("RGB", (20000, 300)).save(file)
        case "tall":
            Image.new("RGB", (1, 4000)).save(file)
        case "moving":
            frames = [Image.new("RGB", (320, 320), (shade, 0, 0)) for shade in (10, 200)]
            frames[0].save(file, save_all=True, append_images=frames[1:])
        case "clear":
            Image.new("RGBA", (320, 400), (255, 0, 0, 90)).save(file)
        case "cmyk":
            Image.new("CMYK", (320, 400), (10, 90, 0, 0)).save(file, "JPEG")
        case "deep":
            Image.new("I;16", (320, 400), 30000).save(file)
        case "text":
            file.write_text("no picture")
    result = sbc("animatic", project)
    is_named = picture in {"missing", "huge", "text"}
    assert ("mira.png" in result.output) == is_named, result.output
    assert result.exit_code == (1 if is_named or analyze_file(project).has_errors else 0)
    assert length(project.parent / "out" / "film" / "film-animatic.mp4")[0] == 240


def test_nothing_to_draw_and_nowhere_to_write(project: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.sb"
    empty.write_text("Title: Nothing\n")
    assert (sbc("animatic", empty).exit_code, sbc("film", empty).exit_code) == (1, 1)
    script = project.read_text()
    for name in ("animatic", "film"):
        for target in (tmp_path, project, tmp_path / "mira.png", tmp_path / "none" / "a.mp4", tmp_path / "a.srt"):
            result = sbc(name, project, "-o", target)
            assert result.exit_code == 2, (name, target, result.output)
            assert "Traceback" not in result.output
    assert project.read_text() == script
    with Image.open(tmp_path / "mira.png") as picture:
        assert picture.size == (300, 400)
    assert sbc("animatic", tmp_path / "gone.sb").exit_code == 2


@pytest.mark.parametrize("name", ["animatic", "film", "board"])
def test_a_full_disk_leaves_nothing_half_written(project: Path, tmp_path: Path, name: str) -> None:
    """A process of its own whose files may not grow beyond 10 KB."""
    resource = pytest.importorskip("resource", reason="this system limits no files")
    target = tmp_path / ("a.html" if name == "board" else "a.mp4")
    target.write_bytes(b"kept")
    done = subprocess.run(
        [sys.executable, "-m", "storyboard.cli", name, str(project), "-o", str(target)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000)),
    )
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert str(target.name) in done.stderr
    assert target.read_bytes() == b"kept"
    assert not list(tmp_path.glob(".sbc-*"))


def test_film_without_takes_is_the_animatic_and_strict_refuses(project: Path) -> None:
    strict = sbc("film", project, "--strict")
    assert strict.exit_code == 1
    assert "3 of 3 clips have no take: s01c01, s01c02 and s01c03" in strict.output
    assert not (project.parent / "out" / "film" / "film.mp4").exists()
    result = sbc("film", project)
    assert result.exit_code == 0, result.output
    assert "not rendered yet: s01c01, s01c02 and s01c03" in result.output
    assert length(project.parent / "out" / "film" / "film.mp4")[:2] == (240, 10)


@pytest.mark.skipif(not shutil.which("espeak-ng"), reason="espeak-ng is not installed")
def test_voices_speak_when_the_subtitle_stands(project: Path) -> None:
    assert sbc("animatic", project, "--voices").exit_code == 0
    film = project.parent / "out" / "film" / "film-animatic.mp4"
    stamp = re.search(r"00:00:0(\d),(\d+) -->", film.with_suffix(".srt").read_text())
    assert stamp
    assert beeps(film)[0] == pytest.approx(float(f"{stamp[1]}.{stamp[2]}"), abs=0.3)
    assert length(film)[:2] == (240, 10)


def test_voices_without_the_program_say_what_to_install(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    result = sbc("animatic", project, "--voices")
    assert result.exit_code == 2
    assert "espeak-ng" in result.output


def test_a_long_title_and_hostile_words(project: Path) -> None:
    text = (
        project.read_text()
        .replace("The Lantern Keeper", "x" * 5000)
        .replace("EXT. HARBOR", "EXT. HARBOR - " + "й" * 3000)
    )
    project.write_text(text.replace("waits.", "waits. \u202e<script>--> " + "W" * 4000 + " 太郎は走る。" * 200))
    assert sbc("animatic", project).exit_code in (0, 1)
    assert length(project.parent / "out" / "film" / "film-animatic.mp4")[0] == 240


@pytest.mark.parametrize(
    "text", ["Zoë, “naïve”", "Он ждёт", "太郎は海を見ている。", "שלום עולם", "مرحبا بالعالم", "한국어"]
)
def test_captions_in_any_script(text: str) -> None:
    lettered = draw_caption(Caption(text, 0, 1, "speech"), FrameSize(854, 480))
    if lettered.missing:
        pytest.skip(f"no font here has {sorted(lettered.missing)}")
    bright = lettered.picture.getchannel("R").point(lambda value: 255 if value > 200 else 0).getbbox()
    assert bright
    assert bright[2] - bright[0] > 30
    assert abs(bright[0] + bright[2] - 854) < 24, "it stands in the middle"


def test_a_character_that_no_font_has_is_named(project: Path) -> None:
    project.write_text(project.read_text().replace("@Mira waits.", "@Mira waits. \U0010fedc"))
    for _ in range(2):  # drawn, and from what is kept
        result = sbc("animatic", project)
        assert result.exit_code == 1
        assert "no font on this machine has: U+10FEDC" in result.output


@pytest.mark.parametrize(
    ("direction", "name"),
    [
        ("wide, slow push forward", "push"),
        ("close-up", "drift"),
        ("dolly out from the window", "pull"),
        ("the camera pans left over the roofs", "pan left"),
        ("crane up", "tilt up"),
        ("tilt down to her hands", "tilt down"),
        ("tracking shot", "track right"),
        ("tracking shot from behind", "track behind"),
        ("static medium shot", "static"),
        ("handheld", "handheld"),
        ("a panther in the panorama", "drift"),
    ],
)
def test_moves_come_from_the_direction(direction: str, name: str) -> None:
    assert move_of(direction).name == name


@pytest.mark.parametrize(
    ("aspect", "size"), [("16:9", (854, 480)), ("9:16", (480, 854)), ("1:1", (480, 480)), ("x", (854, 480))]
)
def test_frames_have_the_aspect(aspect: str, size: tuple[int, int]) -> None:
    assert frame_size(aspect) == size


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("@Mira waits on the right.", {"Mira": (0.78, 0.96)}),
        ("On the left, @Mira waits. @Tom leaves on the right.", {"Mira": (0.22, 0.96), "Tom": (0.78, 0.96)}),
        ("Far away in the background, in the middle: @Tom.", {"Tom": (0.5, 0.84)}),
        ("@Mira and @Tom talk.", {"Mira": (0.295, 0.96), "Tom": (0.705, 0.96)}),
        ("@Mira waits, left, @Tom beside her, left as well.", {"Mira": (0.22, 0.96), "Tom": (0.38, 0.96)}),
    ],
)
def test_people_stand_where_the_text_says(text: str, places: dict[str, tuple[float, float]]) -> None:
    assert {name: pytest.approx(place) for name, place in places.items()} == _places(text)


@pytest.mark.parametrize(
    ("text", "grip"),
    [
        ("@Mira runs along the quay, in the middle, with @Lantern swinging in her hand.", "hand"),
        ("@Mira, in the middle, lifts @Lantern above her head.", "head"),
    ],
)
def test_what_is_held_is_in_somebodys_grip(text: str, grip: str) -> None:
    held = next(one for one in _figures(text) if one.entity.name == "Lantern")
    assert held.holder is not None
    assert (held.holder.name, held.grip) == ("Mira", grip)


def _places(text: str) -> dict[str, tuple[float, float]]:
    return {one.entity.name: (one.x, one.foot) for one in _figures(text)}


def _figures(text: str) -> tuple[Figure, ...]:
    cast = "CHARACTER Mira\nlook: a\n\nCHARACTER Tom\nlook: b\n\nPROP Lantern\nlook: c\n\nINT. ROOM\n\n"
    scene = analyze_text(f"{cast}SHOT 5s wide\n{text}\n").film.scenes[0]
    return block_shot(scene.shots[0], scene).figures


def test_a_clip_of_five_seconds(tmp_path: Path) -> None:
    """What the sandbox answers with, from the bytes of pictures."""
    subjects = (Subject("Mira", "character", None), Subject("Lantern", "prop", b"no picture"))
    shots = [
        PanelShot(2, Still(None, spread_subjects(subjects)), (Caption("She waits.", 0, 2),)),
        PanelShot(3, Still(None)),
    ]
    drawn = draw_clip(shots, tmp_path / "clip.mp4", frame_size("9:16"))
    assert drawn.lost == ("Lantern",)
    assert length(tmp_path / "clip.mp4") == pytest.approx((120, 5, 5), abs=0.001)


def test_a_move_moves(project: Path, tmp_path: Path) -> None:
    stripes = Image.new("RGB", (640, 360), (0, 0, 0))
    stripes.paste((255, 255, 255), (300, 0, 340, 360))
    stripes.save(tmp_path / "stripes.png")
    still = Still(Subject("place", "location", tmp_path / "stripes.png"))
    centres = []
    draw_clip([PanelShot(2, still, move=move_of("pan right"))], tmp_path / "pan.mp4", frame_size("16:9"))
    with av.open(str(tmp_path / "pan.mp4")) as container:
        for frame in container.decode(container.streams.video[0]):
            row = bytes(frame.planes[0])[frame.planes[0].line_size * 240 :][:854]
            bright = [x for x, value in enumerate(row) if value > 120]
            centres.append(sum(bright) / len(bright))
    assert centres[0] - centres[-1] > 100
    steps = [before - after for before, after in pairwise(centres)]
    assert min(steps) > -0.6
    assert max(steps) < 8


def test_subtitles_hold_any_words() -> None:
    speeches = [
        TimedSpeech(0.5, 2.25, "Mira <b>", "a --> b & \n\n<i>c</i> “q”", False),
        TimedSpeech(3661, 3662, "", "Gone.", True),
    ]
    srt, vtt = write_srt(speeches), write_vtt(speeches)
    assert srt.startswith("1\n00:00:00,500 --> 00:00:02,250  \na → b & ‹i›c‹/i› “q”\n\n2\n01:01:01,000")
    assert "MIRA ‹B›: a → b" in write_srt(speeches, names=True)
    assert "<v Mira &lt;b&gt;>a → b &amp; &lt;i&gt;c&lt;/i&gt; “q”\n" in vtt
    assert vtt.count("-->") == srt.count("-->") == 2
    assert srt.endswith("<i>Gone.</i>\n")
