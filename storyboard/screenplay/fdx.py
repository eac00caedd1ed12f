"""A script as Final Draft, and such a file as the script that it came from.

The Fountain export is what is written: its paragraphs by their type, its notes as script notes of the paragraph below
them. U+2062 in a script note says how many blank lines stand above where it is not one, a number and a colon which line
of the paragraph it belongs to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from xml.etree.ElementTree import Element as Node
from xml.etree.ElementTree import SubElement, indent, tostring

from storyboard.compiler.pipeline import Analysis
from storyboard.compiler.syntax import is_transition
from storyboard.screenplay.comments import spans_of_whole_lines
from storyboard.screenplay.exporting import FORMAT, export_fountain, restore
from storyboard.screenplay.fountain import is_cue_line, is_heading_line

_TIGHT = "\u2062"
_DEEPEST_OUTLINE = 4
_GAP = re.compile(rf"{_TIGHT}(?:(\d+){_TIGHT})?")
_MENTIONS = re.compile(r" \[\[([@＠][^\]\n]*)\]\]$")
_NUMBERED = re.compile(r"(\d+):([@＠].*)", re.DOTALL)
_MARKED = re.compile(rf"(\d+):{_TIGHT}([^{_TIGHT}]*){_TIGHT}(.*)", re.DOTALL)
#: What Fountain puts before a line of a kind, with the joiner that says that the export did.
_MARKS = {
    kind: re.compile(pattern)
    for kind, pattern in {
        "Scene Heading": r"\s*\.(?!\.)",
        "Action": r"\s*(?:!|>[^\S\n]*)\u2060?",
        "Character": r"\s*[@＠]\u2060?",
        "Transition": r"\s*>[^\S\n]*\u2060?",
        "Outline": r"\s*#+\s*",
        "Outline Body": r"\s*=\s*",
    }.items()
}
_LABEL = re.compile(r"(?<!\s)\s*#([^#\n]+)#$")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def export_final_draft(analysis: Analysis) -> bytes:
    """The compiled file as `.fdx`."""
    text = _NOT_XML.sub(" ", export_fountain(analysis))
    head, _, body = text.partition("\n\n")
    root = Node("FinalDraft", {"DocumentType": "Script", "Template": "No", "Version": "5"})
    content = SubElement(root, "Content")
    notes = [head]
    in_speech = False
    groups = [*_groups(body), ([], 1)]
    for (group, gap), (_, gap_below) in pairwise(groups):
        in_speech = in_speech and gap == 0
        if group[0].startswith(("[[", "/*")) and group[-1].endswith(("]]", "*/")):
            notes.append(f"{_gap_mark(gap)}{_inner(group)}")
            continue
        notes = notes if gap == 1 else [*notes, _gap_mark(gap)]
        if in_speech:
            _spoken(content, group, notes)
        elif _is_cue(group, gap_below):
            _add(content, "Character", group[:1], notes)
            _spoken(content, group[1:], [])
            in_speech = True
        else:
            _paragraphs(content, group, notes)
        notes = []
    if notes:
        _add(content, "Action", [""], notes)
    _title_page(root, head)
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8" standalone="no" ?>\n{tostring(root, "unicode")}\n'.encode()


def _groups(body: str) -> Iterator[tuple[list[str], int]]:
    """Lines that stand together, comments by themselves; and how many blank lines stand above."""
    at = 0
    for start, end in spans_of_whole_lines(body):
        yield from _split(body, at, start)
        yield body[start:end].split("\n"), _gap(body, start)
        at = end
    yield from _split(body, at, len(body))


def _gap(body: str, start: int) -> int:
    """The blank lines above a place; the body stands under one."""
    above = start
    while above and body[above - 1] == "\n":
        above -= 1
    return start - above - 1 if above else start + 1


def _gap_mark(gap: int) -> str:
    return {0: _TIGHT, 1: ""}.get(gap, f"{_TIGHT}{gap}{_TIGHT}")


def _split(body: str, start: int, end: int) -> Iterator[tuple[list[str], int]]:
    for found in re.finditer(r"[^\n]+(?:\n[^\n]+)*", body[start:end]):
        yield found[0].split("\n"), _gap(body, start + found.start())


def _inner(group: list[str]) -> str:
    text = "\n".join(group)
    return text[2:-2] if text.startswith("[[") else text


def _paragraphs(content: Node, group: list[str], notes: list[str]) -> None:
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
    """Whether lines are a cue and what is said; a note may stand between the two."""
    first = group[0].strip()
    if first.startswith("@"):
        return True
    is_other = is_heading_line(first) or first.startswith((".", "#", ">", "!"))
    return not is_other and (len(group) > 1 or gap_below == 0) and is_cue_line(first)


def _spoken(content: Node, lines: list[str], notes: list[str]) -> None:
    for line in lines:
        bare = _unmarked(line, 1)[0].strip()
        _add(content, "Parenthetical" if bare.startswith("(") and bare.endswith(")") else "Dialogue", [line], notes)
        notes = []


def _rest(content: Node, lines: list[str]) -> None:
    if lines:
        _text(content, lines, [_TIGHT])


def _text(content: Node, group: list[str], notes: list[str]) -> None:
    is_synopsis = all(line.lstrip().startswith("=") for line in group)
    _add(content, "Outline Body" if is_synopsis else "Action", group, notes)


def _unmarked(line: str, number: int) -> tuple[str, list[str]]:
    found = _MENTIONS.search(line)
    return (line[: found.start()], [f"{number}:{found[1]}"]) if found else (line, [])


def _add(content: Node, kind: str, lines: list[str], notes: list[str]) -> Node:
    """A paragraph as its page shows it; what Fountain marks it with, and who is mentioned, goes into its notes."""
    shown: list[str] = []
    for number, line in enumerate(lines, 1):
        bare, mentions = _unmarked(line, number)
        start, end = _shown(kind, bare)
        shown.append(bare[start:end])
        marks = [f"{number}:{_TIGHT}{bare[:start]}{_TIGHT}{bare[end:]}"] if end - start < len(bare) else []
        notes = [*notes, *marks, *mentions]
    paragraph = SubElement(content, "Paragraph", {"Type": kind})
    for note in notes:
        inner = SubElement(SubElement(paragraph, "ScriptNote"), "Paragraph")
        SubElement(inner, "Text").text = note
    SubElement(paragraph, "Text").text = "\n".join(shown)
    return paragraph


def _shown(kind: str, line: str) -> tuple[int, int]:
    """From where to where a line is text, and no mark of Fountain's; the whole line where nothing else is on it."""
    mark = _MARKS.get(kind.rstrip(" 1234"))
    found = mark.match(line) if mark else None
    start, end = found.end() if found else 0, len(line)
    if kind == "Scene Heading" and (label := _LABEL.search(line, start)):
        end = label.start()
    elif line.rstrip().endswith("<" if found and kind == "Action" and ">" in found[0] else "^"):
        bare = line.rstrip()[:-1].rstrip()
        end = len(bare) if kind in ("Action", "Character") else end
    return (start, end) if line[start:end].strip() else (0, len(line))


