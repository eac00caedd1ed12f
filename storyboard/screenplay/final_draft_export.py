"""A script as Final Draft, and the script that such a file was exported from.

The file holds the Fountain export: its paragraphs by their type, its notes as script notes of the paragraph below them.
A script note `line 2: …` is about that line of its paragraph: its mentions, or the Fountain marks around it. U+2062
counts the blank lines above a paragraph if there is not exactly one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple
from xml.etree.ElementTree import Element as Node
from xml.etree.ElementTree import SubElement, indent, tostring

from storyboard.compiler.pipeline import Analysis
from storyboard.compiler.syntax import is_transition
from storyboard.screenplay.comments import spans_of_whole_lines
from storyboard.screenplay.fountain import is_cue_line, is_heading_line
from storyboard.screenplay.fountain_export import export_fountain
from storyboard.screenplay.note_lines import JOINER
from storyboard.screenplay.restore import is_export, restore_body

_TIGHT = "\u2062"
_DEEPEST_OUTLINE = 4
_GAP = re.compile(rf"{_TIGHT}(\d+){_TIGHT}")
_MENTIONS = re.compile(r" \[\[([@＠](?:(?!\]\]).)*+)\]\]$")
_NUMBERED = re.compile(r"line (\d+): ([@＠].*)", re.DOTALL)
_MARKED = re.compile(r"line (\d+): ([^…]*)…(.*)", re.DOTALL)
_SPOKEN = ("Dialogue", "Parenthetical")
#: What Fountain puts before a line of a kind, with the joiner that says that the export did.
_MARKS = {
    kind: re.compile(pattern)
    for kind, pattern in {
        "Scene Heading": r"\s*\.(?!\.)\u2060*",
        "Action": r"\s*(?:!|>[^\S\n]*)\u2060?",
        "Character": r"\s*[@＠]\u2060?",
        "Transition": r"\s*>[^\S\n]*\u2060?",
        "Outline": r"\s*#+\s*",
        "Outline Body": r"\s*=\s*",
    }.items()
}
_LABEL = re.compile(r"(?<!\s)\s*#([^#\n]+)#$")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class _Group(NamedTuple):
    """Consecutive lines, or a single comment, and the number of blank lines above."""

    is_comment: bool
    lines: list[str]
    gap: int


class _ScriptNote(NamedTuple):
    """A script note to write, with the number of blank lines above it; an empty one marks its paragraph."""

    text: str
    gap: int


def export_final_draft(analysis: Analysis) -> bytes:
    """The compiled file as `.fdx`, in UTF-8.

    Characters that XML cannot hold become spaces. Paragraphs have Final Draft's types (Scene Heading, Action,
    Character, Parenthetical, Dialogue, Transition, Outline); the label of a scene becomes its number.
    """
    text = _NOT_XML.sub(" ", export_fountain(analysis, parting="\n"))
    head, _, body = text.partition("\n\n")
    root = Node("FinalDraft", {"DocumentType": "Script", "Template": "No", "Version": "5"})
    content = SubElement(root, "Content")
    notes: list[_ScriptNote] = []
    in_speech = False
    for (is_comment, group, gap), below in pairwise([*_groups(body), _Group(False, [], 1)]):
        in_speech = in_speech and gap == 0
        if is_comment:
            notes.append(_ScriptNote(_inner(group), gap))
        elif in_speech:
            _spoken(content, group, [*notes, _ScriptNote("", gap)])
            notes = []
        elif _is_cue(group, below.gap):
            _add(content, "Character", group[:1], [*notes, _ScriptNote("", gap)])
            _spoken(content, group[1:], [])
            in_speech, notes = True, []
        else:
            _paragraphs(content, group, [*notes, _ScriptNote("", gap)])
            notes = []
    trailing = len(body) - len(body.rstrip("\n")) - 1
    _add(content, "Action", [""], [*notes, _ScriptNote("", trailing)])
    _title_page(root, head)
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8" standalone="no" ?>\n{tostring(root, "unicode")}\n'.encode()


def _groups(body: str) -> Iterator[_Group]:
    """Paragraphs and whole-line notes of an exported Fountain text, in order, each with the blank lines after it."""
    at = 0
    for start, end in spans_of_whole_lines(body):
        yield from _split(body, at, start)
        yield _Group(True, body[start:end].split("\n"), _gap(body, start))
        at = end
    yield from _split(body, at, len(body))


def _gap(body: str, start: int) -> int:
    """The number of blank lines above a place; the body counts as having one above."""
    above = start
    while above and body[above - 1] == "\n":
        above -= 1
    return start - above - 1 if above else start + 1


def _split(body: str, start: int, end: int) -> Iterator[_Group]:
    """The paragraphs between two places of a text."""
    for found in re.finditer(r"[^\n]+(?:\n[^\n]+)*", body[start:end]):
        yield _Group(False, found[0].split("\n"), _gap(body, start + found.start()))


def _inner(group: list[str]) -> str:
    """The content of a comment: a note without its brackets, a boneyard with them."""
    text = "\n".join(group)
    return text[2:-2] if text.startswith("[[") else text


def _paragraphs(content: Node, group: list[str], notes: list[_ScriptNote]) -> None:
    """One group of lines as Final Draft paragraphs, of the type of its first line."""
    first = group[0].strip()
    if first.startswith("#"):
        level = len(first) - len(first.lstrip("#"))
        _add(content, f"Outline {min(level, _DEEPEST_OUTLINE)}", group[:1], notes)
        _rest(content, group[1:])
    elif (first.startswith(".") and not first.startswith("..")) or is_heading_line(first):
        label = _LABEL.search(group[0])
        node = _add(content, "Scene Heading", group[:1], notes)
        if label:
            node.set("Number", label[1])
        _rest(content, group[1:])
    elif len(group) == 1 and first.startswith(">") and first.endswith("<"):
        _add(content, "Action", group, notes).set("Alignment", "Center")
    elif first.startswith(">") or (len(group) == 1 and is_transition(first)):
        _add(content, "Transition", group, notes)
    else:
        _text(content, group, notes)


def _is_cue(group: list[str], gap_below: int) -> bool:
    """Whether lines are a cue with its speech; a note may be between the two."""
    first = group[0].strip()
    if first.startswith("@"):
        return True
    is_other = is_heading_line(first) or first.startswith((".", "#", ">", "!"))
    return not is_other and (len(group) > 1 or gap_below == 0) and is_cue_line(first)


def _spoken(content: Node, lines: list[str], notes: list[_ScriptNote]) -> None:
    """The lines of a speech. In Final Draft, parentheticals and dialogue are separate paragraphs."""
    for line in lines:
        bare = _unmarked(line, 1)[0].strip()
        _add(content, "Parenthetical" if bare.startswith("(") and bare.endswith(")") else "Dialogue", [line], notes)
        notes = []


def _rest(content: Node, lines: list[str]) -> None:
    """Lines directly under a heading or section, which Fountain allows: a separate paragraph in Final Draft."""
    if lines:
        _text(content, lines, [_ScriptNote("", 0)])


def _text(content: Node, group: list[str], notes: list[_ScriptNote]) -> None:
    """Lines of action, or a synopsis if all lines belong to one."""
    is_synopsis = all(line.lstrip().startswith("=") for line in group)
    _add(content, "Outline Body" if is_synopsis else "Action", group, notes)


def _unmarked(line: str, number: int) -> tuple[str, list[str]]:
    """A line without the mentions that the export has noted after it, and those as a script note about line
    `number`."""
    found = _MENTIONS.search(line)
    return (line[: found.start()], [f"line {number}: {found[1]}"]) if found else (line, [])


def _add(content: Node, kind: str, lines: list[str], notes: list[_ScriptNote]) -> Node:
    """Add a paragraph of type `kind` with its lines as Final Draft shows them, without Fountain's marks.

    What is lost that way goes into script notes: the marks (`line 2: @…`), the mentions, and an unusual number of blank
    lines above.
    """
    shown: list[str] = []
    about: list[str] = []
    for number, line in enumerate(lines, 1):
        bare, mentions = _unmarked(line, number)
        start, end = _shown(kind, bare)
        shown.append(bare[start:end])
        marks = [f"line {number}: {bare[:start]}…{bare[end:]}"] if end - start < len(bare) else []
        about += [*marks, *mentions]
    paragraph = SubElement(content, "Paragraph", {"Type": kind})
    usual = 0 if kind in _SPOKEN else 1
    written = (f"{_TIGHT}{note.gap}{_TIGHT}{note.text}" if note.gap != usual else note.text for note in notes)
    for note in [*filter(None, written), *about]:
        inner = SubElement(SubElement(paragraph, "ScriptNote"), "Paragraph")
        SubElement(inner, "Text").text = note
    SubElement(paragraph, "Text").text = "\n".join(shown)
    return paragraph


def _shown(kind: str, line: str) -> tuple[int, int]:
    """Start and end of the text of a line without Fountain's marks; the whole line if there is nothing else."""
    mark = _MARKS.get(kind.rstrip(" 1234"))
    found = mark.match(line) if mark else None
    start, end = found.end() if found else 0, len(line.removesuffix(JOINER))
    if kind == "Scene Heading" and (label := _LABEL.search(line, start, end)):
        end = label.start()
    elif line[:end].rstrip().endswith("<" if found and kind == "Action" and ">" in found[0] else "^"):
        bare = line[:end].rstrip()[:-1].rstrip()
        end = len(bare) if kind in ("Action", "Character") else end
    return (start, end) if line[start:end].strip() else (0, len(line))


