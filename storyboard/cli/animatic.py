"""`sbc animatic`: draw the film to watch before paying for it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from storyboard.cli.options import model_option, mp4_option, root_option
from storyboard.cli.process import FINE, PROBLEMS, STOPPED
from storyboard.cli.progress import ProgressLine
from storyboard.cli.streams import analyze_or_leave, fail
from storyboard.cli.terminal import echo
from storyboard.compiler.pipeline import Analysis, Options
from storyboard.wording import clock, count

if TYPE_CHECKING:
    from storyboard.film.animatic import AnimaticOptions, AnimaticResult
    from storyboard.film.laid_sounds import MadeSounds
    from storyboard.film.timeline import Timeline
    from storyboard.film.voices import SpeechProgram

#: Lines of a frame's shorter side.
SIZES = {"480p": 480, "720p": 720, "1080p": 1080}


@click.command()
@click.argument("file")
@mp4_option
@click.option("--stills", type=click.Path(path_type=Path), metavar="DIR", help="Also write the panels as PNG to DIR.")
@click.option("--clean", is_flag=True, help="Leave out slate and captions, for an audience.")
@click.option(
    "--size", type=click.Choice(list(SIZES)), default="480p", show_default=True, help="Height of the picture, in lines."
)
@click.option(
    "--small", is_flag=True, help="A small file, to send: an eighth of the size, for half as much time again."
)
@click.option("--voices", is_flag=True, help="Let espeak-ng speak the dialogue.")
@model_option
@root_option
def command(
    file: str,
    output: str | None,
    stills: Path | None,
    clean: bool,
    size: str,
    small: bool,
    voices: bool,
    model: str | None,
    root: Path | None,
) -> None:
    """Draw a script as a film made of its pictures: every shot at its length, with the camera move, captions, a slate
    (in the first second of each shot, with the running time of the film), transitions, and subtitles in files beside
    it.

    Free and offline. A script with errors is drawn as far as possible; the exit code is then 1, as it is if a picture
    cannot be shown.
    """
    from storyboard.cli.products import check_film_files, check_folder, kept_files
    from storyboard.film.animatic import AnimaticOptions, still_names
    from storyboard.film.timeline import lay_out
    from storyboard.film.voices import find_voices
    from storyboard.render.folders import product_path

    analysis = analyze_or_leave(file, Options(model=model, root=root))
    target = product_path(file, output, "-animatic.mp4")
    kept = kept_files(analysis)
    check_film_files(target, kept, is_asked=output is not None)
    speaking = find_voices() if voices else None
    if voices and speaking is None:
        fail("--voices needs espeak-ng, which is not installed (on Debian: apt install espeak-ng). Nothing was drawn")
    timeline = lay_out(analysis).without_notes() if clean else lay_out(analysis)
    if not timeline.parts:
        fail(f"{file}: there is no shot with a length yet, so there is nothing to draw", PROBLEMS)
    if stills is not None:
        check_folder(stills, still_names(timeline), kept, "--stills")
    made = _draw_or_leave(analysis, timeline, target, speaking, AnimaticOptions(SIZES[size], small), stills)
    for line in (*made.notes, *made.problems):
        echo(line, err=True)
    echo(f"{target}: {count(made.shots, 'shot')}, {clock(made.seconds)}", err=True)
    if analysis.has_errors:
        echo("the script has errors: sbc check says where", err=True)
    sys.exit(PROBLEMS if analysis.has_errors or made.problems else FINE)


def _made_sounds(analysis: Analysis) -> MadeSounds:
    """The sounds of `sbc make`: what was paid goes before what the sandbox played."""
    from storyboard.cli.takes import made_sounds_or_leave
    from storyboard.film.laid_sounds import MadeSounds
    from storyboard.render.folders import clips_folder

    played, paid = (made_sounds_or_leave(analysis, clips_folder(analysis.path, sandbox=one)) for one in (True, False))
    return MadeSounds({**played.words, **paid.words}, {**played.speech, **paid.speech})


def _draw_or_leave(
    analysis: Analysis,
    timeline: Timeline,
    target: Path,
    speaking: SpeechProgram | None,
    options: AnimaticOptions,
    stills: Path | None,
) -> AnimaticResult:
    """Write the animatic, its subtitles and its panels. What cannot be drawn or written and Ctrl-C end the command."""
    from av import FFmpegError

    from storyboard.files.folders import ensured_folder
    from storyboard.film.animatic import make_animatic, save_stills
    from storyboard.film.laid_sounds import lay_sounds
    from storyboard.film.workers import DrawingFailed

    try:
        with ensured_folder(target.parent), ProgressLine("drawing") as progress:
            sounds = lay_sounds(analysis, timeline, _made_sounds(analysis), at=lambda second: second)
            made = make_animatic(timeline, target, sounds, speaking, tell=progress.tell, options=options)
        if stills is not None:
            save_stills(timeline, stills)
    except (OSError, FFmpegError, DrawingFailed) as problem:
        fail(f"{target}: cannot be drawn ({getattr(problem, 'strerror', None) or problem})")
    except KeyboardInterrupt:
        fail("stopped; what is drawn is kept, and the same command continues", STOPPED)
    return made
