"""Final Draft (`.fdx`) to a screenplay.

An `.fdx` file is XML: `FinalDraft/Content/Paragraph`, each with a `Type` and runs of `Text`. Final Draft has no public
schema; this reads the files of versions 8 to 13 as other programs publish them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from xml.etree.ElementTree import Element as Node

from storyboard.compiler.syntax import is_transition
from storyboard.screenplay.script import (
    Action,
    Comment,
    Element,
    Heading,
    OmittedScene,
    Screenplay,
    Section,
    Speech,
    Synopsis,
    Transition,
    Unimportable,
    as_note,
    drop_invisible,
    emphasise,
    trim_invisible,
)

_TITLE_PAGES = ("TitlePage/Content", "Content/TitlePage/Content", "Content/TitlePage")
#: Parts of a paragraph, and of a script, that are not its text.
_NOT_TEXT = ("ScriptNote", "DualDialogue", "SceneProperties", "Paragraph", "OmittedScene", "TitlePage")
#: Styles of text that a page does not show, or shows as gone.
_NOT_SHOWN = frozenset({"HiddenText", "Hidden", "Strikeout", "StrikeThrough", "Strikethrough", "Strike"})
_LONGEST_NUMBER = 12
_EXTENSION = re.compile(r"\([^()]*\)|（[^（）]*）")
_CREDIT = re.compile(r"(?:(?:screenplay|script|story|teleplay|written|adapted)\b.*\bby|by)\s*:?", re.IGNORECASE)
_SOURCE = re.compile(r"(?:based (?:up)?on|adapted from|inspired by|from the)\b", re.IGNORECASE)
_LINE = re.compile(r"[\n\v\f\r\x85\u2028\u2029]+")
_OPENER = re.compile(r"\[(?=\[)|/(?=\*)")
_CONTROL = str.maketrans(dict.fromkeys((*range(9), *range(14, 32), 127), " "))


def read_final_draft(data: bytes, shown: str) -> Screenplay:
    """Read an `.fdx` file; `shown` is its name in messages. Raises Unimportable."""
    return to_screenplay(read_xml(data, shown), shown)


def to_screenplay(root: Node, shown: str) -> Screenplay:
    """The screenplay in a parsed XML document. Raises Unimportable."""
    content = root.find("Content") if root.tag == "FinalDraft" else None
    if content is None:
        raise Unimportable(f"{shown}: is XML, but no Final Draft script (it has no FinalDraft/Content)")
    page = next((found for path in _TITLE_PAGES if (found := root.find(path)) is not None), None)
    return Screenplay(tuple(_title(page)) if page is not None else (), tuple(_elements(root, content)))


def read_xml(data: bytes, shown: str) -> Node:
    """Parse the XML of a file and reject entities, which could expand without limit. Raises Unimportable."""
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root = fromstring(data)
    except ParseError as problem:
        line, column = problem.position
        raise Unimportable(
            f"{shown}: is not a readable Final Draft file: its XML breaks off or is wrong at line {line}, "
            f"column {column + 1}. Open it in Final Draft and save it again"
        ) from None
    except DefusedXmlException:
        raise Unimportable(
            f"{shown}: declares XML entities, which no Final Draft file does and which can be made to fill the memory; "
            "it was not read"
        ) from None
    except (ValueError, LookupError) as problem:
        raise Unimportable(f"{shown}: is not a readable Final Draft file ({problem})") from None
    assert isinstance(root, Node)
    return root


# ---- Texts ---------------------------------------------------------------------------------------------------------


def _text(paragraph: Node, in_capitals: bool = False) -> str:
    """All runs of a paragraph joined, without notes. Hidden and struck-out text becomes a note."""
    pieces: list[str] = []
    shown: list[str] = []
    for run, styles in _runs(paragraph):
        if styles.isdisjoint(_NOT_SHOWN):
            shown.append(run.upper() if in_capitals or "AllCaps" in styles else run)
        elif run.strip():
            pieces += (_apart("".join(shown)), as_note(" ".join(run.translate(_CONTROL).split())))
            shown = []
    return "".join([*pieces, _apart("".join(shown))])


def _runs(node: Node) -> Iterator[tuple[str, frozenset[str]]]:
    """The runs of text of a paragraph, each with its styles."""
    waiting = list(reversed(node))
    while waiting:
        child = waiting.pop()
        if child.tag == "Text":
            yield "".join(child.itertext()), frozenset((child.get("Style") or "").split("+"))
        elif child.tag not in _NOT_TEXT:
            waiting += reversed(child)


def _raw(node: Node) -> str:
    return "".join(run for run, _ in _runs(node))


def _apart(text: str) -> str:
    """Text that is not a comment, with a space inside anything that looks like the start of one."""
    return _OPENER.sub(r"\g<0> ", text.translate(_CONTROL))


def _lines(paragraph: Node, in_capitals: bool = False) -> tuple[str, ...]:
    lines = (trim_invisible(line).strip() for line in _LINE.split(_text(paragraph, in_capitals)))
    return tuple(line for line in lines if line)


def _one_line(paragraph: Node) -> str:
    return " ".join(_text(paragraph).split())


def _note(note: Node) -> str:
    """A ScriptNote as a note of the language."""
    said = [" ".join(_LINE.split(_raw(paragraph).translate(_CONTROL))) for paragraph in note.iter("Paragraph")]
    said = said or ["".join(note.itertext())]
    return "\n".join(line.strip() for line in said if line.strip())


# ---- The title page ------------------------------------------------------------------------------------------------


def _title(page: Node) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The entries of a title page, which Final Draft stores as printed lines.

    The first line is the title, those under `written by` are the authors; the rest goes where a reader looks for it.
    """
    lines = [_one_line(paragraph) for paragraph in page.iter("Paragraph")]
    key = "Title"
    gathered: dict[str, list[str]] = {}
    for line in filter(None, lines):
        if _CREDIT.fullmatch(line) and "Author" not in gathered:
            gathered.setdefault("Credit", []).append(line)
            key = "Author"
            continue
        is_source = _SOURCE.match(line) and "Source" not in gathered and "Title" in gathered
        gathered.setdefault("Source" if is_source else key, []).append(line)
        if not is_source:
            key = "Contact"
        elif line.lower().endswith(" by"):
            key = "Source"
    yield from ((name, tuple(value)) for name, value in gathered.items())


