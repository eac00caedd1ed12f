"""Takes joined as they are: of every usual kind, and of kinds that have to be encoded or refused."""

from __future__ import annotations

import random
import struct
from array import array
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import pytest

from storyboard.compiler.pipeline import analyze_file
from storyboard.film import assembly, remux
from storyboard.film import cut as cut_layout
from storyboard.film.assembly import FilmResult, make_film
from storyboard.film.cut import lay_out_cut
from storyboard.film.probe import ProbedClip
from storyboard.film.sound import make_sound_track
from storyboard.film.sound_plan import SoundClip
from storyboard.film.takes import Take
from storyboard.film.timeline import lay_out
from tests.film.clip_reading import MakeClip, beeps, boxes, change, length, levels, tables

CLIPS = (("s01c01", 3), ("s01c02", 3), ("s01c03", 4))
COUNTED = [*range(72), *range(72), *range(96)]
B_FRAMES = {"preset": "medium", "bf": "3"}
EVERY_SECOND = {**B_FRAMES, "g": "24", "sc_threshold": "0"}  # begins anew, so that a take can end there


def join(script: Path, *paths: Path) -> tuple[Path, FilmResult]:
    analysis = analyze_file(script)
    takes = [Take(name, path, 1) for (name, _), path in zip(CLIPS, paths, strict=True)]
    target = script.with_name("out.mp4")
    return target, make_film(lay_out_cut(analysis, lay_out(analysis), takes), target)


def three(make_clip: MakeClip, **other: Any) -> list[Path]:
    return [make_clip(f"{name}.mp4", seconds, **other) for name, seconds in CLIPS]


def sounds(path: Path) -> list[tuple[int, int]]:
    """The time of each packet of sound, and how long it lasts."""
    with av.open(str(path)) as container:
        return [(one.pts or 0, one.duration or 0) for one in container.demux(container.streams.audio[0]) if one.size]


@pytest.mark.parametrize(
    "kind",
    [
        {},
        {"options": B_FRAMES},
        {"options": EVERY_SECOND, "extra_frames": 2},
        {"options": {"preset": "medium", "g": "12", "bf": "2", "slices": "4"}},
        {"layout": None},
        {"layout": "mono"},
        {"layout": "5.1"},
        {"sound_rate": 44100},
        {"sound_rate": 22050, "layout": "mono"},
        {"sound_seconds": 1.5},
        {"extra_frames": 7},
        {"rate": 25},
        {"rate": 30},
    ],
    ids=str,
)
def test_takes_of_a_kind_are_joined_exactly(project: Path, make_clip: MakeClip, kind: dict[str, Any]) -> None:
    film, made = join(project, *three(make_clip, **kind))
    assert made.copied
    assert made.problems == ()
    rate = kind.get("rate", 24)
    assert length(film)[:2] == (10 * rate, 10)
    assert length(film)[2] == pytest.approx(10, abs=0.001)
    assert levels(film) == pytest.approx([n for _, seconds in CLIPS for n in range(seconds * rate)], abs=3)
    if kind.get("layout", "stereo"):
        packets = sounds(film)
        assert beeps(film) == pytest.approx([0, 3, 6], abs=0.01)
        assert {two[0] - one[0] for one, two in pairwise(packets)} == {1024}, "the grid never pauses"
        assert packets[0][0] == -1024, "the run-up is skipped, and kept only here"
        assert 0 <= packets[-1][0] + 1024 - 10 * 48000 < 1024, "it ends with the picture"


def test_a_take_that_cannot_end_where_its_clip_does_stands_with_its_own_length(
    project: Path, make_clip: MakeClip
) -> None:
    """The last frames that stay refer to one behind them: it stays, too, and sound and picture go on in step."""
    film, made = join(project, *three(make_clip, options=B_FRAMES, extra_frames=2))
    assert made.copied
    counted = levels(film)
    assert 240 < len(counted) <= 246
    starts = [number for number, level in enumerate(counted) if number == 0 or level < counted[number - 1]]
    assert [counted[start] for start in starts] == pytest.approx([0, 0, 0], abs=2)
    assert made.seconds == len(counted) / 24
    assert beeps(film) == pytest.approx([start / 24 for start in starts], abs=0.01)


def test_times_of_frames_are_even(project: Path, make_clip: MakeClip) -> None:
    film, made = join(project, *three(make_clip, options=EVERY_SECOND, extra_frames=2))
    assert made.copied
    with av.open(str(film)) as container:
        shown = [frame.time for frame in container.decode(container.streams.video[0])]
        assert container.streams.video[0].frames == 240
    assert shown == pytest.approx([n / 24 for n in range(240)], abs=1e-6)
    with av.open(str(film)) as container:
        container.seek(6 * av.time_base)
        first = next(container.decode(container.streams.video[0]))
    assert first.time == pytest.approx(6), "each take begins with a frame that can be sought"


