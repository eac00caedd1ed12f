"""Diagnostics for programs: the JSON of `sbc check`, and SARIF 2.1.0."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from typing import Any

from storyboard.compiler.codes import TITLES, severity_of
from storyboard.compiler.diagnostics import Diagnostic, PlacedFix, Severity
from storyboard.compiler.text import Position

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFORMATION: "note"}


def write_json(diagnostics: Iterable[Diagnostic]) -> str:
    """One object with all diagnostics, as the language reference describes it."""
    return json.dumps({"diagnostics": [as_data(one) for one in diagnostics]}, ensure_ascii=False, indent=2)


def as_data(diagnostic: Diagnostic) -> dict[str, Any]:
    """One diagnostic as JSON has it."""
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "help": diagnostic.help,
        "file": diagnostic.file,
        "start": diagnostic.start._asdict(),
        "end": diagnostic.end._asdict(),
        "related": [
            {
                "message": one.message,
                "file": one.file,
                "start": one.start._asdict(),
                "end": one.end._asdict(),
            }
            for one in diagnostic.related
        ],
        "fix": _fix(diagnostic.fix) if diagnostic.fix else None,
    }


def _fix(fix: PlacedFix) -> dict[str, Any]:
    return {
        "safe": fix.safe,
        "edits": [
            {"file": one.file, "start": one.start._asdict(), "end": one.end._asdict(), "text": one.text}
            for one in fix.edits
        ],
    }


def write_sarif(diagnostics: Iterable[Diagnostic], version: str) -> str:
    """A SARIF log of one run of this version of the tool."""
    found = list(diagnostics)
    codes = [code for code in TITLES if any(one.code == code for one in found)]
    rules = [
        {
            "id": code,
            "shortDescription": {"text": TITLES[code]},
            "help": {"text": f"sbc explain {code}"},
            "defaultConfiguration": {"level": _LEVELS[severity_of(code)]},
        }
        for code in codes
    ]
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "sbc", "version": version, "rules": rules}},
                "columnKind": "unicodeCodePoints",
                "results": [_result(one, codes) for one in found],
            }
        ],
    }
    return json.dumps(log, ensure_ascii=False, indent=2)


def _result(diagnostic: Diagnostic, codes: list[str]) -> dict[str, Any]:
    text = diagnostic.message if not diagnostic.help else f"{diagnostic.message} {diagnostic.help}"
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "ruleIndex": codes.index(diagnostic.code),
        "level": _LEVELS[diagnostic.severity],
        "message": {"text": text},
        "locations": [_location(diagnostic.file, diagnostic.start, diagnostic.end)],
    }
    if diagnostic.related:
        result["relatedLocations"] = [
            {**_location(one.file, one.start, one.end), "id": number, "message": {"text": one.message}}
            for number, one in enumerate(diagnostic.related)
        ]
    if diagnostic.fix:
        result["fixes"] = [_sarif_fix(diagnostic.fix)]
    return result


def _sarif_fix(fix: PlacedFix) -> dict[str, Any]:
    files = dict.fromkeys(edit.file for edit in fix.edits)
    return {
        "artifactChanges": [
            {
                "artifactLocation": {"uri": _uri(file)},
                "replacements": [
                    {"deletedRegion": _region(edit.start, edit.end), "insertedContent": {"text": edit.text}}
                    for edit in fix.edits
                    if edit.file == file
                ],
            }
            for file in files
        ]
    }


def _location(file: str, start: Position, end: Position) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(file)}, "region": _region(start, end)}}


def _region(start: Position, end: Position) -> dict[str, Any]:
    return {
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
        "charOffset": start.offset,
        "charLength": end.offset - start.offset,
    }


def _uri(file: str) -> str:
    from urllib.parse import quote

    return quote(os.fsencode(file.replace("\\", "/")))
