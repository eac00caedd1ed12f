"""Files that are no scripts, and scripts that are hostile: a clear word, fast, in little memory."""

from __future__ import annotations

import base64
import io
import json
import os
import resource
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageOps

SECONDS = 2.0
MEGABYTES = 500

_PROBE = """
import sys, time
start = time.process_time()
from storyboard.cli import main
try:
    main(sys.argv[1:], standalone_mode=False)
    code = 0
except SystemExit as leaving:
    code = leaving.code
# Of this program only: `ru_maxrss` would count what the tests held when they started it.
peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) // 1024
print("PROBE", code, round(time.process_time() - start, 2), peak, file=sys.stderr)
"""


def run(folder: Path, *arguments: str, seconds: float = SECONDS, megabytes: int = MEGABYTES) -> tuple[int, str, str]:
    """Exit code, output and messages of a command; too slow or too large fails here."""
    done = subprocess.run(
        [sys.executable, "-c", _PROBE, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=30 * seconds,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30)),
    )
    assert "Traceback" not in done.stderr, done.stderr[-2000:]
    *said, probe = done.stderr.strip().splitlines()
    _, code, taken, peak = probe.split()
    assert float(taken) < seconds * 2, taken  # the machine that builds may be half as fast
    assert int(peak) < megabytes
    return int(code), done.stdout, "\n".join(said)


