"""`sbc import` as a writer uses it, and with files that are no screenplays."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from storyboard.catalog import find_model
from storyboard.cli.import_ import command
from storyboard.compiler.pipeline import analyze_file

_PLAY = """\
Title: A Doll's House
Author: Henrik Ibsen

INT. HELMER'S HOUSE - DAY #1#

NORA enters, laden with parcels. [[she hums]]

NORA
Hide the Christmas tree carefully, Helen.

HELMER (O.S.)
(from his room)
Is that my little lark twittering out there?

NORA (CONT'D)
Yes, it is!

INT. Helmer’s House -- LATER

Nora eats a macaroon.

CUT TO:
"""


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "storyboard.cli", "import", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_a_play_becomes_a_script_that_checks(tmp_path: Path) -> None:
    file = tmp_path / "doll.fountain"
    file.write_text(_PLAY)
    done = run(file, "--stand-ins")
    assert done.returncode == 0, done.stderr
    script = (tmp_path / "doll.sb").read_text()
    assert script.count("LOCATION ") == 1, "one place, however it was typed"
    assert "CHARACTER Nora\nfront: refs/nora.png" in script
    assert "@NORA enters, laden with parcels. [[she hums]]" in script
    assert "HELMER (O.S.)\n(from his room)\nIs that my little lark" in script
    analysis = analyze_file(tmp_path / "doll.sb")
    assert not analysis.has_errors
    model = find_model("kling-o3-pro")
    assert model
    assert model.shot_seconds
    shortest, longest = model.shot_seconds
    assert all(shortest <= (shot.duration or 0) <= longest for clip in analysis.clips for shot in clip.shots)


def test_without_stand_ins_every_picture_is_a_todo(tmp_path: Path) -> None:
    file = tmp_path / "doll.fountain"
    file.write_text(_PLAY)
    done = run(file, "-o", "-")
    assert done.stdout.count("[[TODO a picture of") == 2
    assert not (tmp_path / "refs").exists()


def test_nothing_of_the_writers_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / "doll.fountain"
    file.write_text(_PLAY)
    (tmp_path / "doll.sb").write_text("mine")
    (tmp_path / "refs").mkdir()
    (tmp_path / "refs/nora.png").write_bytes(b"mine too")
    assert run(file).returncode == 2
    assert (tmp_path / "doll.sb").read_text() == "mine"
    assert run(file, "--force", "--stand-ins").returncode == 0
    assert (tmp_path / "refs/nora.png").read_bytes() == b"mine too"


_BOMB = """<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaa"><!ENTITY c "&a;&a;&a;">]>
<FinalDraft><Content><Paragraph Type="Action"><Text>&c;</Text></Paragraph></Content></FinalDraft>"""


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("bomb.fdx", _BOMB.encode(), "entities"),
        ("broken.fdx", b"<FinalDraft><Content><Paragraph>", "line 1"),
        ("other.fdx", b"<html><body/></html>", "no Final Draft script"),
        ("empty.fdx", b"", "not a readable Final Draft"),
        ("script.fountain", b"PK\x03\x04rest", "packed"),
        ("script.fountain", b"%PDF-1.7", "PDF"),
        ("script.fountain", b"\0\1\2\0" * 50, "not text"),
    ],
)
def test_what_is_no_screenplay_is_said_so(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    file = tmp_path / name
    file.write_bytes(data)
    done = run(file)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    ("before", "after"),
    [("<A>", "</A>"), ('<Paragraph Type="Action"><DualDialogue>', "</DualDialogue></Paragraph>")],
    ids=["runs", "pairs"],
)
def test_a_word_is_found_however_deep_it_lies(before: str, after: str, tmp_path: Path) -> None:
    inner = '<Paragraph Type="Action"><Text>Fog.</Text></Paragraph>' if "Dual" in before else "<Text>Fog.</Text>"
    body = f"{before * 3000}{inner}{after * 3000}"
    body = body if "Dual" in before else f'<Paragraph Type="Action">{body}</Paragraph>'
    file = tmp_path / "deep.fdx"
    file.write_text(f"<FinalDraft><Content>{body}</Content></FinalDraft>", encoding="utf-8")
    done = run(file, "-o", "-")
    assert done.returncode == 0, done.stderr
    assert "Fog." in done.stdout


def test_latin_1_is_read_and_said(tmp_path: Path) -> None:
    file = tmp_path / "cafe.fountain"
    file.write_bytes("INT. CAFÉ - DAY\r\n\r\nZoë drinks.\r\n\r\nZOË\r\nEncore.\r\n".encode("cp1252"))
    done = run(file)
    assert done.returncode == 0
    assert "Windows Latin" in done.stderr
    assert "CHARACTER Zoë" in (tmp_path / "cafe.sb").read_text()


def test_a_feature_costs_little_more_than_its_length(tmp_path: Path) -> None:
    """Twice the scenes cost about twice as much: processor time of one run, so that a busy machine does not count."""
    once, twice = (_import_cost(tmp_path / f"{count}.fountain", count) for count in (95, 190))
    assert twice < 3 * once
    assert not analyze_file(tmp_path / "190.sb").has_errors


def _import_cost(file: Path, count: int) -> float:
    """Seconds of the processor for an import of so many scenes."""
    scenes = []
    for number in range(count):
        scenes.append(f"INT. ROOM {number % 40} - DAY #{number}#\n\nANNA and BEN look at the sea for a while.\n")
        scenes += [
            f"{'ANNA' if turn % 2 else 'BEN'}\n{'The sea is very calm tonight, I think. ' * 3}\n" for turn in range(5)
        ]
    file.write_text("\n".join(scenes))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert run(file, "--stand-ins").returncode == 0
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def script_of(folder: Path, screenplay: str) -> str:
    file = folder / "film.fountain"
    file.write_text(screenplay, encoding="utf-8")
    done = CliRunner().invoke(command, [str(file), "-o", "-"])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_place_is_one_however_it_is_typed(tmp_path: Path) -> None:
    headings = [
        "INT. MOM'S HOUSE - DAY", "int. Mom’s house — night", "INT MOM'S HOUSE–LATER", "I/E. MOM'S  HOUSE. -- DAY",
        "INT. MOM'S-HOUSE (FLASHBACK) - DAY", "INT. MOM'S HOUSE, NIGHT", "INT. \"MOM'S HOUSE\" - NIGHT", ".LATER THAT NIGHT",
    ]  # fmt: skip
    script = script_of(tmp_path, "\n\n".join(f"{heading}\n\nDust." for heading in headings))
    assert [line for line in script.splitlines() if line.startswith("LOCATION")] == ["LOCATION Mom's House"]
    (tmp_path / "film.sb").write_text(script, encoding="utf-8")
    analysis = analyze_file(tmp_path / "film.sb")
    assert [one.code for one in analysis.diagnostics if one.code in ("SB206", "SB204")] == []
    assert all(len(clip.references) == 1 for clip in analysis.clips), "every scene brings the place in"


def test_the_rooms_of_a_house_are_places_of_their_own(tmp_path: Path) -> None:
    headings = {
        "INT. HOUSE - KITCHEN - DAY": "House - Kitchen", "INT. House — Hall": "House - Hall", "EXT. HOUSE - NIGHT": "House",
        "INT. HOUSE - kitchen - LATER": "House - Kitchen", "INT. HOUSE - FLASHBACK - DAY": "House", "INT. HOUSE - 1942": "House",
        "INT. SHIP - GALLEY - DAY": "Ship", "INT. SHIP - GALLEY": "Ship",
    }  # fmt: skip
    script = script_of(tmp_path, "\n\n".join(f"{heading}\n\nDust." for heading in headings))
    (tmp_path / "film.sb").write_text(script, encoding="utf-8")
    analysis = analyze_file(tmp_path / "film.sb")
    assert not [one.code for one in analysis.diagnostics if one.code in ("SB206", "SB204")]
    assert [[one.entity.name for one in clip.references] for clip in analysis.clips] == [
        [one] for one in headings.values()
    ]
    assert len({one.pictures[0].path for one in analysis.film.cast}) == script.count("LOCATION ") == 4


@pytest.mark.parametrize("pair", [("ROOM 1-2", "ROOM 12"), ("CAFÉ", "CAFE"), ("HOUSE/GARDEN", "HOUSE")])
def test_two_places_stay_two(pair: tuple[str, str], tmp_path: Path) -> None:
    script = script_of(tmp_path, "\n\n".join(f"INT. {place} - DAY\n\nDust." for place in pair))
    assert script.count("LOCATION ") == 2


def test_a_long_speech_goes_on_after_a_sentence(tmp_path: Path) -> None:
    said = "I am glad to see that Mrs. Hudson has lit the fire for Dr. J. H. Watson and for me. " * 4
    script = script_of(tmp_path, f"INT. ROOM - DAY\n\nHOLMES\n{said}\n")
    spoken = [line for line in script.splitlines() if line.startswith("I am glad")]
    assert len(spoken) > 1
    assert script.count("HOLMES (CONT'D)") == len(spoken) - 1
    assert " ".join(spoken) == said.strip()
    assert all(line.endswith("for me.") for line in spoken)


@pytest.mark.parametrize(
    ("line", "camera"),
    [
        ("CLOSE ON MIRA", "close on @Mira"),
        ("INSERT - A LETTER", "insert - a letter"),
        ("MIRA'S POV", "@Mira's POV"),
        ("ANGLE ON THE DOOR", "angle on the door"),
        ("TWO SHOT", "two shot"),
        ("!!Wide on the pot", "Wide on the pot"),
    ],
)
def test_a_camera_direction_begins_a_shot(line: str, camera: str, tmp_path: Path) -> None:
    script = script_of(tmp_path, f"INT. ROOM - DAY\n\nDust.\n\n{line}\n\nShe reads.\n\nMIRA\nNo.\n")
    assert [part.split("\n")[:2] for part in script.split("SHOT ")[1:]] == [
        ["3s", "Dust."],
        [f"3s {camera}", "She reads."],
    ]


def test_each_line_of_a_montage_is_a_shot(tmp_path: Path) -> None:
    script = script_of(
        tmp_path,
        "INT. ROOM - DAY\n\nMONTAGE - THE YEARS\n\nA) Mira runs.\n\nB) Mira falls.\n\nBACK TO SCENE\n\nDust.\n\nMIRA\nNo.\n",
    )
    assert [part.split("\n")[1] for part in script.split("SHOT ")[1:]] == ["A) @Mira runs.", "B) @Mira falls.", "Dust."]


@pytest.mark.parametrize(
    ("cue", "written"),
    [
        ("LENA'S VOICE", "LENA (O.S.) [[LENA'S VOICE]]"),
        ("VOICE OF LENA", "LENA (O.S.) [[VOICE OF LENA]]"),
        ("LENA VOICE", "LENA (O.S.) [[LENA VOICE]]"),
        ("LENA V.O.", "LENA (V.O.) [[LENA V.O.]]"),
        ("LENA ON PHONE", "LENA (V.O.) [[LENA ON PHONE]]"),
        ("LENA AND TOM", "LENA [[LENA AND TOM]]"),
        ("LENA/TOM", "LENA [[LENA/TOM]]"),
        ("LENA & TOM (CONT'D)", "LENA (CONT'D) [[LENA & TOM]]"),
    ],
)
def test_a_cue_says_who_speaks(cue: str, written: str, tmp_path: Path) -> None:
    script = script_of(tmp_path, f"INT. ROOM - DAY\n\nLENA\nYes.\n\nTOM\nNo.\n\n{cue}\nMaybe.\n")
    assert f"\n{written}\nMaybe." in script
    assert script.count("CHARACTER ") == 2
    assert (" ^\nMaybe." in script) is ("TOM" in cue)


@pytest.mark.parametrize(
    "cue", ["CROWD", "ANGRY CROWD", "RADIO", "NARRATOR", "ALL", "MALE VOICE", "VOICES #2", "ERZÄHLER", "ГОЛОС"]
)
def test_nobody_is_seen_in_a_crowd_a_radio_or_a_narrator(cue: str, tmp_path: Path) -> None:
    script = script_of(tmp_path, f"INT. ROOM - DAY\n\nDust.\n\n{cue}\nMaybe.\n")
    assert "front:" not in script


@pytest.mark.parametrize(
    ("said", "look", "left"),
    [
        (
            "MIRA (24), a lantern keeper in a red coat, waits.",
            "a lantern keeper in a red coat, 24 years old",
            "@MIRA waits.",
        ),
        ("MIRA (mid-30s) waits.", "mid-30s", "@MIRA waits."),
        ("MIRA, 24, a keeper, waits. Rain.", "a keeper, 24 years old", "@MIRA waits. Rain."),
        ("Fog. MIRA (60s, grey) waits.", "grey, 60s", "Fog. @MIRA waits."),
        ("MIRA, 30, soaked, in a raincoat, runs.", "soaked, in a raincoat, 30 years old", "@MIRA runs."),
        ("MIRA, 30, a keeper, grey hair, steps in.", "a keeper, grey hair, 30 years old", "@MIRA steps in."),
        ("MIRA BELL (40s), a judge, enters.", "a judge, 40s", "@MIRA [[MIRA BELL]] enters."),
        ("MIRA, 30, turns, looks up, and leaves.", "30 years old", "@MIRA turns, looks up, and leaves."),
        ("MIRA BELL waits.", "", "@MIRA BELL waits."),
        ("MIRA waits, a lantern in her hand.", "", "@MIRA waits, a lantern in her hand."),
        ("Mira (24), a keeper, waits.", "", "@Mira (24), a keeper, waits."),
        ("MIRA (to Tom) waits.", "", "@MIRA (to Tom) waits."),
    ],
)
def test_a_first_appearance_in_capitals_gives_the_look(said: str, look: str, left: str, tmp_path: Path) -> None:
    script = script_of(tmp_path, f"INT. ROOM - DAY\n\n{said}\n\nMIRA\nNo.\n")
    assert ("look: " in script) is bool(look)
    assert not look or f"CHARACTER Mira\nlook: {look}\n" in script
    assert f"\n{left}\n" in script


@pytest.mark.parametrize(
    "said",
    [
        "It was a Tuesday, a well-lit one -- twenty-two of us, I think." * 2,
        "この髪を抜いてな、鬘にしようと思うたのじゃ。" * 3,
        "Так-то вот — и всё тут, милый мой.",
    ],
)
def test_the_time_of_a_speech_is_what_the_check_counts(said: str, tmp_path: Path) -> None:
    script = script_of(tmp_path, f"INT. ROOM - DAY\n\nMIRA\n{said}\n\nTOM\n(slowly)\n{said}\n")
    (tmp_path / "film.sb").write_text(script, encoding="utf-8")
    assert "SB509" not in {one.code for one in analyze_file(tmp_path / "film.sb").diagnostics}


@pytest.mark.parametrize(
    "screenplay",
    [
        "INT. ROOM - DAY\n\nN(@a)\nYes.\n",
        "Title: o/*\nx */\nAuthor: q\n\nINT. ROOM - DAY\n\nDust.\n",
        "INT. ROOM - DAY\n\nDust.\n\nSHOT TO:\n\nRain.\n",
        "INT. ROOM - DAY\n\nDust.\n\nPROP TO:\n\nINCLUDE TO:\n\nRain.\n",
        "Ke\u0085y: x\nTitle: z\n\nDust.\n",
        "N(.VO)\nYes.\n",
        "// x\n\n[[ a\n\nINT. ROOM - DAY\n\n/* b [[ c\n\nDust. */ SHOT 5s ]]\n",
        "[[word]]\n\nlight:",
        "INT. - DAY\n\nEFFECT: rain\n\nmusic: none\n\nLOCATION x\n",
    ],
)
def test_the_script_of_an_import_checks(screenplay: str, tmp_path: Path) -> None:
    script = script_of(tmp_path, screenplay)
    (tmp_path / "film.sb").write_text(script, encoding="utf-8")
    found = analyze_file(tmp_path / "film.sb").diagnostics
    assert not [one for one in found if one.severity == "error" and one.code != "SB401"], script


@pytest.mark.parametrize(
    ("data", "said", "kept"),
    [
        ("INT. КУХНЯ - ДЕНЬ\n\nЗдравствуй, мир.\n".encode("koi8_r"), "KOI8-R", "Здравствуй"),
        ("INT. ŁAZIENKA - DZIEŃ\n\nZażółć gęślą jaźń.\n".encode("cp1250"), "cp1250", "Zażółć gęślą jaźń"),
        ("INT. ΣΠΙΤΙ - DAY\n\nΚαλημέρα κόσμε.\n".encode("cp1253"), "cp1253", "Καλημέρα"),
        ("INT. CAFÉ - DAY\n\nDéjà vu.\n".encode("mac_roman"), "Mac Roman", "Déjà vu"),
        ("INT. 家 - DAY\n\nこんにちは、世界。\n".encode("shift_jis"), "Shift JIS", "こんにちは"),
        ("INT. 집 - DAY\n\n안녕하세요.\n".encode("euc_kr"), "EUC-KR", "안녕하세요"),
        ("INT. CAFÉ - DAY\n\nDéjà ".encode() + b"\x96 vu.\n", "96 in line 3", "Déjà"),
    ],
)
def test_a_code_page_is_recognised(data: bytes, said: str, kept: str, tmp_path: Path) -> None:
    file = tmp_path / "film.fountain"
    file.write_bytes(data)
    done = CliRunner().invoke(command, [str(file), "-o", "-"])
    assert done.exit_code == 0
    assert said in done.stderr
    assert kept in done.stdout
