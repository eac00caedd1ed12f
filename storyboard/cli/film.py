"""`sbc film`: cut the finished clips together."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from storyboard.cli.options import folder_options, model_option, mp4_option, root_option
from storyboard.cli.process import FINE, PROBLEMS, STOPPED
from storyboard.cli.progress import ProgressLine
from storyboard.cli.streams import analyze_or_leave, fail
from storyboard.cli.takes import chosen_takes, draft_shots
from storyboard.cli.terminal import command_line, echo
from storyboard.compiler.pipeline import Options
from storyboard.film.takes import Take
from storyboard.wording import clock, count, listed

#: Lines of the film's shorter side.
SIZES = {"720p": 720, "1080p": 1080, "4k": 2160}
_MOST = 12  # clips that are named one by one

if TYPE_CHECKING:
    from storyboard.files.overwrite import ProtectedFile
    from storyboard.film.assembly import FilmResult
    from storyboard.film.cut import FilmCut


@click.command()
@click.argument("file")
@mp4_option
@click.option("--strict", is_flag=True, help="Write nothing if a clip is missing.")
@click.option(
    "--stems",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Also write speech, effects, music and the takes' own sound as WAV to DIR.",
)
@click.option("--size", type=click.Choice(list(SIZES)), help="Size of the film; by default that of its takes.")
@click.option("--burn", is_flag=True, help="Show the subtitles in the picture.")
@click.option(
    "--poster", type=click.IntRange(0), metavar="SECOND", help="Also save the frame at SECOND as a PNG beside the film."
)
@click.option("--credits", "has_credits", is_flag=True, help="End with a card of the title page's credits.")
@click.option(
    "--share",
    type=click.IntRange(1),
    metavar="MB",
    help="Also write a copy of at most MB megabytes beside the film: film-share.mp4.",
)
@folder_options("--takes")
@click.option("--draft", is_flag=True, help="Only the drafts, without final takes.")
@model_option
@root_option
def command(
    file: str,
    output: str | None,
    strict: bool,
    stems: Path | None,
    size: str | None,
    burn: bool,
    poster: int | None,
    share: int | None,
    has_credits: bool,
    out: Path | None,
    sandbox: bool,
    draft: bool,
    templates: Path | None,
    model: str | None,
    root: Path | None,
) -> None:
    """Cut the chosen takes together, in the order of the script, with its fades, dissolves, wipes and titles.

    Takes are copied without loss. A clip that fades, dissolves or shows a title, or whose take differs from the others,
    is encoded once and kept for the next film. A clip without a take is filled, shot by shot, with the drafts of `sbc
    render --draft`; a shot without a draft is filled with the animatic and marked. If `sbc finish` has enlarged a take,
    the film shows the larger one, and has its size. The film has one sound track at one loudness.
    """
    from storyboard.cli.products import check_film_files, check_folder, check_product, kept_files
    from storyboard.cli.takes import made_sounds_or_leave
    from storyboard.film.credits import credit_lines
    from storyboard.film.cut import FilmOptions, lay_out_cut
    from storyboard.film.stems import STEM_FILES
    from storyboard.film.timeline import lay_out
    from storyboard.render.folders import clips_folder, product_path

    analysis = analyze_or_leave(file, Options(model=model, root=root, templates=templates))
    takes = () if draft else chosen_takes(analysis, out, sandbox=sandbox)
    drafts = draft_shots(analysis, out, sandbox=sandbox)
    target = product_path(file, output, ".mp4", sandbox=sandbox)
    shown = tuple(take.shown for take in takes)
    kept = kept_files(analysis, (*takes, *shown, *(Take(one.shot, one.path, 1) for one in drafts)))
    check_film_files(target, kept, is_asked=output is not None)
    if stems is not None:
        check_folder(stems, STEM_FILES, kept, "--stems")
    timeline = lay_out(analysis)
    if not timeline.parts:
        fail(f"{file}: there is no shot with a length yet, so there is nothing to cut", PROBLEMS)
    if poster is not None:
        _check_poster(target, kept, poster, timeline.seconds)
    shared = target.with_name(f"{target.stem}-share.mp4")
    if share is not None:
        check_product(shared, kept, is_asked=False, example="film-share.mp4")
    credited = credit_lines(analysis.film) if has_credits else ()
    if has_credits and not credited:
        fail(f"--credits: the title page of {file} has no title, author, source or copyright", PROBLEMS)
    wanted = FilmOptions(SIZES[size] if size else None, burn, credited)
    sounds = made_sounds_or_leave(analysis, clips_folder(file, out, sandbox=sandbox))
    cut = lay_out_cut(analysis, timeline, shown, drafts, sounds, wanted)
    if strict and cut.missing:
        fail(f"{len(cut.missing)} of {len(cut.clips)} clips have no take: {listed(cut.missing, _MOST)}", PROBLEMS)
    for line in _reasons(cut):
        echo(line, err=True)
    made = _make_or_leave(cut, target, stems, poster)
    for line in (*_finished(takes, file), *_told(cut, made, target)):
        echo(line, err=True)
    if share is not None:
        _share_or_leave(cut, target, shared, share)
    sys.exit(PROBLEMS if analysis.has_errors or made.problems else FINE)


def _check_poster(film: Path, kept: Sequence[ProtectedFile], second: int, seconds: int) -> None:
    """End the command where the frame at a second may not be saved beside the film, or is after its end."""
    from storyboard.cli.products import check_product

    check_product(film.with_suffix(".png"), kept, is_asked=False, example="film.png")
    if second >= seconds:
        fail(f"--poster {second}: the film ends at {clock(seconds)}")


def _make_or_leave(cut: FilmCut, target: Path, stems: Path | None, poster: int | None) -> FilmResult:
    """Write the film, its subtitles, and the frame at the second `poster`. A folder that cannot be written to and
    Ctrl-C end the command."""
    from storyboard.files.folders import ensured_folder
    from storyboard.film.animatic import write_subtitles
    from storyboard.film.assembly import make_film
    from storyboard.film.poster import save_poster

    try:
        with ensured_folder(target.parent), ProgressLine("making the film") as progress:
            made = make_film(cut, target, progress.tell, stems)
            if poster is not None:
                save_poster(target, poster)
            write_subtitles(made.speeches, made.seconds, target)
    except OSError as problem:
        fail(f"{target}: cannot be written ({problem.strerror or problem})")
    except KeyboardInterrupt:
        fail("stopped; what is encoded is kept, and the same command continues", STOPPED)
    return made


def _share_or_leave(cut: FilmCut, film: Path, target: Path, megabytes: int) -> None:
    """Write a copy of the film of at most so many megabytes."""
    from storyboard.film.share_copy import SizedFilm, TooSmall, write_share

    try:
        with ProgressLine("making the copy") as progress:
            written = write_share(SizedFilm(film, cut.frames, cut.rate, cut.size), megabytes, target, progress.tell)
    except TooSmall as problem:
        fail(f"--share {megabytes}: {problem}", PROBLEMS)
    except OSError as problem:
        fail(f"{target}: cannot be written ({problem.strerror or problem})")
    except KeyboardInterrupt:
        fail("stopped; the film is complete, its copy is not", STOPPED)
    echo(f"{target}: {written:.1f} MB", err=True)


def _told(cut: FilmCut, made: FilmResult, target: Path) -> Iterator[str]:
    """What a person reads of a film that is made."""
    yield from (*cut.notes, *made.notes, *made.problems)
    if made.drafts:
        yield f"filled from the drafts: {listed(made.drafts, _MOST)}"
    if made.missing:
        yield f"filled from the animatic, not rendered yet: {listed(made.missing, _MOST)}"
    how = f"{len(cut.encoded)} of them encoded" if cut.encoded else "copied as they are"
    yield f"{target}: {count(made.clips, 'clip')}, {clock(round(made.seconds))}, {how}"


def _finished(takes: Sequence[Take], file: str) -> Iterator[str]:
    """That the film shows finished takes; and which are not finished, where some are."""
    finished = [take for take in takes if take.finished]
    if not finished:
        return
    line = f"made of finished takes: {len(finished)} of {count(len(takes), 'clip')}"
    if left := [take.clip_id for take in takes if not take.finished]:
        line += f"; not finished: {listed(left, _MOST)} (`{command_line('finish', Path(file))}` finishes them)"
    yield line


def _reasons(cut: FilmCut) -> Iterator[str]:
    """Which clips are encoded, by why."""
    clips: dict[str, list[str]] = {}
    for clip in cut.encoded:
        clips.setdefault(clip.reason, []).append(clip.name)
    for reason, names in clips.items():
        yield f"encoded: {listed(names, _MOST)}: {reason}"
