"""Films of clips, made in this process: the children's start costs more than such small clips."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from pathlib import Path

from storyboard.compiler.pipeline import analyze_text
from storyboard.film import sound_child
from storyboard.film.assembly import FilmResult, make_film
from storyboard.film.cut import FilmCut, lay_out_cut
from storyboard.film.remux import SoundTrack
from storyboard.film.segment_child import SegmentTask, encode_segment
from storyboard.film.sound import MadeSound, PlacedSounds, SoundOverlay
from storyboard.film.sound_plan import SoundClip, SoundPlan, sound_rules
from storyboard.film.takes import Take
from storyboard.film.timeline import lay_out


def film_of(paths: Sequence[Path], target: Path, before: str = "", seconds: int = 2) -> tuple[FilmCut, FilmResult]:
    """A film of takes, each of a clip of so many seconds; `before` stands above the first shot."""
    shot = f"SHOT {seconds}s wide\nThe harbor lies still.\n"
    analysis = analyze_text("EXT. HARBOR - DAY\n\n" + before + "\n===\n\n".join(shot for _ in paths), "film.sb")
    takes = [Take(clip.id, path, 1) for clip, path in zip(analysis.clips, paths, strict=True)]
    cut = lay_out_cut(analysis, lay_out(analysis), takes)
    return cut, make_film(cut, target)


def encode_here(tasks: Sequence[tuple[str, SegmentTask]], folder: Path, tell: Callable[[float], None]) -> list[Path]:
    """`encode_segments` without its children."""
    paths = []
    for number, (_, task) in enumerate(tasks):
        paths.append(folder / f"test-{number}.mp4")
        encode_segment(task, paths[-1], 1)
    return paths


def sound_here(
    clips: Sequence[SoundClip], folder: Path, tell: Callable[[float], None], over: SoundOverlay
) -> MadeSound:
    """`make_sound_track` without its child."""
    plan = SoundPlan(tuple(clips), sound_rules(), str(folder / "sound.aac"), str(folder / "sound.mix"))
    with open(plan.output, "wb") as target, open(plan.scratch, "wb+") as scratch:
        result = sound_child.make_sound(plan, target, scratch, lambda clip, share: None)
    sizes = array("I", result["sizes"])
    track = SoundTrack(Path(plan.output), sizes, bytes.fromhex(result["config"]), 2, 1024, 192000)
    return MadeSound(track, tuple(result["problems"]), PlacedSounds({}, {}))
