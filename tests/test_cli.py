"""The commands, run as a writer runs them."""

from __future__ import annotations

import io
import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner
from PIL import Image
from sarif_pydantic import Sarif

import storyboard
import storyboard.cli

GOOD = """Title: Dusk

CHARACTER Mira
look: a keeper in a red coat
front: refs/mira.png

EXT. HARBOR - DUSK

SHOT 5s wide
@Mira waits.
"""


def sbc(*arguments: str, cwd: Path, stdin: str | bytes = b"", **environment: str) -> subprocess.CompletedProcess[str]:
    data = stdin.encode() if isinstance(stdin, str) else stdin
    done = subprocess.run(
        [sys.executable, "-m", "storyboard.cli", *arguments],
        cwd=cwd,
        input=data,
        capture_output=True,
        env={**os.environ, "COLUMNS": "100", **environment},
        timeout=60,
        check=False,
    )
    return subprocess.CompletedProcess(done.args, done.returncode, _text(done.stdout), _text(done.stderr))


def _text(data: bytes) -> str:
    """What a command said: data is UTF-8 everywhere, text is in the terminal's own encoding."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "refs").mkdir()
    Image.new("RGB", (640, 480), (120, 60, 40)).save(tmp_path / "refs" / "mira.png")
    (tmp_path / "film.sb").write_text(GOOD)
    return tmp_path


def test_check_is_silent_about_errors_where_there_are_none(project: Path) -> None:
    done = sbc("check", "film.sb", cwd=project)
    assert done.returncode == 0
    assert "error" not in done.stdout
    assert done.stderr == ""


def test_check_of_a_good_script_says_what_film_it_makes(project: Path) -> None:
    good = "SHOT 5s wide\n[[allow SB501]] [[allow SB512]]\n@Mira waits.\n"
    cast = "CHARACTER Mira\nfront: https://example.com/mira.png\n[[allow SB512]] [[allow SB204]]\n"
    (project / "film.sb").write_text(f"{cast}\n{good}")
    (project / "cast.sb").write_text(cast)
    line = "nothing to change: 1 shot, 1 clip, 0:05, $0.56 (Reference to Video guide, 2026-08-20)\n"
    done = sbc("check", "film.sb", cwd=project)
    assert (done.returncode, done.stdout, done.stderr) == (0, line, "")
    for form in ("json", "sarif"):
        done = sbc("check", "film.sb", "--format", form, cwd=project)
        assert done.stderr == line
        json.loads(done.stdout)
    done = sbc("check", "film.sb", "cast.sb", cwd=project)
    assert done.stdout == f"film.sb: {line}cast.sb: nothing to change\n"


def test_check_marks_the_place_and_says_what_to_do(project: Path) -> None:
    (project / "bad.sb").write_text(GOOD.replace("@Mira waits", "\t日本 @Mria waits"))
    done = sbc("check", "bad.sb", cwd=project, PYTHONIOENCODING="utf-8")
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    at = next(index for index, line in enumerate(lines) if "SB201" in line)
    assert lines[at].startswith("bad.sb:10:5: error SB201:")
    assert lines[at + 1] == "   10 |     日本 @Mria waits."
    assert lines[at + 2] == "      |          ^^^^^"
    assert lines[at + 3] == "  help: Write “@Mira” instead of “@Mria”."


def test_control_and_direction_characters_are_spelled_out(project: Path) -> None:
    (project / "bad.sb").write_text(GOOD.replace("@Mira waits", "\u202e\x1b[31m @Nobody\u2066 waits"))
    done = sbc("check", "bad.sb", cwd=project)
    assert "\\u202e\\x1b[31m @Nobody\\u2066" in done.stdout
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout


def test_no_colour_into_a_pipe(project: Path) -> None:
    (project / "bad.sb").write_text("SHOT\n")
    assert "\x1b" not in sbc("check", "bad.sb", cwd=project).stdout


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_colour_on_a_terminal_unless_it_is_not_wanted(project: Path, no_color: str, coloured: bool) -> None:
    pty = pytest.importorskip("pty", reason="Windows has no pseudo-terminals")

    (project / "bad.sb").write_text("SHOT\n")
    primary, secondary = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "storyboard.cli", "check", "bad.sb"],
        cwd=project,
        stdout=secondary,
        stderr=secondary,
        env={**os.environ, "NO_COLOR": no_color, "TERM": "xterm"},
    ) as process:
        process.wait(timeout=60)
    shown = os.read(primary, 65536).decode()
    os.close(primary)
    os.close(secondary)
    assert "SB103" in shown
    assert ("\x1b[" in shown) is coloured


def test_json_has_every_field(project: Path) -> None:
    (project / "bad.sb").write_text("\ufeff" + GOOD.replace("@Mira", "@Mria"), encoding="utf-8")
    done = sbc("check", "--format", "json", "bad.sb", cwd=project)
    found = [one for one in json.loads(done.stdout)["diagnostics"] if one["code"] == "SB201"]
    offset = GOOD.index("@Mira")
    assert found == [
        {
            "code": "SB201",
            "severity": "error",
            "message": "No character, prop or location is called “Mria”.",
            "help": "Write “@Mira” instead of “@Mria”.",
            "file": "bad.sb",
            "start": {"line": 10, "column": 1, "offset": offset},
            "end": {"line": 10, "column": 6, "offset": offset + 5},
            "related": [],
            "fix": {
                "safe": False,
                "edits": [
                    {
                        "file": "bad.sb",
                        "start": {"line": 10, "column": 1, "offset": offset},
                        "end": {"line": 10, "column": 6, "offset": offset + 5},
                        "text": "@Mira",
                    }
                ],
            },
        }
    ]


def test_sarif_has_the_shape_of_2_1_0(project: Path) -> None:
    (project / "bad.sb").write_text("CHARACTER A\n\nCHARACTER a\n\nint. house\n\nSHOT 5s\n@B\n")
    log = json.loads(sbc("check", "--format", "sarif", "bad.sb", cwd=project).stdout)
    read_back = Sarif.model_validate(log)
    assert json.loads(read_back.model_dump_json(by_alias=True, exclude_unset=True)) == log
    (run,) = log["runs"]
    assert {one["ruleId"] for one in run["results"]} >= {"SB201", "SB202", "SB106"}
    assert all(run["tool"]["driver"]["rules"][one["ruleIndex"]]["id"] == one["ruleId"] for one in run["results"])


def test_check_reads_standard_input_and_several_files(project: Path) -> None:
    done = sbc("check", "-", "film.sb", cwd=project, stdin="SHOT\n")
    assert done.returncode == 1
    assert done.stdout.startswith("-:1:1: error SB103")


def test_fix_mends_what_is_safe_and_says_which(project: Path) -> None:
    script = project / "slip.sb"
    script.write_bytes(("\ufeff" + GOOD.replace("EXT.", "ext.")).replace("\n", "\r\n").encode())
    script.chmod(0o640)
    (project / "link.sb").symlink_to("slip.sb")
    done = sbc("check", "--fix", "link.sb", cwd=project)
    assert "fixed link.sb:7:1 SB106" in done.stderr
    assert script.read_bytes() == ("\ufeff" + GOOD).replace("\n", "\r\n").encode()
    assert stat.S_IMODE(script.stat().st_mode) == 0o640
    assert (project / "link.sb").is_symlink()


def test_fix_leaves_standard_input_alone(project: Path) -> None:
    assert sbc("check", "--fix", "-", cwd=project).returncode == 2


def test_compile_writes_the_manifest_and_requests_that_are_ready_to_send(project: Path) -> None:
    done = sbc("compile", "film.sb", "-o", "film.json", "--requests", "requests", cwd=project)
    assert (done.returncode, done.stdout) == (0, "")
    manifest = json.loads((project / "film.json").read_text())
    (clip,) = manifest["clips"]
    assert clip["payload"]["elements"][0]["frontal_image_url"] == "file:refs/mira.png"
    body = json.loads((project / "requests" / "s01c01.json").read_text())
    assert body["elements"][0]["frontal_image_url"].startswith("data:image/png;base64,")
    schema = json.loads(sbc("schema", cwd=project).stdout)
    jsonschema.validate(manifest, schema)


def test_images_overrides_either(project: Path) -> None:
    embedded = json.loads(sbc("compile", "film.sb", "--images", "embed", cwd=project).stdout)
    assert embedded["clips"][0]["payload"]["elements"][0]["frontal_image_url"].startswith("data:")
    sbc("compile", "film.sb", "--images", "link", "--requests", "r", "-o", "m.json", cwd=project)
    assert "file:refs/mira.png" in (project / "r" / "s01c01.json").read_text()


def test_compile_with_an_error_writes_nothing(project: Path) -> None:
    (project / "bad.sb").write_text(GOOD.replace("@Mira", "@Nobody"))
    done = sbc("compile", "bad.sb", "-o", "m.json", "--requests", "r", cwd=project)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "SB201" in done.stderr
    assert not (project / "m.json").exists()
    assert not (project / "r").exists()


def test_the_same_script_gives_the_same_bytes(project: Path) -> None:
    assert (
        sbc("compile", "film.sb", cwd=project).stdout
        == sbc("compile", "film.sb", cwd=project, PYTHONHASHSEED="7").stdout
    )


def test_compile_takes_another_model(project: Path) -> None:
    manifest = json.loads(sbc("compile", "film.sb", "--model", "grok-imagine", cwd=project).stdout)
    assert manifest["clips"][0]["model"] == "grok-imagine-reference-to-video-private"
    wrong = sbc("compile", "film.sb", "--model", "grok-imagin", cwd=project)
    assert wrong.returncode == 2
    assert "grok-imagine" in wrong.stderr


def test_compile_never_writes_over_the_script(project: Path) -> None:
    done = sbc("compile", "film.sb", "-o", "film.sb", cwd=project)
    assert done.returncode == 2
    assert (project / "film.sb").read_text() == GOOD


def test_templates_of_the_project_go_first_and_run_sandboxed(project: Path) -> None:
    folder = project / "templates"
    folder.mkdir()
    (folder / "elements.jinja").write_text("As a cartoon. {% for shot in shots %}{{ shot.text }}{% endfor %}")
    manifest = json.loads(sbc("compile", "film.sb", "--templates", "templates", cwd=project).stdout)
    assert manifest["clips"][0]["payload"]["prompt"].startswith("As a cartoon. Wide shot.")
    for escape in (
        "{{ ''.__class__.__mro__ }}",
        "{% include '/etc/hostname' %}",
        "{{ shots.nothing.at.all }}",
        "{% for",
    ):
        (folder / "elements.jinja").write_text(escape)
        done = sbc("compile", "film.sb", "--templates", "templates", cwd=project)
        assert done.returncode == 2, escape
        assert "template" in done.stderr
        assert "Traceback" not in done.stderr


def test_models_and_explain(project: Path) -> None:
    listed = sbc("models", cwd=project).stdout
    for name in ("kling-o3-pro", "grok-imagine", "seedance-2-5", "minimax-h3", "happyhorse-1-1", "kling-o3-4k"):
        assert name in listed
    assert "0.140" in sbc("models", "kling-o3-pro", cwd=project).stdout
    assert sbc("models", "klng-o3-pro", cwd=project).returncode == 2
    assert sbc("explain", "SB304", cwd=project).stdout.startswith("# SB304")
    assert sbc("explain", "304", cwd=project).stdout.startswith("# SB304")
    assert "SB101" in sbc("explain", cwd=project).stdout
    unknown = sbc("explain", "SB999", cwd=project)
    assert unknown.returncode == 2
    assert unknown.stdout == ""


def test_help_is_short_and_has_an_example(project: Path) -> None:
    done = sbc("--help", cwd=project)
    assert "sbc check film.sb" in done.stdout
    assert len(done.stdout.splitlines()) < 45
    assert "sbc" in sbc("--version", cwd=project).stdout


def test_shell_completion(project: Path) -> None:
    script = sbc(cwd=project, _SBC_COMPLETE="bash_source")
    assert "_SBC_COMPLETE=bash_complete" in script.stdout


@pytest.mark.parametrize(
    "arguments", [["check"], ["check", "nope.sb"], ["compile", "refs"], ["nope"], ["check", "--wire", "x", "film.sb"]]
)
def test_wrong_use_is_2(project: Path, arguments: list[str]) -> None:
    done = sbc(*arguments, cwd=project)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_an_output_that_cannot_be_written(project: Path) -> None:
    for target in ("refs", "no/such/folder/x.json"):
        done = sbc("compile", "film.sb", "-o", target, cwd=project)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr


def test_check_imports_nothing_heavy(project: Path) -> None:
    (project / "cast.sb").write_text("PROP Lamp\nfront: refs/mira.png\n")
    (project / "film.sb").write_text(f"{GOOD}\nMIRA\nHello.\n\nINCLUDE cast.sb\n")
    program = "import sys; from storyboard.cli import main; main(['check', 'film.sb'], standalone_mode=False)"
    probe = f"try:\n    exec({program!r})\nexcept SystemExit: pass\nimport sys; print('LOADED', *sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", probe], cwd=project, capture_output=True, check=True)
    loaded = set(_text(done.stdout).split("LOADED", 1)[1].split())
    assert "storyboard.compiler.pipeline" in loaded
    assert not loaded & {"pydantic", "jinja2", "httpx", "rich", "av", "starlette", "pygls"}


@pytest.mark.parametrize(
    ("script", "others"),
    [(GOOD, []), ("SHOT\n", []), ("SHOT 5s\n@Nobody waits.\n", ["cast.sb"]), ("SHOT 5s\n", ["gone.sb"])],
)
def test_a_check_says_the_same_however_its_arguments_are_read(project: Path, script: str, others: list[str]) -> None:
    """`sbc check` of plain files goes without click."""
    (project / "film.sb").write_text(script)
    (project / "cast.sb").write_text("PROP Lamp\nfront: refs/mira.png\n")
    ways = (["storyboard", "check"], ["storyboard.cli", "check"], ["storyboard", "check", "--format", "text"])
    said = set()
    for way in ways:
        command = [sys.executable, "-m", *way, "film.sb", *others]
        done = subprocess.run(command, cwd=project, capture_output=True, check=False, timeout=60)
        said.add((done.returncode, done.stdout, done.stderr))
    assert len(said) == 1


@pytest.mark.skipif(os.name == "nt", reason="a pipe that is closed is told otherwise there")
def test_a_reader_that_has_enough_is_no_trouble(project: Path) -> None:
    """As in `sbc check film.sb | head -1`."""
    (project / "film.sb").write_text("SHOT\n" * 3_000)
    command = [sys.executable, "-m", "storyboard", "check", "film.sb"]
    with subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


@pytest.mark.parametrize(("option", "unneeded"), [("--version", "click"), ("--help", "storyboard.compiler")])
def test_what_a_command_does_not_need_is_not_loaded(option: str, unneeded: str) -> None:
    words = [sys.executable, "-X", "importtime", "-m", "storyboard", option]
    done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60)
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "storyboard" in loaded
    assert unneeded not in loaded
    assert "sbc" in done.stdout


def test_the_version_is_that_of_the_package() -> None:
    for module in ("storyboard", "storyboard.cli"):
        done = subprocess.run([sys.executable, "-m", module, "--version"], capture_output=True, text=True, check=True)
        assert done.stdout == f"sbc, version {storyboard.__version__}\n"


SLIPS = """\
Audio: yes