def big_png(width: int, height: int) -> bytes:
    """A picture of many pixels in few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 4000))
        + chunk(b"IEND", b"")
    )


TEXTS: dict[str, tuple[bytes, str]] = {
    "a line of a million characters": (b"SHOT 5s\n" + b"a " * 500_000, "SB312"),
    "a key of a million characters": (b"a" * 1_000_000 + b":", "SB102"),
    "a name of a million characters": (b"CHARACTER " + b"a" * 1_000_000, "SB109"),
    "100,000 brackets": (b"SHOT 5s\n\n" + b"(" * 100_000 + b"\nx\n", "SB301"),
    "100,000 pairs of brackets": (b"SHOT 5s\n\n" + b"(a)" * 100_000 + b"\nx\n", "SB312"),
    "100,000 brackets in a speech": (b"CHARACTER A\n\nSHOT 5s\n\nA\n" + b"(" * 100_000, "SB106"),
    "100,000 signs": (b"SHOT 5s\n" + b"@" * 100_001 + b"\n", "SB312"),
    "100,000 unknown names": (b"CHARACTER A\n\nSHOT 5s\n" + b"@b " * 5_000, "SB201"),
    "an unclosed note": (b"SHOT 5s\nx [[ y\n", "SB101"),
    "an unclosed boneyard": (b"SHOT 5s\nx /* y\n", "SB101"),
    "half a million openers": (b"[[" * 500_000, "SB101"),
    "100,000 open braces": (b"CHARACTER A\n\nSHOT 5s\n" + b"@{" * 100_000, "SB101"),
    "NUL characters": (b"SHOT 5s\nx\0y\n", "SB101"),
    "a name of 10,000 characters": (b"CHARACTER " + b"Ab " * 3334 + b"\n\nSHOT 5s\n@" + b"Ab " * 3334, "SB109"),
    "100,000 stars": (b"SHOT 5s\n" + b"*_" * 100_000, "SB312"),
    "100,000 headings": (b"INT. A\n" * 5_000, "SB206"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_hostile_text(tmp_path: Path, name: str) -> None:
    text, code = TEXTS[name]
    (tmp_path / "film.sb").write_bytes(text)
    _, output, _ = run(tmp_path, "check", "film.sb")
    assert code in output


#: As large as a script may be.
LARGEST = 8 << 20
#: What fills such a script, and whether the default run tries it.
FILLS = {
    "blank lines": ("\n", True),
    "headings": ("INT. A\n", False),
    "signs": ("@\n", False),
    "one line": ("@", False),
    "open notes": ("[[\n", False),
    "open notes in one line": ("[[", False),
    "mentions": ("@Ada walks.\n", False),
    "unknown mentions": (f"{'@Adb ' * 16}\n", False),
    "speeches": ("ADA\na\n\n", False),
    "shots": ("SHOT 5s\n", False),
    "declarations": ("CHARACTER A\n", False),
    "descriptions": (f"{'@Ada in a green coat, ' * 4}\n", False),
}


@pytest.mark.parametrize(
    "fill", [pytest.param(name, marks=() if quick else pytest.mark.slow) for name, (_, quick) in FILLS.items()]
)
@pytest.mark.parametrize("command", [("check",), ("fmt", "--check")], ids=" ".join)
def test_8_mebibytes(tmp_path: Path, fill: str, command: tuple[str, ...]) -> None:
    """A script that is longer than a film is read up to there, and the message says so."""
    head = b"CHARACTER Ada\nlook: tall\n\nSHOT 5s wide\n"
    unit = FILLS[fill][0].encode()
    (tmp_path / "film.sb").write_bytes(head + unit * ((LARGEST - len(head)) // len(unit)))
    code, output, told = run(tmp_path, *command, "film.sb", seconds=20, megabytes=1024)
    assert code == 1
    assert "longer than 50,000 lines or 1,048,576 characters" in output + told


def test_8_mebibytes_of_final_draft(tmp_path: Path) -> None:
    head = '<FinalDraft DocumentType="Script"><Content>'
    unit = '<Paragraph Type="Action"><Text>A</Text></Paragraph>'
    (tmp_path / "film.fdx").write_text(
        f"{head}{unit * (LARGEST // len(unit))}</Content></FinalDraft>", encoding="utf-8"
    )
    code, _, told = run(tmp_path, "import", "film.fdx", seconds=20, megabytes=1024)
    assert code == 2
    assert "longer than 50,000 lines or 1,048,576 characters" in told


@pytest.mark.slow
def test_8_mebibytes_of_included_scripts(tmp_path: Path) -> None:
    """Each is read up to what a film may hold together; the next one is told at its line."""
    unit = "CHARACTER Name{}x{}\nlook: a woman in a green coat\nfront: https://x.org/a.png\n\n"
    for number in range(10):
        cast = "".join(unit.format(number, one) for one in range(11_500))
        (tmp_path / f"cast{number}.sb").write_text(cast, encoding="utf-8")
    includes = "".join(f"INCLUDE cast{number}.sb\n" for number in range(10))
    (tmp_path / "film.sb").write_text(f"{includes}\nSHOT 5s\n@Name0x1 walks.\n", encoding="utf-8")
    code, output, _ = run(tmp_path, "check", "film.sb", seconds=20, megabytes=1024)
    assert code == 1
    assert "the files of this film have more than 8,388,608 characters" in output


def test_8_mebibytes_of_a_screenplay(tmp_path: Path) -> None:
    (tmp_path / "film.fountain").write_text(
        "INT. HOUSE - DAY\n\n" + "MIRA\nNo.\n\n" * (LARGEST // 10 - 9), encoding="utf-8"
    )
    code, _, told = run(tmp_path, "import", "film.fountain", seconds=20, megabytes=1024)
    assert code == 2
    assert "longer than 50,000 lines or 1,048,576 characters" in told


def test_a_script_as_long_as_a_film_may_be(tmp_path: Path) -> None:
    last = "@Ada walks.\n"
    head = "CHARACTER Ada\nlook: tall\nfront: https://example.com/ada.png\n\nEXT. SEA\n\nSHOT 5s wide\n"
    film = tmp_path / "film.sb"
    film.write_text(head + "\n" * (50_000 - 1 - head.count("\n")) + last, encoding="utf-8")
    assert "longer than" not in run(tmp_path, "check", "film.sb")[1]
    film.write_text(film.read_text(encoding="utf-8") + last, encoding="utf-8")
    assert "film.sb:50000" in run(tmp_path, "check", "film.sb")[1]


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "film.sb").touch()
    assert run(tmp_path, "check", "film.sb") == (0, "nothing to change\n", "")


UNREADABLE: dict[str, tuple[Callable[[Path], object], str]] = {
    "a folder": (lambda file: file.mkdir(), "is a folder"),
    "a pipe": (os.mkfifo, "is a device or a pipe"),
    "a device": (lambda file: file.symlink_to("/dev/zero"), "is a device or a pipe"),
    "nothing": (lambda file: None, "there is no such file"),
    "100 MB": (lambda file: file.write_bytes(b"a" * 100_000_000), "is too large"),
    "Latin-1": (lambda file: file.write_bytes(b"Title: caf\xe9\n"), "byte 0xE9 at offset 10 (line 1)"),
    "a link to nothing": (lambda file: file.symlink_to("nowhere.sb"), "there is no such file"),
}


@pytest.mark.parametrize("name", UNREADABLE)
@pytest.mark.parametrize("command", ["check", "compile"])
def test_a_file_that_cannot_be_read(tmp_path: Path, name: str, command: str) -> None:
    make, said = UNREADABLE[name]
    make(tmp_path / "film.sb")
    code, _, message = run(tmp_path, command, "film.sb")
    assert code == 2
    assert said in message


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(tmp_path: Path) -> None:
    (tmp_path / "film.sb").touch(0o000)
    code, _, message = run(tmp_path, "check", "film.sb")
    assert code == 2
    assert "you may not read" in message


@pytest.mark.parametrize("length", [1, 2, 17])
def test_a_circle_of_includes(tmp_path: Path, length: int) -> None:
    for number in range(length):
        (tmp_path / f"{number}.sb").write_text(f"INCLUDE {(number + 1) % length}.sb\n")
    code, output, _ = run(tmp_path, "check", "0.sb")
    assert code == 1
    assert output.count("SB105") == 1


def test_10_000_includes(tmp_path: Path) -> None:
    (tmp_path / "i").mkdir()
    for number in range(10_000):
        (tmp_path / "i" / f"{number}.sb").write_text("# Empty\n")
    (tmp_path / "film.sb").write_text("".join(f"INCLUDE i/{number}.sb\n" for number in range(10_000)))
    assert run(tmp_path, "check", "film.sb")[0] == 0


def test_a_long_chain_of_includes(tmp_path: Path) -> None:
    for number in range(2_000):
        (tmp_path / f"{number}.sb").write_text(f"INCLUDE {number + 1}.sb\n")
    code, output, _ = run(tmp_path, "check", "0.sb")
    assert (code, output.count("SB105")) == (1, 1)


def _cut(file: Path) -> None:
    Image.effect_noise((400, 400), 50).save(file)
    file.write_bytes(file.read_bytes()[:20_000])


PICTURES: dict[str, tuple[Callable[[Path], object], str]] = {
    "a folder": (lambda file: file.mkdir(), "SB402"),
    "a pipe": (os.mkfifo, "SB402"),
    "empty": (lambda file: file.touch(), "SB402"),
    "cut off": (_cut, "SB402"),
    "a text": (lambda file: file.write_text("hello"), "SB402"),
    "too many pixels": (lambda file: file.write_bytes(big_png(30_000, 30_000)), "SB402"),
    "missing": (lambda file: None, "SB401"),
    "a link out of the project": (lambda file: file.symlink_to("/etc/hostname"), "SB404"),
    "an empty TIFF": (lambda file: file.write_bytes(b"II*\0\x08\0\0\0\0\0"), "SB402"),
    "a PDF": (lambda file: file.write_bytes(b"%PDF-1.4\n%%EOF\n"), "SB402"),
    "one colour": (lambda file: Image.new("RGB", (400, 400), "tan").save(file), "SB408"),
    "small": (lambda file: Image.new("RGB", (299, 400)).save(file), "SB403"),
    "narrow": (lambda file: Image.new("RGB", (400, 1001)).save(file), "SB403"),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_that_is_none(tmp_path: Path, name: str) -> None:
    make, code = PICTURES[name]
    make(tmp_path / "mira.png")
    (tmp_path / "film.sb").write_text("CHARACTER Mira\nfront: mira.png\n\nSHOT 5s\n@Mira waits.\n")
    _, output, _ = run(tmp_path, "check", "film.sb")
    found = [line.split()[2].rstrip(":") for line in output.splitlines() if line.startswith("film.sb")]
    assert [one for one in found if one < "SB500"] == [code], "advice on so short a prompt is not what this is about"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("../mira.png", "SB404"),
        ("/etc/passwd", "SB404"),
        ("/dev/zero", "SB404"),
        ("~/mira.png", "SB404"),
        ("file:///etc/passwd", "SB104"),
        ("data:image/png;base64,AAAA", "SB104"),
        ("ftp://example.com/a.png", "SB104"),
        ("https://me:secret@example.com/a.png", "SB104"),
        ("https://", "SB104"),
        ("x" * 5_000 + ".png", "SB104"),
        ("x" * 300 + ".png", "SB402"),
    ],
)
def test_a_path_that_is_none(tmp_path: Path, path: str, code: str) -> None:
    (tmp_path / "film.sb").write_text(f"CHARACTER Mira\nfront: {path}\n\nSHOT 5s\n@Mira waits.\n")
    _, output, _ = run(tmp_path, "check", "film.sb")
    assert f"error {code}" in output
    assert "root:" not in output


def test_text_that_looks_like_a_template_comes_out_as_typed(tmp_path: Path) -> None:
    typed = "{{ 7*7 }} {% include '/etc/hostname' %}"
    script = f"""Title: {typed}