def _title_page(root: Node, head: str) -> None:
    """Title and credits, centred as Final Draft prints them. Other keys of the title page stay in the notes of the
    body."""
    content = SubElement(SubElement(root, "TitlePage"), "Content")
    for line in head.split("\n"):
        key, colon, value = line.partition(":")
        if colon and key.strip().lower() in ("title", "credit", "author", "authors", "source", "contact"):
            SubElement(SubElement(content, "Paragraph", {"Alignment": "Center"}), "Text").text = value.strip()


def restore_final_draft(root: Node) -> str | None:
    """The script that a Final Draft file was exported from; None if it was not exported by us.

    Paragraphs and script notes are turned back into the Fountain text that they were made of, which `restore` reads.
    `root` is the parsed document.
    """
    out: list[str] = []
    for paragraph in root.findall("Content/Paragraph"):
        is_spoken = paragraph.get("Type", "Action") in _SPOKEN
        gap = 0 if is_spoken else 1
        lines = "".join("".join(run.itertext()) for run in paragraph.findall("Text")).split("\n")
        for note in map(_said, paragraph.findall("ScriptNote")):
            about = _MARKED.fullmatch(note) or _NUMBERED.fullmatch(note)
            if about and int(about[1]) <= len(lines):
                at = int(about[1]) - 1
                is_mark = about.re is _MARKED
                lines[at] = f"{about[2]}{lines[at]}{about[3]}" if is_mark else f"{lines[at]} [[{about[2]}]]"
                continue
            found = _GAP.match(note)
            above = int(found[1]) if found else 0 if is_spoken else 1
            inner = note[found.end() :] if found else note
            if found and not inner:
                gap = above
            else:
                out += [*[""] * above, inner if inner.startswith("/*") else f"[[{inner}]]"]
        out += [*[""] * gap, *(lines if any(lines) else [])]
    text = "\n".join(out[1:] if out[:1] == [""] else out)
    return restore_body(text, []) if is_export(text) else None


def _said(note: Node) -> str:
    """The text of a script note."""
    return "".join("".join(run.itertext()) for run in note.iter("Text"))
