"""What a cold `sbc check` of a good script loads, reads and compiles: how long it takes follows from that, and is told by
`tests/benchmarks/compile.py`."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest

from tests.benchmarks.scripts import script_of_size

#: Runs the command line with the arguments given and says, as the process ends, what it has loaded, which data files it
#: has opened, and how many patterns were compiled.
_PROBE = """
import os, sys
opened = []
sys.addaudithook(lambda event, given: opened.append(str(given[0])) if event == "open" else None)
from re import _compiler
compile_pattern, patterns = _compiler.compile, []
_compiler.compile = lambda *given: patterns.append(given[0]) or compile_pattern(*given)
leave = os._exit

def tell(code):
    import json
    data = sorted({os.path.basename(path) for path in opened if path.endswith((".toml", ".json", ".txt", ".lark"))})
    json.dump({"modules": sorted(sys.modules), "data": data, "patterns": len(patterns), "code": code}, sys.stderr)
    sys.stderr.flush()
    leave(code)

os._exit = tell
from storyboard.__main__ import main
main()
"""


class ColdRun(NamedTuple):
    """What a run has loaded and read; `patterns` is how many it has compiled."""

    said: str
    modules: frozenset[str]
    data: frozenset[str]
    patterns: int
    code: int


@cache
def cold_check() -> ColdRun:
    with TemporaryDirectory() as name:
        (Path(name) / "film.sb").write_text(script_of_size(30_000), encoding="utf-8")
        command = [sys.executable, "-c", _PROBE, "check", "film.sb"]
        done = subprocess.run(
            command, cwd=name, capture_output=True, text=True, encoding="utf-8", timeout=120, check=True
        )
    told = json.loads(done.stderr)
    return ColdRun(done.stdout, frozenset(told["modules"]), frozenset(told["data"]), told["patterns"], told["code"])


def test_the_probe_sees_a_whole_check() -> None:
    run = cold_check()
    assert run.code == 0
    assert "2 notes" in run.said
    assert "storyboard.compiler.check.craft.positions" in run.modules


@pytest.mark.parametrize(
    "unneeded",
    [
        "click", "gettext", "fractions", "tomllib", "asyncio", "concurrent.futures", "hashlib", "subprocess", "tempfile",
        "PIL", "numpy", "pydantic", "jinja2", "lark",
        "storyboard.catalog.speech_models", "storyboard.compiler.emit", "storyboard.compiler.fixing",
        "storyboard.compiler.images.decoder", "storyboard.compiler.images.encoder", "storyboard.files.atomic",
        "storyboard.report.data",
    ],
)  # fmt: skip
def test_what_a_check_does_not_need_is_not_loaded(unneeded: str) -> None:
    assert unneeded not in cold_check().modules


def test_a_check_reads_the_tables_that_it_asks_and_no_others() -> None:
    """Each once more than as a kept table: its checksum says that the table is still of that text."""
    expected = {
        "tables.txt",
        "tables.json",
        "storyboard.lark",
        "audio.toml",
        "craft.toml",
        "unicode.toml",
        "words.toml",
    }
    models = {"families.toml", "image-to-video.toml", "reference-to-video.toml", "text-to-video.toml"}
    assert cold_check().data <= expected | models | {"keys.toml", "image_files.toml", "reading_time.toml", "wire.toml"}


def test_a_check_compiles_the_patterns_that_it_uses() -> None:
    """138 were compiled when the package was loaded, once; a pattern takes a quarter of a millisecond."""
    assert cold_check().patterns <= 88
