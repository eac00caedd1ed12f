"""`sbc make`: the pictures that a script names and that are not there, the speeches that a voice speaks, and music,
ambience and effects from words."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import click

from storyboard.catalog.picture_models import most_takes
from storyboard.cli.account import account_and_budget, command_again
from storyboard.cli.clock import today
from storyboard.cli.options import SpendingOptions, folder_options, format_option, root_option, spending_options
from storyboard.cli.process import PROBLEMS
from storyboard.cli.run_screen import PlanPage, RunScreen, run_or_leave
from storyboard.cli.streams import analyze_or_leave, fail, print_report
from storyboard.render.folders import clips_folder

if TYPE_CHECKING:
    from storyboard.compiler.pipeline import Analysis
    from storyboard.make.cut_outs import WantedCutOut
    from storyboard.make.planning import PictureOptions, PicturePlan
    from storyboard.make.speeches import WantedSpeech
    from storyboard.spend.session import Selection


_HELP = """Make the pictures that a script names and that do not exist yet: the front of a person or thing from its
look, angles and variants as edits of the front, places in the shape of the film, start and end frames from the pictures
of whoever is in the shot. Then make the speeches of voices with a `speaker` that have no recording, and the music,
ambience and effects that the script describes in words, as long as they are heard or as long as the model can make them
(longer ones loop). `sbc film` and `sbc animatic` use all of it. The plan is shown first, and you are asked before
anything is paid.

Every take is kept in out/SCRIPT/pictures with its prompt, and one is copied to the path that the script names; `sbc
pick film.sb Mira.front 2` puts another one there. Sounds are kept in out/SCRIPT/sounds; the first take is heard, and
`sbc pick film.sb 1.2.speech1 2` chooses another one. A file that sbc did not write is never replaced. A picture that
exists, or is perhaps paid, is never made again by itself. Stop a run whenever you like; the same command continues it.

--cut-out makes nothing new: it has people and things cut out of their pictures, for the board and the animatic: those
whose only picture is a portrait with soft edges, or those that --only names. The results stay in out/SCRIPT/pictures,
belong to the picture as it is now, and are never sent as references.

--audition Mira makes one short line of hers in three suitable voices (by the language and gender that are published for
each voice), and shows the line to write for the one that you choose.

--listen has the speech in the chosen takes written down, once for each take, and compares it with the script word by
word, without regard to capitals, punctuation and the spelling of numbers. Only the sound leaves this machine.

--declare writes the missing `front:` and `image:` lines below the looks, one each, and changes nothing else.

The prices are those of Venice's model list, with their date: Venice quotes no prices for pictures and speeches. Music,
ambience and effects are quoted. --sandbox needs no key and costs nothing: it draws and plays on this machine. A later
run that pays treats those drawings as missing pictures.

With --format json, standard output has one JSON object on each line: first the plan, then what happens to each picture,
with the time, and last the end.