CHARACTER: Mira
look: a young lantern keeper
front: https://example.com/mira.png

SHOT 5s wide
@Mira waits. Mira smiles.
"""


def test_fixes_are_shown_and_applied(tmp_path: Path) -> None:
    script = tmp_path / "film.sb"
    script.write_text(SLIPS, encoding="utf-8")
    shown = sbc("check", "--diff", "film.sb", cwd=tmp_path)
    assert shown.returncode == 1
    assert "+CHARACTER Mira" in shown.stdout
    assert "+@Mira waits. @Mira smiles." in shown.stdout
    assert "+Audio: on" not in shown.stdout, "which is not a safe fix"
    assert "+Audio: on" in sbc("check", "--diff", "--fix", "all", "film.sb", cwd=tmp_path).stdout
    assert script.read_text(encoding="utf-8") == SLIPS
    assert sbc("check", "--fix", "film.sb", cwd=tmp_path).returncode == 1
    assert script.read_text(encoding="utf-8").startswith("Audio: yes\n\nCHARACTER Mira\n")
    assert sbc("check", "--fix", "all", "film.sb", cwd=tmp_path).returncode == 0
    mended = script.read_text(encoding="utf-8")
    assert mended.startswith("Audio: on\n\nCHARACTER Mira\n")
    assert sbc("check", "--fix", "all", "film.sb", cwd=tmp_path).returncode == 0
    assert script.read_text(encoding="utf-8") == mended


def test_strict_counts_warnings(tmp_path: Path) -> None:
    script = tmp_path / "film.sb"
    script.write_text(SLIPS.replace("yes", "on").replace("CHARACTER:", "CHARACTER"), encoding="utf-8")
    assert sbc("check", "film.sb", cwd=tmp_path).returncode == 0
    assert sbc("check", "--strict", "film.sb", cwd=tmp_path).returncode == 1


def test_a_screenplay_is_told_once_to_be_imported(tmp_path: Path) -> None:
    (tmp_path / "my film.fountain").write_text("INT. HOUSE - DAY\n\nMira enters.\n", encoding="utf-8")
    done = sbc("check", "my film.fountain", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.count("sbc import 'my film.fountain'") == 1
    assert not done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("schema", "\x1b[31mx"),
        ("check", "film.sb", "--\x1b[31mx"),
        ("\x1b[31mx",),
        ("render", "a", "\x1b[31mx", "\u202ex"),
        ("explain", "SB101", "\x1b]0;x\x07"),
    ],
    ids=repr,
)
def test_what_was_typed_wrong_steers_no_terminal(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """`FORCE_COLOR` and a terminal would let escapes through: what is printed has none to begin with."""
    runner = CliRunner()
    with runner.isolation(color=True) as streams, pytest.raises(SystemExit) as leaving:
        storyboard.cli.main(list(arguments))
    said = b"".join(stream.getvalue() for stream in streams[:2] if isinstance(stream, io.BytesIO)).decode()
    assert leaving.value.code == 2
    assert "x" in said
    assert not set(said) & {"\x1b", "\x07", "\u202e"}


#: A process in the background of a shell script is started with Ctrl-C ignored.
_NOT_IGNORED = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
_WHILE_LOADING = """
import os, signal, sys

class Finder:
    def find_spec(name, *_):
        if name == "click":
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Finder)
from storyboard.cli import main
"""
_IN_A_COMMAND = (
    "import os, signal, storyboard.cli as cli; from storyboard.cli import schema\n"
    "schema.command.callback = lambda: os.kill(os.getpid(), signal.SIGINT)\ncli.main(['schema'])"
)


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is no signal that a process can send itself there")
@pytest.mark.parametrize(("program", "code"), [(_WHILE_LOADING, -signal.SIGINT), (_IN_A_COMMAND, 130)])
def test_ctrl_c_is_quiet(tmp_path: Path, program: str, code: int) -> None:
    """While the program is loaded, and in a command that has no handler of its own."""
    command = [sys.executable, "-c", _NOT_IGNORED + program]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (code, "", "")
