"""What a board says on paper: its words as paragraphs, each in its style."""

from __future__ import annotations

from collections.abc import Iterator

from storyboard.board.story import Chapter, Panel, Part
from storyboard.board.wording import clean, clock, one_line, speaker_of
from storyboard.diagnostics import Diagnostic
from storyboard.emphasis import drop_marks
from storyboard.export.sheet import BOLD, Piece, Style, bare
from storyboard.ir.resolved import Action, Beat, Dialogue, Mention, Prose, Title, Transition, unmarked

SOFT, ACCENT, CLIP = "#6d665c", "#8f2f14", "#2c4762"

_TONES = {"error": "#921a17", "warning": "#6f4906", "information": "#2c4762"}
_SETTING = Style(8.5, above=1)
_ACTION = Style(8.5, above=1)
_CUE = Style(6.5, above=1.2, indent=3, bold=True)
_SPEECH = Style(8.5, indent=3)
_TRANSITION = Style(6.5, ACCENT, above=1.2, bold=True, align="end")
_CRAFT = Style(7, SOFT, above=0.8)
_TAGS = Style(6.5, SOFT, above=1.2)


def flat(text: str) -> str:
    """Text from outside on one line."""
    return bare(one_line(text))


def _read(text: str) -> str:
    """What the script says, as its reader sees it: on one line, without marks of emphasis."""
    return flat(drop_marks(text))


def _marked(prose: Prose) -> str:
    """Prose on one line, names in bold."""
    parts = [
        f"{BOLD}{bare(clean(part.entity.spoken_name))}{BOLD}" if isinstance(part, Mention) else bare(clean(part))
        for part in unmarked(prose)
    ]
    return " ".join("".join(parts).split())


def clip_line(panel: Panel) -> str:
    """What stands above a panel: its clip, or that it continues one."""
    if panel.clip is None:
        return "in no clip yet"
    if not panel.opens:
        return f"{panel.clip.id}, continued"
    price = "price unknown" if panel.clip.usd is None else f"${panel.clip.usd:.2f}"
    start = f", from the end of {panel.clip.start_from}" if panel.clip.start_from else ""
    return f"{BOLD}{panel.clip.id}{BOLD}  {panel.clip.duration} s  {price}{start}"


def head_piece(panel: Panel) -> Piece:
    """A shot by number, camera and seconds."""
    shot = panel.shot
    label = f" [{flat(shot.label)}]" if shot.label else ""
    seconds = "? s" if shot.duration is None else f"{shot.duration} s"
    camera = _marked(shot.camera)
    return Piece(f"{BOLD}{shot.number}{label}{BOLD}  {camera}  {BOLD}{seconds}{BOLD} at {clock(panel.start)}", Style(8))


def panel_pieces(panel: Panel) -> Iterator[Piece]:
    """What happens and is said in a shot, its craft, and the references of its clip."""
    shot = panel.shot
    for beat in panel.beats:
        yield from _beat_pieces(beat)
    for name, prose in (("Light", shot.light), ("Sound", shot.sound), ("Style", shot.style)):
        if prose:
            yield Piece(f"{BOLD}{name}{BOLD}  {_marked(prose)}", _CRAFT)
    for beat in panel.leaving:
        yield from _beat_pieces(beat)
    if panel.opens and panel.clip and panel.clip.references:
        tags = (f"{BOLD}{one.tag}{BOLD} {flat(one.entity.name)}" for one in panel.clip.references)
        yield Piece("   ".join(tags), _TAGS)


def _beat_pieces(beat: Beat) -> Iterator[Piece]:
    if isinstance(beat, Action):
        yield Piece(_marked(beat.prose), _ACTION)
    elif isinstance(beat, Dialogue):
        manner = f" ({_read(beat.manner)})" if beat.manner else ""
        yield Piece(f"{flat(speaker_of(beat)).upper()}{manner}", _CUE)
        for line in beat.lines:
            yield Piece(f"({_read(line.manner)}) {_read(line.text)}" if line.manner else _read(line.text), _SPEECH)
    elif isinstance(beat, Transition):
        yield Piece(_read(beat.text), _TRANSITION)
    elif isinstance(beat, Title):
        yield Piece(f"{BOLD}{beat.key.capitalize()}{BOLD}  {_read(beat.text)}", _ACTION)
    else:
        yield Piece(_read(beat.text), _CRAFT)


def scene_pieces(chapter: Chapter) -> Iterator[Piece]:
    """What opens a scene: synopses, setting, beats."""
    scene = chapter.scene
    for synopsis in scene.synopses:
        yield Piece(_read(synopsis), Style(8.5, SOFT, above=1))
    if scene.setting:
        yield Piece(_marked(scene.setting), _SETTING)
    for beat in scene.opening:
        yield from _beat_pieces(beat)


def part_pieces(part: Part) -> Iterator[Piece]:
    """Somebody or something of the cast."""
    entity = part.entity
    yield Piece(flat(entity.name), Style(9, bold=True))
    yield Piece(_read(entity.look), Style(8))
    if entity.voice:
        yield Piece(f"{BOLD}Voice{BOLD}  {_read(entity.voice)}", Style(7.5, SOFT))
    scenes = ", ".join(map(str, part.scenes))
    yield Piece(f"Scene{'s' * (len(part.scenes) > 1)} {scenes}" if scenes else "In no scene", Style(7, SOFT))
    for note in part.notes:
        yield note_piece(note)


def note_piece(note: Diagnostic) -> Piece:
    """A finding of the compiler."""
    said = f"{note.message} {note.help}" if note.help else note.message
    head = f"{BOLD}{note.severity.capitalize()}{BOLD} {note.code}, line {note.start.line}: "
    return Piece(f"{head}{flat(said)}", Style(7, _TONES[note.severity], above=1))