def test_silence_fills_what_a_take_leaves(project: Path, make_clip: MakeClip) -> None:
    takes = [make_clip("a.mp4", 3, sound_seconds=0.2), make_clip("b.mp4", 3), make_clip("c.mp4", 4, sound_seconds=0.1)]
    film, made = join(project, *takes)
    assert made.copied
    assert beeps(film) == pytest.approx([0, 3, 6], abs=0.011 + 0.011)
    with av.open(str(film)) as container:
        heard = [frame for frame in container.decode(container.streams.audio[0]) if (frame.time or 0) > 7]
        samples = array("f", b"".join(bytes(frame.planes[0])[: frame.samples * 4] for frame in heard))
        assert max(map(abs, samples)) < 1e-4
        assert heard[-1].time == pytest.approx(10, abs=0.05)


def test_colours_stay_and_what_varies_from_take_to_take_goes(project: Path, make_clip: MakeClip) -> None:
    """Bit rates differ with what is seen and heard: takes agree all the same."""
    takes = three(make_clip)
    takes[1] = make_clip("loud.mp4", 3, sound_seconds=0.05)
    assert tables(takes[0], b"stsd") != tables(takes[1], b"stsd")
    film, made = join(project, *takes)
    assert made.copied
    entry = tables(film, b"stsd")[0]
    assert b"colrnclx" + struct.pack(">HHH", 1, 1, 1) in entry
    assert b"btrt" not in entry
    with av.open(str(film)) as container:
        assert container.streams.video[0].codec_context.colorspace == 1
        assert container.metadata["comment"] == "made by sbc"


def test_places_of_64_bits_are_read(project: Path, make_clip: MakeClip) -> None:
    takes = three(make_clip)
    for path in takes[:2]:
        change(path, b"stco", _widened)
    film, made = join(project, *takes)
    assert made.copied
    assert levels(film) == pytest.approx(COUNTED, abs=2)


