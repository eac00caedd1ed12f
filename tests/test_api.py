"""The package as a library: what it exports, and what that does."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

import storyboard
from storyboard.compiler.emit.manifest import read_manifest, to_json

_SCRIPT = """\
CHARACTER Mira
front: https://example.com/mira.png

SHOT 5s wide
@Mira waits.

SHOT 4s close-up
@Mira turns.
"""


def test_every_public_name_is_there() -> None:
    for name in storyboard.__all__:
        assert getattr(storyboard, name) is not None
    assert storyboard.__version__ == version("storyboard-compiler")
    with pytest.raises(AttributeError):
        storyboard.nothing_of_the_kind  # noqa: B018 # the access is the test


def test_a_script_is_analyzed_before_it_is_compiled(tmp_path: Path) -> None:
    script = tmp_path / "film.sb"
    script.write_text(_SCRIPT)
    analysis = storyboard.analyze_file(script)
    assert isinstance(analysis, storyboard.Analysis)
    assert [shot.duration for scene in analysis.film.scenes for shot in scene.shots] == [5, 4]
    assert [clip.id for clip in analysis.clips] == ["s01c01"]
    assert not analysis.has_errors
    compiled = storyboard.compile_file(script)
    assert isinstance(compiled.manifest, storyboard.Manifest)
    assert compiled.manifest.totals.seconds == 9
    assert compiled.diagnostics == analysis.diagnostics
    with pytest.raises(storyboard.Unreadable):
        storyboard.analyze_file(tmp_path / "missing.sb")


def test_importing_it_loads_no_compiler() -> None:
    code = "import json, sys; import storyboard; print(json.dumps([one for one in sys.modules if one.startswith('storyboard')]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=60)
    assert json.loads(done.stdout) == ["storyboard"]


def test_a_manifest_with_every_title_is_read_as_it_was_written() -> None:
    titles = "".join(f"\n{word}: Part One\n" for word in ("SUPER", "TITLE", "TITLE CARD", "CHYRON"))
    made = storyboard.compile_text(
        f"CHARACTER Mira\nfront: https://example.com/m.png\n\nSHOT 5s wide\n@Mira waits.\n{titles}"
    )
    assert made.manifest is not None
    assert [title.kind for title in made.manifest.clips[0].titles] == ["SUPER", "TITLE", "TITLE", "CHYRON"]
    assert read_manifest(to_json(made.manifest)) == made.manifest
