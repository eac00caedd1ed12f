"""Terminals with few characters, file names of any bytes, names that steer a terminal: no traceback, nothing raw."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from storyboard.wording import columns, count, listed, money, printable, shorten, table

_SCRIPT = """\
CHARACTER 漢字
look: a keeper – in a “red” coat
front: p.png

EXT. HARBOR - DUSK

SHOT 5s wide
@漢字 waits – and @nobody is near…
"""
_NAMES = {
    "not UTF-8": b"caf\xe9",
    "ESC": b"a\x1b[31mred",
    "newline": b"new\nline",
    "quotes": b"quo'te\"s",
    "per cent": b"per%20c%ent%",
    "long": b"n" * 250,
    "direction": "drow\u202e".encode(),
    "zero width": "zw\u200b\u2060".encode(),
    "markup": b"<b>&amp;#?x",
}
_COMMANDS = {
    "check": ["check", "FILE"],
    "json": ["check", "--format", "json", "FILE"],
    "sarif": ["check", "--format", "sarif", "FILE"],
    "compile": ["compile", "FILE"],
    "stats": ["stats", "FILE"],
    "plan": ["plan", "FILE"],
    "plan-json": ["plan", "FILE", "--format", "json"],
    "status": ["status", "FILE"],
    "fmt": ["fmt", "--diff", "FILE"],
    "otio": ["export", "FILE", "--to", "otio", "-o", "-"],
    "edl": ["export", "FILE", "--to", "edl", "-o", "-"],
    "xml": ["export", "FILE", "--to", "xml", "-o", "-"],
    "fcpxml": ["export", "FILE", "--to", "fcpxml", "-o", "-"],
    "fountain": ["export", "FILE", "--to", "fountain", "-o", "-"],
}
_DATA = ("json", "sarif", "compile", "plan-json", "otio")
#: Runs many commands in one process, each with its own streams: `[[encoding, [argument, …]], …]` in, what they say out.
_RUNNER = """
import io, json, os, sys, traceback
from storyboard.cli import main
said = []
for encoding, arguments in json.loads(sys.argv[1]):
    out, err = io.BytesIO(), io.BytesIO()
    sys.stdout, sys.stderr = io.TextIOWrapper(out, encoding), io.TextIOWrapper(err, encoding)
    try:
        code = main([os.fsdecode(bytes.fromhex(one)) for one in arguments], standalone_mode=False)
    except SystemExit as leaving:
        code = leaving.code
    except BaseException:
        code = traceback.format_exc()
    sys.stdout.flush(), sys.stderr.flush()
    said.append([code, out.getvalue().hex(), err.getvalue().hex()])
