"""Colours in a film that is encoded, from takes of every colour tag."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest
from PIL import Image

from storyboard.compiler.pipeline import analyze_text
from storyboard.film.colour import BT601, BT709, Converter, to_frame, to_picture
from storyboard.film.cut import lay_out_cut
from storyboard.film.segment_child import encode_segment
from storyboard.film.takes import Take
from storyboard.film.timeline import lay_out
from storyboard.film.transitions import segment_tasks
from tests.ffmpeg import ffmpeg, needs_ffmpeg
from tests.film.clip_reading import turn_by_quarter

pytestmark = needs_ffmpeg

SCRIPT = "EXT. HARBOR - DAY\n\nFADE IN:\n\nSHOT 3s wide\nThe harbor lies still.\n"
PATCHES = ((190, 46, 48), (48, 158, 62), (46, 61, 190), (128, 128, 128))
_LINEAR = (
    "setparams=color_primaries=bt709:color_trc=bt709:colorspace=gbr:range=pc,zscale=t=linear:npl=203,format=gbrpf32le"
)
_HDR = "zscale=t={}:p=bt2020:m=bt2020nc:r=tv:npl=203,format=yuv420p10le"


def _tags(matrix: str, primaries: str, transfer: str) -> list[str]:
    return ["-colorspace", matrix, "-color_primaries", primaries, "-color_trc", transfer]


KINDS = {
    "untagged": ("scale=out_color_matrix=bt601:out_range=tv,format=yuv420p", []),
    "bt601": ("scale=out_color_matrix=bt601:out_range=tv,format=yuv420p", _tags("smpte170m", "smpte170m", "smpte170m")),
    "bt709": ("scale=out_color_matrix=bt709:out_range=tv,format=yuv420p", _tags("bt709", "bt709", "bt709")),
    "srgb": ("scale=out_color_matrix=bt709:out_range=tv,format=yuv420p", _tags("bt709", "bt709", "iec61966-2-1")),
    "full": ("scale=out_color_matrix=bt709:out_range=pc,format=yuvj420p", _tags("bt709", "bt709", "bt709")),
    "pq": (f"{_LINEAR},{_HDR.format('smpte2084')}", _tags("bt2020nc", "bt2020", "smpte2084")),
    "hlg": (f"{_LINEAR},{_HDR.format('arib-std-b67')}", _tags("bt2020nc", "bt2020", "arib-std-b67")),
}
#: HLG is relative to the screen that shows it: there is no one right answer.
TOLERANCE = {"hlg": 30, "pq": 12}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four patches, lossless."""
    path = tmp_path_factory.mktemp("colours") / "source.mkv"
    r, g, b = (
        f"st(0,floor(X/80));{'+'.join(f'eq(ld(0),{n})*{p[c]}' for n, p in enumerate(PATCHES))}" for c in range(3)
    )
    drawn = f"format=gbrp,geq=r='{r}':g='{g}':b='{b}'"
    ffmpeg("-f", "lavfi", "-i", "color=s=320x90:d=3:r=24", "-vf", drawn, "-c:v", "ffv1", path)
    return path


def take(source: Path, kind: str) -> Path:
    filters, tags = KINDS[kind]
    path = source.with_name(f"{kind}.mp4")
    ffmpeg("-i", source, "-vf", filters, "-c:v", "libx264", "-crf", "4", "-preset", "veryfast", *tags, path)
    return path


def film(clip: Path) -> Path:
    """The clip with its fade, encoded in this process."""
    analysis = analyze_text(SCRIPT, "film.sb")
    cut = lay_out_cut(analysis, lay_out(analysis), [Take(one.id, clip, 1) for one in analysis.clips])
    assert cut.clips[0].media, "the take is used"
    target = clip.with_name(f"{clip.stem}-film.mp4")
    ((_, task),) = segment_tasks(cut.clips, cut.size, cut.rate, cut.colour.matrix)
    encode_segment(task, target, 1)
    return target


def colours(path: Path) -> list[tuple[int, ...]]:
    """The patches in a frame at 2 s, decoded by ffmpeg."""
    rgb = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    data = ffmpeg("-v", "error", "-ss", "2", "-i", path, "-frames:v", "1", *rgb).stdout
    return [tuple(data[(45 * 320 + x) * 3 :][:3]) for x in (40, 120, 200, 280)]


@pytest.mark.parametrize("kind", KINDS)
def test_colours_are_right(source: Path, kind: str) -> None:
    found = colours(film(take(source, kind)))
    for patch, shown in zip(PATCHES, found, strict=True):
        assert shown == pytest.approx(patch, abs=TOLERANCE.get(kind, 6)), kind


@pytest.mark.parametrize(("kind", "quarters"), [("bt709", 1), ("bt709", 2), ("bt709", 3), ("pq", 2)])
def test_a_take_that_is_turned_is_upright_in_its_colours(
    source: Path, tmp_path: Path, kind: str, quarters: int
) -> None:
    path = film(turn_by_quarter(Path(shutil.copy(take(source, kind), tmp_path / f"{kind}.mp4")), quarters))
    rgb = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    data = ffmpeg("-v", "error", "-ss", "2", "-i", path, "-frames:v", "1", *rgb).stdout
    middles = (40, 120, 200, 280)
    found = [tuple(data[3 * (45 * 320 + x if quarters == 2 else x * 90 + 45) :][:3]) for x in middles]
    for patch, shown in zip(PATCHES if quarters == 1 else PATCHES[::-1], found, strict=True):
        assert shown == pytest.approx(patch, abs=TOLERANCE.get(kind, 6))


@pytest.mark.parametrize("matrix", [BT601, BT709])
def test_the_other_matrix_keeps_colours_and_brightness(matrix: int) -> None:
    """A take beside others of another matrix: no level is lost, as swscale loses one."""
    source = BT709 if matrix == BT601 else BT601
    for colour in (*PATCHES, (16, 16, 16), (235, 235, 235)):
        given = to_frame(Image.new("RGB", (64, 64), colour), matrix=source)
        shown = Converter().convert(given, 64, 64, matrix=matrix)
        assert to_picture(shown).getpixel((32, 32)) == pytest.approx(colour, abs=3)
        if len(set(colour)) == 1:
            assert bytes(shown.planes[0])[0] == bytes(given.planes[0])[0], "grey is the same in both"


def test_no_colour_tag_makes_a_film_slow(source: Path) -> None:
    """Tables between transfer functions are built once a take, not once a frame: seconds against minutes."""
    spent = {}
    for kind in ("bt709", "srgb", "pq"):
        clip = take(source, kind)
        began = time.process_time()
        film(clip)
        spent[kind] = time.process_time() - began
    assert spent["srgb"] < 4 * spent["bt709"] + 1
    assert spent["pq"] < 4 * spent["bt709"] + 10