# ---- Elements ------------------------------------------------------------------------------------------------------


def _elements(root: Node, content: Node) -> Iterator[Element]:
    """The paragraphs of a script as elements.

    Final Draft keeps notes inside paragraphs and beside the content, with ranges, and summaries in scene properties;
    newer files keep omitted scenes and capitals as styles. All of them end up at their line.
    """
    capitals = _types_in_capitals(root)
    notes_by_paragraph = _notes_beside(root, content)
    speech: Speech | None = None
    for paragraph, dual in _paragraphs(content):
        kind = paragraph.get("Type", "Action")
        own = [note for found in paragraph.iter("ScriptNote") if (note := _note(found))]
        notes = [as_note(note) for note in [*own, *notes_by_paragraph.get(id(paragraph), [])]]
        lines = _lines(paragraph, kind in capitals)
        if kind in ("Parenthetical", "Dialogue", "Lyrics", "Singing") and speech is not None:
            speech = speech._replace(lines=(*speech.lines, *_spoken(kind, lines), *notes))
            continue
        if speech is not None:
            yield speech
            speech = None
        if kind == "Character" and lines:
            speech = _cue(" ".join(lines), dual, " ".join(notes))
            continue
        omitted = paragraph.find("OmittedScene")
        if omitted is not None:
            yield _omitted(" ".join(lines), omitted)
        elif lines:
            yield from _element(kind, paragraph, lines)
        yield from (Comment(note) for note in notes)
        yield from _summary(paragraph)
    if speech is not None:
        yield speech


def _types_in_capitals(root: Node) -> frozenset[str]:
    """The types of paragraphs that are printed in capitals."""
    return frozenset(
        setting.get("Type", "")
        for setting in root.findall("ElementSettings")
        if any("AllCaps" in (font.get("Style") or "").split("+") for font in setting.iter("FontSpec"))
    )


