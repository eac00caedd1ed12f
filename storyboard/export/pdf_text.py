"""The text of a board on paper, as paragraphs in their styles."""

from __future__ import annotations

from collections.abc import Iterator

from storyboard.board.storyboard import CastEntry, Panel, SceneBoard
from storyboard.board.wording import speaker_of
from storyboard.compiler.diagnostics import Diagnostic
from storyboard.compiler.emphasis import drop_marks
from storyboard.compiler.ir.resolved import Action, Beat, Dialogue, Effect, Mention, Prose, Title, Transition, unmarked
from storyboard.export.pdf_page import BOLD, PdfParagraph, PdfTextStyle, without_style_marks
from storyboard.wording import clean, clock, money, one_line

SOFT, ACCENT, CLIP = "#6d665c", "#8f2f14", "#2c4762"

_TONES = {"error": "#921a17", "warning": "#6f4906", "information": "#2c4762"}
_SETTING = PdfTextStyle(8.5, above=1)
_ACTION = PdfTextStyle(8.5, above=1)
_CUE = PdfTextStyle(6.5, above=1.2, indent=3, bold=True)
_SPEECH = PdfTextStyle(8.5, indent=3)
_TRANSITION = PdfTextStyle(6.5, ACCENT, above=1.2, bold=True, align="end")
_CRAFT = PdfTextStyle(7, SOFT, above=0.8)
_TAGS = PdfTextStyle(6.5, SOFT, above=1.2)


def paper_line(text: str) -> str:
    """Text from outside on one line."""
    return without_style_marks(one_line(text))


def _read(text: str) -> str:
    """What the script says, as its reader sees it: on one line, without marks of emphasis."""
    return paper_line(drop_marks(text))


def _marked(prose: Prose) -> str:
    """Prose on one line, names in bold."""
    parts = [
        f"{BOLD}{without_style_marks(clean(part.entity.spoken_name))}{BOLD}"
        if isinstance(part, Mention)
        else without_style_marks(clean(part))
        for part in unmarked(prose)
    ]
    return " ".join("".join(parts).split())


def clip_line(panel: Panel) -> str:
    """The line above a panel: its clip, or that the panel continues one."""
    if panel.clip is None:
        return "in no clip yet"
    if not panel.opens:
        return f"{panel.clip.id}, continued"
    price = "price unknown" if panel.clip.usd is None else money(panel.clip.usd)
    start = f", from the end of {panel.clip.start_from}" if panel.clip.start_from else ""
    return f"{BOLD}{panel.clip.id}{BOLD}  {panel.clip.duration} s  {price}{start}"


def title_paragraph(panel: Panel) -> PdfParagraph:
    """A shot by number, camera and seconds."""
    shot = panel.shot
    label = f" [{paper_line(shot.label)}]" if shot.label else ""
    seconds = "?\N{NO-BREAK SPACE}s" if shot.duration is None else f"{shot.duration}\N{NO-BREAK SPACE}s"
    camera = _marked(shot.camera)
    return PdfParagraph(
        f"{BOLD}{shot.number}{label}{BOLD}  {camera}  {BOLD}{seconds}{BOLD} at {clock(panel.start)}", PdfTextStyle(8)
    )


def panel_paragraphs(panel: Panel) -> Iterator[PdfParagraph]:
    """What happens and is said in a shot, its craft, and the references of its clip."""
    shot = panel.shot
    for beat in panel.beats:
        yield from _beat_paragraphs(beat)
    for name, prose in (("Light", shot.light), ("Sound", shot.sound), ("Style", shot.style)):
        if prose:
            yield PdfParagraph(f"{BOLD}{name}{BOLD}  {_marked(prose)}", _CRAFT)
    for beat in panel.leaving:
        yield from _beat_paragraphs(beat)
    if panel.opens and panel.clip and panel.clip.references:
        tags = (f"{BOLD}{one.tag}{BOLD} {paper_line(one.entity.name)}" for one in panel.clip.references)
        yield PdfParagraph("   ".join(tags), _TAGS)


def _beat_paragraphs(beat: Beat) -> Iterator[PdfParagraph]:
    if isinstance(beat, Action):
        yield PdfParagraph(_marked(beat.prose), _ACTION)
    elif isinstance(beat, Dialogue):
        manner = f" ({_read(beat.manner)})" if beat.manner else ""
        yield PdfParagraph(f"{paper_line(speaker_of(beat)).upper()}{manner}", _CUE)
        for line in beat.lines:
            yield PdfParagraph(
                f"({_read(line.manner)}) {_read(line.text)}" if line.manner else _read(line.text), _SPEECH
            )
    elif isinstance(beat, Transition):
        yield PdfParagraph(_read(beat.text), _TRANSITION)
    elif isinstance(beat, Title):
        yield PdfParagraph(f"{BOLD}{beat.key.capitalize()}{BOLD}  {_read(beat.text)}", _ACTION)
    elif isinstance(beat, Effect):
        yield PdfParagraph(f"{BOLD}Effect{BOLD}  {_read(beat.audio.words or beat.audio.path)}", _ACTION)
    else:
        yield PdfParagraph(_read(beat.text), _CRAFT)


def scene_paragraphs(scene_board: SceneBoard) -> Iterator[PdfParagraph]:
    """What opens a scene: synopses, setting, beats."""
    scene = scene_board.scene
    for synopsis in scene.synopses:
        yield PdfParagraph(_read(synopsis), PdfTextStyle(8.5, SOFT, above=1))
    if scene.setting:
        yield PdfParagraph(_marked(scene.setting), _SETTING)
    for beat in scene.opening:
        yield from _beat_paragraphs(beat)


def cast_paragraphs(entry: CastEntry) -> Iterator[PdfParagraph]:
    """Somebody or something of the cast."""
    entity = entry.entity
    yield PdfParagraph(paper_line(entity.name), PdfTextStyle(9, bold=True))
    yield PdfParagraph(_read(entity.look), PdfTextStyle(8))
    if entity.voice:
        yield PdfParagraph(f"{BOLD}Voice{BOLD}  {_read(entity.voice)}", PdfTextStyle(7.5, SOFT))
    scenes = ", ".join(map(str, entry.scenes))
    yield PdfParagraph(
        f"Scene{'s' * (len(entry.scenes) > 1)} {scenes}" if scenes else "In no scene", PdfTextStyle(7, SOFT)
    )
    for note in entry.notes:
        yield note_paragraph(note)


def note_paragraph(note: Diagnostic) -> PdfParagraph:
    """A finding of the compiler."""
    said = f"{note.message} {note.help}" if note.help else note.message
    head = f"{BOLD}{note.severity.capitalize()}{BOLD} {note.code}, line {note.start.line}: "
    return PdfParagraph(f"{head}{paper_line(said)}", PdfTextStyle(7, _TONES[note.severity], above=1))
