"""The corpus: scripts with their exact diagnostics, films with their exact manifests. A new case is a new file.

`ok/` and `err/` hold `NAME.sb` and, where anything is found, `NAME.expected`: a line a diagnostic, as in

    14:21-14:26 SB201 error | No character, prop or location is called “Mria”.

with the file's name in front where it stands in an included file. A case of several files is a folder with `main.sb`; a `pictures.toml` in it names
pictures of noise that are drawn for the case, since they are too large to keep.
A first line `// sbc: --wire guide` sets options. Craft warnings (SB501 and up) count in the cases named after them only, SB512 in its own.
`films/` holds the manifests of the examples, by their folder; the short film has its own beside the script.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import tomllib
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import jsonschema
import pytest
from PIL import Image

from storyboard.compiler.codes import TITLES
from storyboard.compiler.diagnostics import Diagnostic
from storyboard.compiler.emit import build_manifest
from storyboard.compiler.emit.manifest import manifest_schema, read_manifest, to_json
from storyboard.compiler.pipeline import Options, analyze_file

HERE = Path(__file__).parent / "corpus"
EXAMPLES = Path(__file__).parent.parent / "examples"
_OPTION = re.compile(r"// sbc: --wire (api|guide)")


def cases(folder: str) -> list[Path]:
    found = [*(HERE / folder).glob("*.sb"), *(HERE / folder).glob("*/main.sb")]
    return sorted(path for path in found)


def name(path: Path) -> str:
    return path.parent.name if path.name == "main.sb" else path.stem


def written(one: Diagnostic, path: Path) -> str:
    where = "" if one.file == str(path) else f"{Path(one.file).name} "
    place = f"{one.start.line}:{one.start.column}-{one.end.line}:{one.end.column}"
    return f"{where}{place} {one.code} {one.severity.value} | {one.message}"


def noise(name: str, width: int, height: int, mode: str) -> Image.Image:
    """A picture that no encoder makes small, in the bands of `mode`; another one for every name."""
    return Image.frombytes(mode, (width, height), random.Random(name).randbytes(width * height * len(mode)))


@cache
def run(path: Path) -> list[str]:
    if (drawn := path.with_name("pictures.toml")).exists():
        with TemporaryDirectory() as folder:
            shutil.copy(path, folder)
            for picture, (width, height, mode) in tomllib.loads(drawn.read_text(encoding="utf-8")).items():
                noise(picture, width, height, mode).save(Path(folder) / picture, compress_level=1)
            return found_in(Path(folder) / path.name, path)
    return found_in(path, path)


def found_in(path: Path, case: Path) -> list[str]:
    option = _OPTION.match(path.read_text(encoding="utf-8"))
    analysis = analyze_file(path, Options(wire=option[1] if option else "api"))
    about_craft, about_angles = name(case).startswith("SB5"), name(case).startswith("SB512")
    return [
        written(one, path)
        for one in analysis.diagnostics
        if one.code < "SB500" or (about_craft and (one.code != "SB512" or about_angles))
    ]


@pytest.mark.parametrize("path", [*cases("ok"), *cases("err")], ids=name)
def test_a_case(path: Path, update: bool) -> None:
    expected = path.with_suffix(".expected")
    found = run(path)
    if update:
        expected.unlink(missing_ok=True)
        if found:
            expected.write_text("".join(f"{line}\n" for line in found), encoding="utf-8")
    wanted = expected.read_text(encoding="utf-8").splitlines() if expected.exists() else []
    assert found == wanted


def test_what_is_fine_has_no_errors() -> None:
    for path in cases("ok"):
        assert not [line for line in run(path) if " error " in line], path


def test_what_is_wrong_gives_what_it_is_named_for() -> None:
    for path in cases("err"):
        code = name(path).split("-")[0]
        assert [line for line in run(path) if f" {code} " in line], path


def test_every_code_has_a_case() -> None:
    covered = {name(path).split("-")[0] for path in cases("err")}
    assert not {code for code in TITLES if code < "SB500"} - covered


@pytest.mark.parametrize(
    "path",
    sorted(path for path in EXAMPLES.rglob("*.sb") if "SHOT" in path.read_text(encoding="utf-8")),
    ids=lambda path: path.parent.name,
)
def test_an_example(path: Path, update: bool) -> None:
    analysis = analyze_file(path)
    assert not analysis.diagnostics
    text = to_json(build_manifest(analysis)).replace(f"{path.parent}/", "")
    jsonschema.validate(json.loads(text), manifest_schema())
    assert to_json(read_manifest(text)) == text
    expected = path.with_suffix(".json")
    if not expected.exists():
        expected = HERE / "films" / f"{path.parent.name}.json"
    if update:
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text(encoding="utf-8")


def test_examples_are_in_tune_with_what_they_teach() -> None:
    for path in EXAMPLES.rglob("*.sb"):
        assert path.read_text(encoding="utf-8").startswith("// "), path
    film = analyze_file(EXAMPLES / "08-the-lantern-keeper" / "film.sb")
    assert sum(len(scene.shots) for scene in film.film.scenes) >= 12
    assert len(film.film.scenes) == 4