def _notes_beside(root: Node, content: Node) -> dict[int, list[str]]:
    """Notes outside the script, by the paragraph that they are about.

    A note's `Range` counts characters of the script, one for the end of each paragraph. (Final Draft 12 and 13 write
    notes like this; found in files, not documented.)
    """
    ranged: list[tuple[int, str]] = []
    for found in root.findall("ScriptNotes/ScriptNote"):
        start = (found.get("Range") or "").partition(",")[0].strip()
        if note := _note(found):
            ranged.append(
                (int(start) if start.isascii() and start.isdigit() and len(start) < _LONGEST_NUMBER else 0, note)
            )
    if not ranged:
        return {}
    paragraphs = [paragraph for paragraph, _ in _paragraphs(content)]
    starts = list(accumulate((len(_raw(one)) + 1 for one in paragraphs), initial=0))
    beside: dict[int, list[str]] = {}
    for at, note in ranged:
        index = min(bisect_right(starts, at) - 1, len(paragraphs) - 1)
        if index >= 0:
            beside.setdefault(id(paragraphs[index]), []).append(note)
    return beside


def _omitted(heading: str, scene: Node) -> OmittedScene:
    """A scene that is left out, with the line that represents it."""
    texts = [heading, *("\n".join(_lines(paragraph)) for paragraph, _ in _paragraphs(scene))]
    inner = "\n\n".join(filter(None, texts)).replace("*/", "* /")
    return OmittedScene(f"/* {inner} */")


def _paragraphs(content: Node) -> Iterator[tuple[Node, bool]]:
    """All paragraphs in order, each with whether it belongs to the second speech of dual dialogue.

    Paragraphs may be nested in elements for scenes.
    """
    waiting = [(child, False) for child in reversed(content)]
    while waiting:
        child, is_second = waiting.pop()
        if child.tag != "Paragraph":
            if child.tag not in _NOT_TEXT:
                waiting += [(inner, is_second) for inner in reversed(child)]
            continue
        pair = child.find("DualDialogue")
        if pair is None or _text(child).strip():
            yield child, is_second
        if pair is not None:
            inner = pair.findall("Paragraph")
            cues = list(accumulate(one.get("Type") == "Character" for one in inner))
            waiting += reversed([(one, is_second or count > 1) for one, count in zip(inner, cues, strict=True)])


def _spoken(kind: str, lines: tuple[str, ...]) -> tuple[str, ...]:
    """Lines under a cue as Fountain writes them: parentheticals in brackets, lyrics in emphasis."""
    if kind == "Parenthetical":
        said = " ".join(lines)
        return (said if said.startswith(("(", "（")) else f"({said})",) if said else ()
    if kind in ("Lyrics", "Singing"):
        return tuple(map(emphasise, lines))
    return lines


def _cue(line: str, dual: bool, note: str) -> Speech:
    extensions = tuple(found[0] for found in _EXTENSION.finditer(line))
    return Speech(drop_invisible(" ".join(_EXTENSION.sub(" ", line).split())), extensions, dual, (), note)


def _element(kind: str, paragraph: Node, lines: tuple[str, ...]) -> Iterator[Element]:
    """The elements of one paragraph outside a speech, by its type. Unknown types are action, so that no word is
    lost."""
    line = " ".join(lines)
    if kind == "Scene Heading":
        number = (paragraph.get("Number") or "").strip()
        yield Heading(drop_invisible(line), number if number and "#" not in number else None)
    elif kind == "Transition":
        yield Transition(line if is_transition(line) else f"> {line}")
    elif kind in ("New Act", "End of Act", "Outline 1", "Outline 2", "Outline 3", "Outline 4"):
        yield Section(int(kind[-1]) if kind.startswith("Outline") else 1, line)
    elif kind in ("Synopsis", "Outline Body"):
        yield from (Synopsis(one) for one in lines)
    else:
        yield Action(lines, starts_shot=kind == "Shot")


def _summary(paragraph: Node) -> Iterator[Element]:
    """The summary of a scene, which Final Draft keeps with its heading, as synopses."""
    for summary in paragraph.iterfind("SceneProperties/Summary"):
        for inner in summary.iter("Paragraph"):
            yield from (Synopsis(line) for line in _lines(inner))