json.dump(said, sys.__stdout__)
"""


def run_all(folder: Path, runs: list[tuple[str, list[bytes]]]) -> list[tuple[object, bytes, bytes]]:
    given = json.dumps([(encoding, [one.hex() for one in arguments]) for encoding, arguments in runs])
    command = [sys.executable, "-W", "ignore", "-c", _RUNNER, given]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=True, timeout=240)
    return [(code, bytes.fromhex(out), bytes.fromhex(err)) for code, out, err in json.loads(done.stdout)]


def write_script(folder: Path, name: bytes) -> bytes:
    """A script of that name in a folder of that name; returns its path from `folder`."""
    inner = os.path.join(os.fsencode(folder), name)
    os.makedirs(inner, exist_ok=True)
    Image.effect_noise((800, 700), 50).save(os.path.join(inner, b"p.png"))
    path = os.path.join(name, name + b".sb")
    with open(os.path.join(os.fsencode(folder), path), "wb") as file:
        file.write(_SCRIPT.replace("@nobody", "a dog").encode())
    return path


@pytest.mark.parametrize("name", _NAMES)
def test_a_file_of_any_name_is_read_and_said(tmp_path: Path, name: str) -> None:
    pytest.importorskip("opentimelineio", reason="OpenTimelineIO is not installed")
    path = write_script(tmp_path, _NAMES[name])
    runs = [("utf-8", [path if one == "FILE" else one.encode() for one in words]) for words in _COMMANDS.values()]
    for command, (code, out, err) in zip(_COMMANDS, run_all(tmp_path, runs), strict=True):
        assert code in (0, 1, None), (command, code, err)
        for raw in ("\x1b[31m", "\u202e", "\u200b", "\u2060"):
            assert raw.encode() not in err, command
            assert command in ("fountain", "otio") or raw.encode() not in out or command in _DATA
        if command in _DATA:
            json.loads(out)


@pytest.mark.parametrize("encoding", ["cp1252", "cp437"])
def test_no_terminal_is_too_small(tmp_path: Path, encoding: str) -> None:
    pytest.importorskip("opentimelineio", reason="OpenTimelineIO is not installed")
    path = write_script(tmp_path, b"film")
    (tmp_path / "film" / "film.sb").write_text(_SCRIPT, encoding="utf-8")
    runs = [(encoding, [path if one == "FILE" else one.encode() for one in words]) for words in _COMMANDS.values()]
    runs.append((encoding, [b"explain", b"SB205"]))
    for command, (code, out, err) in zip([*_COMMANDS, "explain"], run_all(tmp_path, runs), strict=True):
        assert code in (0, 1, None), (command, code, err)
        out.decode("utf-8" if command in (*_DATA, "fountain", "edl", "xml", "fcpxml") else encoding)
        err.decode(encoding)
        if command in _DATA and out:
            json.loads(out)
        if command == "check":
            assert rb"\u6f22\u5b57" in out
            assert b"waits - and" in out or encoding == "cp1252"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain – “quoted” 漢字", "plain – “quoted” 漢字"),
        ("\x1b[31m\x07\r\n\t", r"\x1b[31m\x07\x0d\x0a\x09"),
        ("\u202edrow", r"\u202edrow"),
        ("zero\u200bwidth\ufeff\u2060\xad", r"zero\u200bwidth\ufeff\u2060\xad"),
        ("\udce9\ufffe\U000e0041", r"\udce9\ufffe\U000e0041"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क\u094d\u200dष", "क\u094d\u200dष"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("a\u200db", r"a\u200db"),
        ("می\u200c", r"می\u200c"),
        ("می\u200d\u200dخ", r"می\u200d\u200dخ"),
    ],
)
def test_what_nobody_sees_is_spelled(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_commands_print_through_functions_that_make_text_harmless() -> None:
    folder = Path(str(importlib.util.find_spec("storyboard.cli").origin)).parent  # type: ignore[union-attr] # it is there
    ways = ("click.echo", "write_line(", "stdout.write(", "stderr.write(", "print(")
    texts = {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.py")}
    raw = {name for name, text in texts.items() if any(f" {way}" in text or f"({way}" in text for way in ways)}
    ours = {"explain", "progress", "sandbox"}  # they print nothing from outside
    assert raw == {"output", "streams", "terminal", *ours}


def test_words_for_numbers() -> None:
    assert (money(1234.5), money(0.112, 3)) == ("$1,234.50", "$0.112")
    assert (count(1, "shot"), count(0, "shot"), count(1200, "entry", "entries")) == (
        "1 shot",
        "0 shots",
        "1,200 entries",
    )
    assert [listed("ABCD"[:number], 3) for number in range(5)] == [
        "",
        "A",
        "A and B",
        "A, B and C",
        "A, B, C and 1 more",
    ]
    assert (shorten("abcdef", 4), shorten("abcd", 4)) == ("abc…", "abcd")
    assert columns("漢a\u0301") == 3
    rows = [("NAME", "N"), ("漢字", 1000), ("b", 2)]
    assert list(table(rows, right={1})) == ["NAME      N", "漢字  1,000", "b         2"]