\b
Exit codes: 0 everything is there, 1 problems in the script, 2 wrong use,
3 some pictures are missing, 4 some payments unknown,
5 budget or credit, 6 another run is active, 130 stopped by Ctrl-C.
"""


@click.command(help=_HELP)
@click.argument("file")
@folder_options()
@spending_options(
    only="Only these: Mira, Mira.front, 1.2.start, refs/mira.png, music, 1.2.speech1.",
    retake="Pay for a new take, although there is one.",
    resend="Make this one again, although it may already be paid.",
    accepts_estimate=False,
)
@click.option("--declare", is_flag=True, help="Only write the missing picture lines into the script, below the looks.")
@click.option(
    "--cut-out",
    is_flag=True,
    help="Only have Venice cut people and things out of pictures that this machine cuts out badly.",
)
@click.option(
    "--takes",
    "copies",
    type=click.IntRange(1, most_takes()),
    default=1,
    help="Number of takes of each, to choose from.",
)
@click.option(
    "--audition",
    "auditioned",
    multiple=True,
    metavar="NAME",
    help="Only make this character's first line in three voices, to choose a speaker.",
)
@click.option("--listen", is_flag=True, help="Only compare what is said in the takes with the script.")
@click.option("--model", metavar="MODEL", help="Use this picture model instead of the title page's.")
@format_option
@root_option
def command(
    file: str,
    out: Path | None,
    sandbox: bool,
    templates: Path | None,
    spending: SpendingOptions,
    declare: bool,
    cut_out: bool,
    copies: int,
    auditioned: tuple[str, ...],
    listen: bool,
    model: str | None,
    form: str,
    root: Path | None,
) -> None:
    from storyboard.make.planning import PictureOptions

    if declare:
        _declare(file, root)
        return
    if sandbox and spending.base_url:
        fail("--sandbox draws on this machine; leave out --base-url")
    if cut_out:
        _check_cut_out(has_out=out is not None, has_audition=bool(auditioned), copies=copies)
    folder = clips_folder(file, out, sandbox=sandbox)
    if listen:
        from storyboard.cli.listen import listen_or_leave
        from storyboard.compiler.pipeline import Options

        listen_or_leave(file, folder, spending, Options(root=root, templates=templates), form, sandbox=sandbox)
    analysis = script_or_leave(file, root, templates)
    choice = _choose_or_leave(analysis, spending, auditioned, cut_out=cut_out)
    options = PictureOptions(
        copies=copies,
        model=picture_model_or_leave(analysis, model),
        templates=analysis.options.templates,
        cut_outs=choice.cut_outs,
        auditions=choice.auditions,
    )
    other = clips_folder(file, None, sandbox=not sandbox)
    _make_or_leave(file, analysis, choice.selection, options, (folder, other), spending, form, sandbox=sandbox)


def _make_or_leave(
    file: str,
    analysis: Analysis,
    selection: Selection,
    options: PictureOptions,
    folders: tuple[Path, Path],
    spending: SpendingOptions,
    form: str,
    *,
    sandbox: bool,
) -> NoReturn:
    """Show the plan, make what is agreed to, and end the command with what has become of it. `folders` are that of this
    run, and the other of those that pay and that the sandbox fills."""
    from storyboard.compiler.prompts import TemplateProblem
    from storyboard.make.auditions import audition_report
    from storyboard.make.report import write_picture_outcome
    from storyboard.make.run import make_pictures
    from storyboard.spend.outcome import outcome_data

    folder, other = folders
    shown: list[PicturePlan] = []
    with ExitStack() as stack:
        account, budget = stack.enter_context(account_and_budget(file, folder, spending, sandbox=sandbox))
        screen = RunScreen(form, stack, is_paid=not sandbox, about="picture")

        def agree(plan: PicturePlan) -> bool:
            shown.append(plan)
            return screen.agrees(_page(plan, is_paid=not sandbox), asks=not (spending.yes or sandbox))

        run = make_pictures(analysis, folder, other, account, selection, options, budget, agree, screen.listen)
        try:
            outcome = run_or_leave(run, screen)
        except TemplateProblem as problem:
            fail(str(problem))
    if form == "json":
        screen.say_data(outcome_data(outcome))
    else:
        for line in write_picture_outcome(outcome, shown[-1], folder, command_again(), is_paid=not sandbox):
            screen.say(line)
        for line in audition_report(options.auditions, folder) if options.auditions else ():
            screen.say(line)
    screen.flush()
    sys.exit(outcome.code)


def _check_cut_out(*, has_out: bool, has_audition: bool, copies: int) -> None:
    """End the command for options that mean nothing with --cut-out."""
    if has_out:
        fail("--cut-out keeps its results where boards look for them; leave out --out")
    if has_audition:
        fail("--cut-out and --audition cannot be combined")
    if copies > 1:
        fail("a picture is always cut out the same way; leave out --takes")


class _Choice(NamedTuple):
    """What a run makes: by default everything that the script names (`selection` narrows that down); else cut-outs, or
    auditions, alone."""

    selection: Selection
    cut_outs: tuple[WantedCutOut, ...] | None
    auditions: tuple[WantedSpeech, ...]


def _choose_or_leave(
    analysis: Analysis, spending: SpendingOptions, auditioned: Sequence[str], *, cut_out: bool
) -> _Choice:
    """What is meant by the names of the command line; a name that means nothing ends the command."""
    from storyboard.make.auditions import NoAudition, audition_speeches
    from storyboard.make.cut_outs import wanted_cut_outs
    from storyboard.make.selection import NoSuchPicture, select_pictures
    from storyboard.make.sounds import wanted_sounds
    from storyboard.make.speeches import wanted_speeches
    from storyboard.make.wanted_pictures import wanted_pictures
    from storyboard.spend.session import Selection

    try:
        names = [name for text in auditioned for name in text.split(",")]
        voices = tuple(one for name in names for one in audition_speeches(analysis, name))
        cut_outs = wanted_cut_outs(analysis) if cut_out else None
        if voices or cut_outs is not None:
            there: tuple[Any, ...] = ((), voices, (), cut_outs or ())
        else:
            there = (wanted_pictures(analysis), wanted_speeches(analysis), wanted_sounds(analysis))
        named = spending.only, spending.retake, spending.resend_unknown
        only, retake, resend = (select_pictures(names, *there) for names in named)
        selection = Selection(only | retake | resend if spending.only else None, retake, resend)
    except (NoSuchPicture, NoAudition) as problem:
        fail(str(problem))
    return _Choice(selection, cut_outs, voices)


def _declare(file: str, root: Path | None) -> None:
    """Name the pictures that are missing, in the script and in what it includes."""
    from storyboard.cli.terminal import command_line, echo
    from storyboard.compiler.fixing import save_fixes
    from storyboard.make.picture_declarations import declare_pictures

    if file == "-":
        fail("--declare needs a file: standard input cannot be changed")
    declared = declare_pictures(script_or_leave(file, root))
    try:
        save_fixes(declared.files)
    except OSError as problem:
        fail(f"{file}: cannot be written ({problem.strerror or problem})")
    for one in declared.applied:
        assert one.fix is not None, "it was applied"
        for edit in one.fix.edits:
            echo(f"{edit.file}:{edit.start.line + 1}: {edit.text.strip()}", err=True)
    if declared.applied:
        echo(f"Next: {command_line('make', Path(file))}", err=True)
    else:
        echo("Everybody with a look has a picture.", err=True)


def script_or_leave(file: str, root: Path | None, templates: Path | None = None) -> Analysis:
    """A script whose words and names are right; other errors end the command with the report."""
    from storyboard.compiler.pipeline import Options
    from storyboard.make.requirements import errors_before_making

    analysis = analyze_or_leave(file, Options(root=root, templates=templates))
    if wrong := errors_before_making(analysis):
        print_report(wrong, analysis.texts, to_stderr=True)
        sys.exit(PROBLEMS)
    return analysis


def picture_model_or_leave(analysis: Analysis, name: str | None) -> str | None:
    """The id of the picture model of the command line, else of the title page, else of the project; an unknown one ends
    the command."""
    from storyboard.catalog.picture_models import find_picture_model, picture_models
    from storyboard.compiler.spelling import listed_or, nearest
    from storyboard.make.requirements import picture_model_of

    if name is None:
        from storyboard.project.file import read_project

        name = picture_model_of(analysis, read_project(analysis.path).picture_model)
        if name is None:
            return None
    found = find_picture_model(name)
    if found is None:
        near = nearest(name, [one.id for one in picture_models()])
        hint = f"Did you mean {listed_or(near)}?" if near else "`sbc models --pictures` lists them."
        fail(f"there is no picture model “{name}”. {hint}")
    return found.id


def _page(plan: PicturePlan, *, is_paid: bool) -> PlanPage:
    """The plan as it is shown and agreed to."""
    from storyboard.make.report import picture_plan_data, picture_question, write_picture_plan

    return PlanPage(
        lines=lambda: write_picture_plan(plan, today=today(), is_paid=is_paid),
        data=lambda: picture_plan_data(plan),
        sends=plan.sends,
        question=picture_question(plan),
    )
