"""A project's file and its own models: found, used, and checked with the messages of a script."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from storyboard import compile_file
from storyboard.catalog import TEXT, shipped_catalog
from storyboard.compiler.pipeline import Options, analyze_file
from storyboard.lsp.documents import Documents
from storyboard.lsp.workspace import Workspace
from storyboard.project.file import in_project, read_project
from storyboard.project.root import find_project_file
from storyboard.render.folders import clip_command, clips_folder, product_path
from storyboard.render.jobs import build_jobs

SCRIPT = "Model: {model}\n\nCHARACTER Mira\nfront: https://example.com/mira.png\n\nSHOT 5s\n@Mira waits.\n"
NEW = """\
[seedance-3-0-reference-to-video]
aliases = ["seedance-3"]
like = "seedance-2-5"
name = "Seedance 3"
durations = "5-20"
usd = { 480p = 0.2, 720p = 0.4, 1080p = 0.8 }
date = 2026-11-20
source = "my own quotes"
"""
PRICE = """\
[kling-o3-pro-reference-to-video]
usd = { silent = 0.2, sound = 0.3 }
date = 2026-11-20
"""


def project(folder: Path, models: str, settings: str = 'models = "models.toml"\n', model: str = "kling-o3-pro") -> Path:
    (folder / "sbc.toml").write_text(settings)
    (folder / "models.toml").write_text(models)
    script = folder / "film.sb"
    script.write_text(SCRIPT.format(model=model))
    return script


def problems(script: Path) -> list[str]:
    return [
        f"{Path(one.file).name}:{one.start.line}:{one.start.column} {one.code} | {one.message} {one.help}"
        for one in read_project(script).models.diagnostics
    ]


def sbc(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "storyboard.cli", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "COLUMNS": "200"}
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60, env=environment)


def test_it_is_found_above_the_script(tmp_path: Path) -> None:
    script = tmp_path / "scenes" / "one" / "film.sb"
    script.parent.mkdir(parents=True)
    (tmp_path / "sbc.toml").write_text("[limits]\nusd_per_day = 20\nusd_per_film = 50.5\n")
    assert find_project_file(script) == tmp_path / "sbc.toml"
    assert read_project(script).limits == (20.0, 50.5)
    (script.parent / "sbc.toml").write_text("")
    assert find_project_file(script) == script.parent / "sbc.toml"
    assert read_project(script).limits == (None, None)


def test_without_one_there_are_the_shipped_models(tmp_path: Path) -> None:
    nothing = read_project(tmp_path / "film.sb")
    assert (nothing.path, nothing.limits) == (None, (None, None))
    assert nothing.models.catalog is shipped_catalog()


def test_a_row_adds_a_model_like_another(tmp_path: Path) -> None:
    film = compile_file(project(tmp_path, NEW, model="seedance-3"))
    assert film.manifest is not None, film.diagnostics
    (clip,) = film.manifest.clips
    assert clip.payload["model"] == "seedance-3-0-reference-to-video"
    assert "<Image 1>" in clip.payload["prompt"], "as its family names pictures"
    assert (clip.estimate.usd, clip.estimate.basis) == (2.0, "5 s at $0.400/s (my own quotes, 2026-11-20)")
    catalog = read_project(tmp_path / "film.sb").models.catalog
    assert len(catalog.models()) == len(shipped_catalog().models()) + 1
    seedance = catalog.find("seedance-3")
    assert seedance is not None
    assert seedance.sibling(TEXT) is None


def test_a_row_overrides_figures_under_both_limits(tmp_path: Path) -> None:
    script = project(tmp_path, PRICE)
    film = compile_file(script)
    assert film.manifest is not None
    shown = film.manifest.clips[0].estimate
    assert (shown.usd, shown.basis) == (1.0, f"5 s at $0.200/s ({tmp_path / 'models.toml'}, 2026-11-20)")
    for limits in ("guide", "service"):
        model = read_project(script).models.catalog.find("kling-o3-pro", limits)
        assert model is not None
        assert (model.elements, model.other_price) == (7 if limits == "guide" else 4, None), "the rest stays"


def test_a_row_may_override_one_limits_alone(tmp_path: Path) -> None:
    script = project(
        tmp_path, "[kling-o3-pro-reference-to-video.guide]\nusd = { silent = 0.1, sound = 0.2 }\ndate = 2026-11-20\n"
    )
    assert not problems(script)
    catalog = read_project(script).models.catalog
    guide, service = catalog.find("kling-o3-pro"), catalog.find("kling-o3-pro", "service")
    assert guide
    assert service
    assert (guide.price.a_second(None, False), service.price.a_second(None, False)) == (0.1, 0.1232)


@pytest.mark.parametrize(
    ("models", "expected"),
    [
        ("[x\n", ["models.toml:1:3 SB101 | This is not TOML"]),
        ("", []),
        ("x = 1\n", ["models.toml:1:1 SB101 | “x” is not a model: a model is a table. Write [x]"]),
        (
            PRICE + "pries = 3\n",
            ["models.toml:4:1 SB102 | There is no key “pries” in a model's row."],
        ),
        (
            "[kling-o3-pro-reference-to-video]\nduration = [5]\n",
            ["models.toml:2:1 SB102 | There is no key “duration” in a model's row. Did you mean durations?"],
        ),
        (
            '# my prices\n\n[kling-o3-pro-reference-to-video]\nusd = "cheap"\ndate = 2026-11-20\n',
            ["models.toml:4:1 SB104 | “cheap” is not what usd takes. Write US dollars a second: 0.14"],
        ),
        (PRICE.replace("0.3", "nan"), ["models.toml:2:1 SB104 |"]),
        (PRICE.replace("0.3", "inf"), ["models.toml:2:1 SB104 |"]),
        (PRICE.replace("0.3", "-1"), ["models.toml:2:1 SB104 |"]),
        (PRICE.replace("0.3", "true"), ["models.toml:2:1 SB104 |"]),
        (
            PRICE.replace("2026-11-20", '"last week"'),
            ["models.toml:3:1 SB104 | “last week” is not what date takes. Write a day: date = 2026-11-28."],
        ),
        (
            PRICE.replace("date = 2026-11-20\n", ""),
            ["models.toml:1:2 SB104 | “kling-o3-pro-reference-to-video” does not say of which day its figures are."],
        ),
        (
            '[a]\nlike = "b"\n\n[b]\nlike = "c"\n\n[c]\nlike = "a"\n',
            ["models.toml:2:1 SB105 | These models take from each other: a is like b is like c is like a."],
        ),
        ('[a]\nlike = "a"\n', ["models.toml:2:1 SB105 | These models take from each other: a is like a."]),
        ('[a]\nlike = "nobody"\n', ["models.toml:2:1 SB201 | There is no model “nobody”."]),
        (
            '[a]\nlike = "wan-3-0"\naliases = ["b"]\n\n[b]\nlike = "wan-3-0"\naliases = ["a"]\n',
            ["models.toml:5:2 SB202 | “b” is the name of two models: b and a."],
        ),
        (
            '[a]\nlike = "wan-3-0"\naliases = ["kling-o3-pro"]\n',
            ["models.toml:3:1 SB202 | “kling-o3-pro” is the name of two models"],
        ),
        ('[a]\nkind = "reference-to-video"\n', ["models.toml:1:2 SB101 | “a” is new, and its family is missing."]),
        (
            '[a]\nlike = "wan-3-0"\nresolution = "8k"\ndate = 2026-11-20\n',
            ["models.toml:3:1 SB104 | “a” does not say which of its resolutions is the usual one."],
        ),
        (
            '[a]\nlike = "wan-3-0"\nusd = { 480p = 0.1, 8k = 1.0 }\ndate = 2026-11-20\n',
            ["models.toml:3:21 SB104 | There is a price for “8k”, which is not a resolution of “a”."],
        ),
        ('[a]\nlike = "wan-3-0"\ndurations = "15-3"\ndate = 2026-11-20\n', ["models.toml:3:1 SB104 |"]),
        ('["a"]\nlike = "wan-3-0"\n"aspects" = ["wide"]\ndate = 2026-11-20\n', ["models.toml:3:1 SB104 |"]),
    ],
)
def test_what_is_wrong_has_its_place_and_a_remedy(tmp_path: Path, models: str, expected: list[str]) -> None:
    found = problems(project(tmp_path, models))
    assert len(found) == len(expected), found
    for one, start in zip(found, expected, strict=True):
        assert one.startswith(start), one
        assert not one.endswith(("| ", "None"))


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (
            'modles = "models.toml"\n',
            "sbc.toml:1:1 SB102 | There is no setting “modles” in a project file. Did you mean models?",
        ),
        ('models = "mine.toml"\n', "sbc.toml:1:1 SB105 | mine.toml cannot be read (No such file or directory)."),
        ("models = 3\n", "sbc.toml:1:1 SB104 | `models` takes the path of a file."),
        ("templates = 3\n", "sbc.toml:1:1 SB104 | `templates` takes the path of a folder."),
        ('templates = "none"\n', "sbc.toml:1:1 SB105 | There is no folder “none”."),
        ('wires = "api"\n', "sbc.toml:1:1 SB102 | There is no setting “wires” in a project file. Did you mean wire?"),
        ('wire = "apis"\n', "sbc.toml:1:1 SB104 | “apis” is not a spelling of requests. Did you mean api?"),
        ("wire = 3\n", "sbc.toml:1:1 SB104 | “3” is not a spelling of requests. There are api and guide."),
        (
            'picture-model = "grok-imagin-image"\n',
            "sbc.toml:1:1 SB104 | There is no picture model “grok-imagin-image”. D",
        ),
        ('models = "a\\u0000b"\n', "sbc.toml:1:1 SB105 | a\0b cannot be read (this cannot be the path of a file)."),
        ("limits = 3\n", "sbc.toml:1:1 SB104 | `limits` is a table."),
        (
            "[limits]\nusd_per_dy = 3\n",
            "sbc.toml:2:1 SB102 | There is no limit “usd_per_dy”. Did you mean usd_per_day?",
        ),
        ('[limits]\nusd_per_day = "little"\n', "sbc.toml:2:1 SB104 | “little” is not a sum of money."),
        ("[limits]\nusd_per_day = nan\n", "sbc.toml:2:1 SB104 | “nan” is not a sum of money."),
        ("[limits]\nusd_per_day = -1\n", "sbc.toml:2:1 SB104 | “-1” is not a sum of money."),
    ],
)
def test_a_project_file_is_checked_too(tmp_path: Path, settings: str, expected: str) -> None:
    (found,) = problems(project(tmp_path, "", settings))
    assert found.startswith(expected), found


def test_bad_files_are_told_and_never_a_traceback(tmp_path: Path) -> None:
    script = project(tmp_path, "")
    for data in (b"\xff\xfe\x00", b"[" * 5000, b"a = " + b"[" * 3000, b"x" * 2_000_000, b"\x00", b"a.b.c.d = 1\n" * 3):
        for name in ("models.toml", "sbc.toml"):
            (tmp_path / "sbc.toml").write_text('models = "models.toml"\n')
            (tmp_path / name).write_bytes(data)
            assert problems(script), (name, data[:20])
    (tmp_path / "sbc.toml").write_text('models = "models.toml"\n')
    chain = "".join(f'[m{n}]\nlike = "m{n + 1}"\n' for n in range(10_000))
    (tmp_path / "models.toml").write_text(chain)
    assert any("more than 20 times" in one for one in problems(script))


def test_every_command_has_the_message_and_nothing_is_done(tmp_path: Path) -> None:
    project(tmp_path, '[kling-o3-pro-reference-to-video]\nusd = "cheap"\n')
    for command in (["check", "film.sb"], ["compile", "film.sb"], ["plan", "film.sb"], ["models"]):
        done = sbc(tmp_path, *command)
        assert done.returncode == 1, command
        text = done.stdout + done.stderr
        assert "models.toml:2:1: error SB104: “cheap” is not what usd takes." in text, command
        assert 'usd = "cheap"' in text, "the line is shown"
        assert "Traceback" not in text


def test_commands_know_the_projects_models(tmp_path: Path) -> None:
    project(tmp_path, NEW)
    done = sbc(tmp_path, "plan", "film.sb", "--model", "seedance-3")
    assert done.returncode == 0, done.stderr
    assert "$2.00" in done.stdout
    assert "my own quotes, 2026-11-20" in done.stdout
    assert "seedance-3 " in sbc(tmp_path, "models").stdout
    refused = sbc(tmp_path, "plan", "film.sb", "--model", "seedance-33")
    assert refused.returncode == 2
    assert "seedance-3" in refused.stderr


def test_a_changed_file_is_read_again_and_an_unchanged_one_is_not(tmp_path: Path) -> None:
    script = project(tmp_path, PRICE)
    one = in_project(script, Options()).models
    assert in_project(script, Options()).models is one
    (tmp_path / "models.toml").write_text(PRICE.replace("0.2", "0.25"))
    two = in_project(script, Options()).models
    assert two is not one
    (tmp_path / "models.toml").unlink()
    assert read_project(script).models.diagnostics
    (tmp_path / "models.toml").write_text(PRICE)
    assert not read_project(script).models.diagnostics


def test_the_folder_of_the_file_is_the_root_for_scripts_below_it(tmp_path: Path) -> None:
    (tmp_path / "sbc.toml").write_text("")
    (tmp_path / "refs").mkdir()
    Image.new("RGB", (640, 480), "teal").save(tmp_path / "refs" / "mira.png")
    (tmp_path / "cast.sb").write_text("CHARACTER Mira\nlook: a keeper in a red coat\nfront: refs/mira.png\n")
    (tmp_path / "episodes").mkdir()
    script = tmp_path / "episodes" / "one.sb"
    script.write_text("INCLUDE ../cast.sb\n\nINT. LOFT - DAY\n\nSHOT 5s wide\n@Mira waits.\n")

    def codes() -> set[str]:
        return {one.code for one in analyze_file(script, in_project(script, Options())).diagnostics}

    assert not codes() & {"SB404", "SB405", "SB106"}
    assert in_project(script, Options(root=script.parent)).root == script.parent, "the command line has the last word"
    (tmp_path / "sbc.toml").unlink()
    assert "SB404" in codes(), "without the file the root is the folder of the script"


@pytest.mark.parametrize(
    ("out", "problem"),
    [
        ("3", "`out` takes the path of a folder."),
        ('" "', "`out` takes the path of a folder."),
        ('"."', "“.” is the project itself, which contains the scripts."),
        ('"made/.."', "“made/..” is the project itself, which contains the scripts."),
        ('"../made"', "“../made” is outside the project."),
        ('"/tmp/made"', "“/tmp/made” is outside the project."),
        ('"away"', "“away” is outside the project."),
        ('"~/made"', "“~/made” cannot be the path of a folder in the project."),
        ('"a\\u0000b"', "cannot be the path of a folder in the project."),
        ('"models.toml"', "“models.toml” is a file."),
        ('"episodes"', f"“episodes” contains a script, {os.path.join('episodes', 'two', 'part.sb')}."),
    ],
)
def test_an_out_that_cannot_be_used_has_its_place_and_a_remedy(tmp_path: Path, out: str, problem: str) -> None:
    folder = tmp_path / "project"
    (folder / "episodes" / "two").mkdir(parents=True)
    (folder / "episodes" / "two" / "part.sb").write_text("")
    (folder / "away").symlink_to(tmp_path)
    script = project(folder, "", f"wire = 'api'\nout = {out}\n")
    (found,) = problems(script)
    assert found.startswith("sbc.toml:2:1 SB104 | ")
    assert problem in found
    assert 'out = "out"' in found
    assert clips_folder(str(script)) == folder / "out" / "film", "it is as if it were not there"


def test_what_is_made_goes_below_out_by_the_scripts_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sbc.toml").write_text('out = "made/here"\n')
    (tmp_path / "two").mkdir()
    made = Path("made", "here")
    assert clips_folder("film.sb") == made / "film"
    assert clips_folder("-", sandbox=True) == made / "script-sandbox"
    assert clips_folder("two/film.sb", draft=True) == made / "two" / "film-draft"
    assert clips_folder(str(tmp_path / "two" / "film.sb")) == tmp_path / made / "two" / "film"
    assert clips_folder("film.sb", Path("there")) == Path("there"), "the command line has the last word"
    assert product_path("two/film.sb", None, "-board.html") == made / "two" / "film" / "film-board.html"
    assert clip_command("pick", "two/film.sb", made / "two" / "film-draft", "s01c01", "1").endswith("1 --draft")


@pytest.mark.parametrize("paid", ["film", "film-draft"])
def test_what_was_paid_before_out_was_named_is_not_paid_again(tmp_path: Path, paid: str) -> None:
    """The folder with the ledger is gone on with, for the film and for its drafts, until it is moved."""
    script = str(project(tmp_path, "", ""))
    ledger = clips_folder(script).with_name(paid) / "ledger.db"
    ledger.parent.mkdir(parents=True)
    ledger.write_bytes(b"")
    (tmp_path / "sbc.toml").write_text('out = "made"\n')
    assert [clips_folder(script, draft=one).parent for one in (False, True)] == [tmp_path / "out"] * 2
    (tmp_path / "out").rename(tmp_path / "made")
    assert clips_folder(script).parent == tmp_path / "made"


def test_the_wire_of_the_project_is_checked_compiled_and_never_sent(tmp_path: Path) -> None:
    script = project(tmp_path, "", 'wire = "guide"\n')

    def wire(*arguments: str) -> str:
        return str(json.loads(sbc(tmp_path, "compile", "film.sb", *arguments).stdout)["wire"])

    assert (wire(), wire("--wire", "api")) == ("guide", "api")
    assert in_project(script, Options()).spelling == "guide"
    (tmp_path / "sbc.toml").write_text("")
    sent = build_jobs(analyze_file(script, in_project(script, Options())))
    (tmp_path / "sbc.toml").write_text('wire = "guide"\n')
    jobs = build_jobs(analyze_file(script, in_project(script, Options())))
    assert [one.body() for one in jobs] == [one.body() for one in sent]
    assert [one.clip.fingerprint for one in jobs] == [one.clip.fingerprint for one in sent]


def test_a_setting_is_spelled_with_either_dash(tmp_path: Path) -> None:
    for key in ("picture-model", "picture_model"):
        assert read_project(project(tmp_path, "", f'{key} = "grok-imagine-image"\n')).picture_model
    twice = 'picture-model = "grok-imagine-image"\npicture_model = "grok-imagine-image"\n'
    assert problems(project(tmp_path, "", twice)) == [
        "sbc.toml:2:1 SB104 | “picture-model” is given twice. Keep one of the two lines."
    ]


def test_templates_of_the_project_are_used(tmp_path: Path) -> None:
    script = project(tmp_path, "", 'templates = "mine"\n')
    (tmp_path / "mine").mkdir()
    assert in_project(script, Options()).templates == tmp_path / "mine"
    assert in_project(script, Options(templates=tmp_path)).templates == tmp_path


def test_without_the_file_the_root_in_an_editor_is_the_folder_that_is_open_there(tmp_path: Path) -> None:
    script = tmp_path / "season" / "episodes" / "one.sb"
    script.parent.mkdir(parents=True)
    files = Workspace(Documents(), Options(), [str(tmp_path), str(tmp_path / "season")])
    assert files.options_for(str(script)).root == tmp_path / "season", "the nearest of several"
    assert files.options_for("/elsewhere/one.sb").root is None
    (script.parent / "sbc.toml").write_text("")
    assert files.options_for(str(script)).root == script.parent
    given = Workspace(Documents(), Options(root=Path("/given")), [str(tmp_path)])
    assert given.options_for(str(script)).root == Path("/given")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('music-model = "ace-stepp-15"', "There is no model for music “ace-stepp-15”. Did you mean ace-step-15?"),
        ('music-model = "minimax-music-v2"', "There is no model for music “minimax-music-v2”. Did you mean"),
        ('effect-model = "sonilo-v1-1-music"', "There is no model for effects “sonilo-v1-1-music”."),
        ('effect_model = "zzz"', "There is no model for effects “zzz”. `sbc models --sounds` lists them."),
        ('voice-model = "tts-kokorro"', "There is no speech model “tts-kokorro”. Did you mean tts-kokoro?"),
        ('transcription-model = "openai/wisper-large-v3"', "Did you mean openai/whisper-large-v3?"),
        ("ambience-model = 5", "There is no model for ambience “5”."),
        ('sound-model = "ace-step-15"', "There is no setting “sound-model” in a project file."),
    ],
)
def test_models_for_sounds_are_looked_up(tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / "sbc.toml").write_text(line + "\n")
    (found,) = read_project(tmp_path / "film.sb").models.diagnostics
    assert said in f"{found.message} {found.help}"


def test_models_for_sounds_are_ids_of_the_catalogue(tmp_path: Path) -> None:
    (tmp_path / "sbc.toml").write_text(
        'voice-model = "TTS-Kokoro"\nmusic-model = "lyria-3-pro"\nambience-model = "sonilo-v1-1-music"\n'
    )
    named = read_project(tmp_path / "film.sb").sound_models
    assert (named.voice, named.music, named.ambience) == ("tts-kokoro", "lyria-3-pro", "sonilo-v1-1-music")
    assert (named.effect, named.transcription) == (None, None)