def test_places_of_64_bits_are_written(project: Path, make_clip: MakeClip, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a film of more than 3 GiB, which is too much for a test to write."""
    monkeypatch.setattr(remux, "_WIDE", 0)
    film, made = join(project, *three(make_clip))
    assert made.copied
    assert len(tables(film, b"co64")) == 2
    assert levels(film) == pytest.approx(COUNTED, abs=2)
    assert beeps(film) == pytest.approx([0, 3, 6], abs=0.03)


def _widened(stco: bytes) -> bytes:
    count = int.from_bytes(stco[12:16], "big")
    places = struct.unpack(f">{count}I", stco[16:])
    return struct.pack(f">I4sII{count}Q", 16 + 8 * count, b"co64", 0, count, *places)


def test_sound_lies_near_its_picture(project: Path, make_clip: MakeClip, tmp_path: Path) -> None:
    """Where all pictures of a take lie before all its sound, they are laid side by side."""
    apart = [_apart(path, tmp_path / f"apart-{path.name}") for path in three(make_clip)]
    film, made = join(project, *apart)
    assert made.copied
    assert levels(film) == pytest.approx(COUNTED, abs=2)
    assert beeps(film) == pytest.approx([0, 3, 6], abs=0.03)
    with av.open(str(film)) as container:
        packets = [one for one in container.demux() if one.size]
        placed = sorted((one.pos or 0, (one.dts or 0) * (one.time_base or 0), one.stream.type) for one in packets)
    last = {"video": Fraction(0), "audio": Fraction(0)}
    for _, at, kind in placed:
        last[kind] = Fraction(at)
        assert abs(last["video"] - last["audio"]) <= 1.1


def _apart(source: Path, target: Path) -> Path:
    """A clip whose media are all pictures first, and then all sound."""
    parts = list(boxes(source.read_bytes()))
    data = source.read_bytes()
    with av.open(str(source)) as container:
        found = sorted((one.stream.index, one.pos or 0, one.size) for one in container.demux() if one.size)
    media = b""
    places: dict[int, list[int]] = {0: [], 1: []}
    begin = len(parts[0][1]) + 8
    for stream, at, size in found:
        places[stream].append(begin + len(media))
        media += data[at : at + size]
    head = parts[0][1] + struct.pack(">I4s", 8 + len(media), b"mdat") + media
    target.write_bytes(head + next(box for kind, box in parts if kind == b"moov"))
    rows = iter(places.values())
    change(target, b"stsc", lambda _: struct.pack(">I4s5I", 28, b"stsc", 0, 1, 1, 1, 1))

    def placed(_: bytes) -> bytes:
        row = next(rows)
        return struct.pack(f">I4sII{len(row)}I", 16 + 4 * len(row), b"stco", 0, len(row), *row)

    return change(target, b"stco", placed)


def _timed_unevenly(stts: bytes) -> bytes:
    count, step = struct.unpack(">II", stts[16:24])
    return struct.pack(">I4s6I", 32, b"stts", 0, 2, 2, step * 2, count - 2, step) if count == 72 else stts


def _late(elst: bytes) -> bytes:
    """An edit list whose first entry is empty: the track begins later than the film."""
    return struct.pack(">I4sIIIiI", 40, b"elst", 0, 2, 100, -1, 1 << 16) + elst[16:]


def _fragmented(_: bytes) -> bytes:
    return struct.pack(">I4s", 8, b"moof")


@pytest.mark.parametrize(
    ("what", "how"),
    [
        (b"stts", _timed_unevenly),
        (b"elst", _late),
        (b"elst", lambda elst: elst[:16] + (2900).to_bytes(4, "big") + elst[20:]),
        (b"free", _fragmented),
        (b"stsd", lambda stsd: stsd.replace(b"avc1", b"encv")),
        (b"hdlr", lambda hdlr: hdlr.replace(b"vide", b"text")),
        (b"stsz", lambda stsz: stsz[:16] + b"\xff\xff\xff\xff" + stsz[20:]),
        (b"stsz", lambda stsz: stsz[:12] + b"\0\0\0\1\xff\xff\xff\xff" + stsz[20:]),
    ],
    ids=["timed-unevenly", "late", "earlier", "fragmented", "encrypted", "text", "too-large", "of-one-huge-size"],
)
def test_what_is_unusual_is_encoded_or_named(
    project: Path, make_clip: MakeClip, what: bytes, how: Callable[[bytes], bytes]
) -> None:
    takes = three(make_clip)
    change(takes[1], what, how)
    film, made = join(project, *takes)
    assert not made.copied
    assert length(film)[:2] == (240, 10)
    counted = levels(film)
    assert counted[:72] == pytest.approx(list(range(72)), abs=2)
    assert counted[144:] == pytest.approx(list(range(96)), abs=2)


def test_a_take_whose_media_are_lost_is_encoded(project: Path, make_clip: MakeClip) -> None:
    """Its index is whole, and where the last frames should be there is nothing."""
    takes = three(make_clip)
    change(takes[1], b"mdat", lambda mdat: mdat[: len(mdat) // 2] + bytes(len(mdat) - len(mdat) // 2))
    film, made = join(project, *takes)
    assert not made.copied
    assert levels(film)[144:] == pytest.approx(list(range(96)), abs=2)


def test_hostile_indexes_make_a_right_film_or_none(
    project: Path, make_clip: MakeClip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bytes of the second take's index are changed, a few at a time. Nothing is raised; what is joined is right."""
    takes = three(make_clip, size=(64, 36), options=B_FRAMES)
    whole = takes[1].read_bytes()
    begin = whole.index(b"moov")
    analysis = analyze_file(project)
    reel = lay_out(analysis)
    joined = 0
    sound = make_sound_track(
        [SoundClip(str(path), 48000 * seconds) for (_, seconds), path in zip(CLIPS, takes, strict=True)], tmp_path
    )
    monkeypatch.setattr(assembly, "make_sound_track", lambda *_: sound)
    monkeypatch.setattr(cut_layout, "probe_clips", lambda paths: [ProbedClip("not asked here") for _ in paths])
    for seed in range(200):
        chance = random.Random(seed)
        data = bytearray(whole)
        for _ in range(chance.choice((1, 1, 2, 8))):
            at = chance.randrange(begin, len(data))
            data[at] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, data[at] ^ 1 << chance.randrange(8)))
        takes[1].write_bytes(data[: chance.randrange(begin, len(data))] if seed % 16 == 0 else data)
        cut = lay_out_cut(analysis, reel, [Take(name, path, 1) for (name, _), path in zip(CLIPS, takes, strict=True)])
        if not cut.encoded:
            joined += 1
            film = tmp_path / "out.mp4"
            make_film(cut, film)
            assert levels(film) == pytest.approx(COUNTED, abs=3), seed
            assert length(film)[1:] == pytest.approx((10, 10), abs=0.001), seed
            assert beeps(film) == pytest.approx([0, 3, 6], abs=0.03), seed
    assert 10 < joined < 190, "some bytes matter, some do not"


def test_parts_of_a_packet_never_add_up(project: Path, make_clip: MakeClip) -> None:
    """Forty takes at 44.1 kHz, whose seconds are no whole packets: the last is as near to its picture as the first."""
    project.write_text(project.read_text().partition("SHOT")[0] + "SHOT 3s\n@Mira waits.\n\n===\n\n" * 40)
    analysis = analyze_file(project)
    clip = make_clip("a.mp4", 3, size=(64, 36), sound_rate=44100)
    target = project.with_name("out.mp4")
    takes = [Take(one.id, clip, 1) for one in analysis.clips]
    made = make_film(lay_out_cut(analysis, lay_out(analysis), takes), target)
    assert made.copied
    assert beeps(target) == pytest.approx([3 * number for number in range(40)], abs=0.022)
    assert length(target)[:2] == (40 * 72, 120)