def _title_page(root: Node, head: str) -> None:
    content = SubElement(SubElement(root, "TitlePage"), "Content")
    for line in head.split("\n"):
        key, colon, value = line.partition(":")
        if colon and key.strip().lower() in ("title", "credit", "author", "authors", "source", "contact"):
            SubElement(SubElement(content, "Paragraph", {"Alignment": "Center"}), "Text").text = value.strip()


def restore_final_draft(root: Node) -> str | None:
    """The script that a Final Draft file was exported from; nothing where it was not."""
    paragraphs = root.findall("Content/Paragraph")
    notes = [_said(note) for note in paragraphs[0].findall("ScriptNote")] if paragraphs else []
    if not notes or f"Format: {FORMAT}" not in notes[0].split("\n"):
        return None
    out = notes[0] + "\n"
    for at, paragraph in enumerate(paragraphs):
        standing = [_said(note) for note in paragraph.findall("ScriptNote")][1 if at == 0 else 0 :]
        text = "".join("".join(run.itertext()) for run in paragraph.findall("Text"))
        kind = paragraph.get("Type", "Action")
        lines = text.split("\n")
        gap = 0 if kind in ("Dialogue", "Parenthetical") else 1
        for note in standing:
            if typed := _MARKED.fullmatch(note):
                line = int(typed[1]) - 1
                if line < len(lines):
                    lines[line] = f"{typed[2]}{lines[line]}{typed[3]}"
            elif numbered := _NUMBERED.fullmatch(note):
                line = int(numbered[1]) - 1
                if line < len(lines):
                    lines[line] += f" [[{numbered[2]}]]"
            else:
                marked = _GAP.match(note)
                above = int(marked[1] or 0) if marked else 1
                inner = note[marked.end() :] if marked else note
                if marked and not inner:
                    gap = above
                    continue
                out += "\n" * above + (f"{inner}\n" if inner.startswith("/*") else f"[[{inner}]]\n")
        if text:
            out += "\n" * gap + "\n".join(lines) + "\n"
    return restore(out)


def _said(note: Node) -> str:
    return "".join("".join(run.itertext()) for run in note.iter("Text"))