Audio: on
Style: {typed}
Negative: {typed}

CHARACTER Mira
look: {typed}
voice: {typed}
front: https://example.com/m.png

EXT. {typed} - DAY
light: {typed}
sound: {typed}

{typed}

SHOT 5s {typed}
@Mira {typed}

MIRA
({typed})
{typed}
"""
    (tmp_path / "film.sb").write_text(script)
    code, output, _ = run(tmp_path, "compile", "film.sb")
    assert code == 0
    assert output.count(typed) >= 11
    assert "49" not in output.split('"fingerprint"')[0].split('"prompt"')[-1]


def test_a_photo_leaves_without_its_place_and_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    Image.new("RGB", (640, 400), (200, 30, 30)).save(tmp_path / "mira.jpg", exif=exif)
    (tmp_path / "film.sb").write_text("CHARACTER Mira\nfront: mira.jpg\n\nSHOT 5s\n@Mira waits.\n")
    code, output, _ = run(tmp_path, "compile", "film.sb", "--images", "embed")
    assert code == 0
    url = json.loads(output)["clips"][0]["payload"]["elements"][0]["frontal_image_url"]
    sent = Image.open(io.BytesIO(base64.b64decode(url.split(",")[1])))
    assert sent.size == (400, 640)
    assert not sent.getexif()
    assert sent.format == "JPEG"


@pytest.mark.parametrize(
    "notes", [b"MM\x00\x83\x00\x00\x00\x08", b"\xff" * 64, b"MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x02"]
)
@pytest.mark.parametrize("name", ["mira.webp", "mira.png", "mira.jpg"])
def test_odd_notes_of_a_camera_do_no_harm(tmp_path: Path, name: str, notes: bytes) -> None:
    Image.new("RGB", (640, 400), (200, 30, 30)).save(tmp_path / name, exif=b"Exif\x00\x00" + notes)
    (tmp_path / "film.sb").write_text(f"CHARACTER Mira\nfront: {name}\n\nSHOT 5s\n@Mira waits.\n")
    code, _, said = run(tmp_path, "compile", "film.sb", "--requests", "out")
    assert (code, "SB402" in said) == (0, False)
    code, _, said = run(tmp_path, "board", "film.sb")
    assert (code, "mira" in said) == (0, False)


@pytest.mark.parametrize("held", range(1, 9))
def test_a_photo_is_upright_however_the_camera_was_held(tmp_path: Path, held: int) -> None:
    """As Pillow itself turns it."""
    exif = Image.Exif()
    exif[0x0112] = held
    seen = Image.new("RGB", (640, 400))
    seen.paste((200, 30, 30), (0, 0, 200, 100))
    seen.paste((30, 30, 200), (500, 0, 640, 100))
    seen.save(tmp_path / "mira.png", exif=exif)
    (tmp_path / "film.sb").write_text("CHARACTER Mira\nfront: mira.png\n\nSHOT 5s\n@Mira waits.\n")
    code, output, _ = run(tmp_path, "compile", "film.sb", "--images", "embed")
    assert code == 0
    url = json.loads(output)["clips"][0]["payload"]["elements"][0]["frontal_image_url"]
    sent = Image.open(io.BytesIO(base64.b64decode(url.split(",")[1])))
    with Image.open(tmp_path / "mira.png") as photo:
        assert sent.tobytes() == ImageOps.exif_transpose(photo).tobytes()
