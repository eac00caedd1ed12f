"""What is offered where, without a server. The mark ‸ is the cursor."""

from __future__ import annotations

from pathlib import Path

import pytest

from storyboard.compiler.pipeline import analyze_text
from storyboard.lsp.completion import CompletionOffer, complete

HEAD = (
    "CHARACTER Mira\nlook: a keeper\n\nCHARACTER Old Tom\nlook: old\n\nCHARACTER Mira.winter\nlook: fur\n\n"
    "LOCATION Harbor\nlook: fog\n\nLOCATION Harbor.night\nlook: lamps\n\n"
)


def offered(script: str, folder: Path = Path("/nowhere")) -> list[CompletionOffer]:
    at = script.index("‸")
    text = script.replace("‸", "")
    analysis = analyze_text(text, str(folder / "film.sb"))
    return complete(analysis, analysis.path, at)


def taken(script: str, label: str, folder: Path = Path("/nowhere")) -> str:
    """The line of the cursor with an offer taken."""
    one = next(each for each in offered(script, folder) if each.label == label)
    text = script.replace("‸", "")
    line = text[: one.start].count("\n")
    return (text[: one.start] + one.text + text[one.end :]).split("\n")[line]


@pytest.mark.parametrize(
    ("script", "labels"),
    [
        ("‸", ["Title", "Model", "Aspect"]),
        ("Title: x\nMo‸", ["Model"]),
        ("Title: x\nAspect: ‸", ["16:9", "9:16", "1:1"]),
        ("Title: x\nModel: grok-imagine\nResolution: ‸", ["480p", "720p"]),
        ("Title: x\nClips: ‸", ["auto", "one"]),
        (f"{HEAD}PROP Lamp\n‸", ["look", "front", "angles", "video"]),
        (f"{HEAD}CHARACTER Tim\nv‸", ["voice", "video"]),
        (f"{HEAD}EXT. ‸", ["HARBOR", "HARBOR.NIGHT"]),
        (f"{HEAD}INT./EXT. HAR‸", ["HARBOR"]),
        (f"{HEAD}I/E ‸", ["HARBOR"]),
        (f"{HEAD}.‸", ["HARBOR"]),
        (f"{HEAD}EXT. HARBOR — ‸", ["NIGHT", "DAY", "夜"]),
        (f"{HEAD}EXT. HARBOR - DUSK\n‸", ["light", "sound", "with", "variants", "model"]),
        (f"{HEAD}EXT. HARBOR - DUSK\nvariants: ‸", ["Mira.winter", "Harbor.night"]),
        (f"{HEAD}EXT. HARBOR - DUSK\nmodel: gr‸", ["grok-imagine"]),
        (f"{HEAD}SHOT 5s\nwith: Mira, ‸", ["Mira", "Old Tom", "Harbor"]),
        (f"{HEAD}SHOT 5s\nlight: soft\n‸", ["camera", "sound", "start", "end"]),
        (f"{HEAD}SHOT 5s, ‸", ["wide", "CU", "static"]),
        (f"{HEAD}SHOT 5s\nHe waits.\n\nM‸", ["MIRA"]),
        (f"{HEAD}SHOT 5s\nHe waits.\n\nSH‸", ["SHOT"]),
        (f"{HEAD}SHOT 5s\nHe looks at ＠‸", ["Mira"]),
        (f"{HEAD}SHOT 5s\nHe looks at @{{ol‸", ["Old Tom"]),
        (f"{HEAD}SHOT 5s [[allow ‸", ["SB501", "SB505"]),
        (f"{HEAD}SHOT 5s\nHe waits.\n\nCUT‸", ["CUT TO:", "CUT TO BLACK."]),
        (f"{HEAD}SHOT 5s\nHe waits.\n\nEFF‸", ["EFFECT:"]),
        (f"{HEAD}SHOT 5s\nHe waits.\n\nMONT‸", ["MONTAGE"]),
        (f"{HEAD}SHOT 5s\nHe waits.\n\nMIRA (‸", ["V.O.", "O.S.", "CONT'D"]),
        (f"{HEAD}SHOT 5s\nHe waits.\n\nMIRA (V‸)", ["V.O."]),
        (f"{HEAD}int. har‸", ["HARBOR"]),
        (f"{HEAD}AUSSEN. HARBOR - N‸", ["NIGHT"]),
        (f"{HEAD}SHOT 5s\nmusic: ‸", ["none"]),
    ],
)
def test_offers(script: str, labels: list[str]) -> None:
    assert set(labels) <= {one.label for one in offered(script)}


@pytest.mark.parametrize(
    "script",
    [
        f"{HEAD}SHOT 5s\nHe waits ‸",
        f"{HEAD}SHOT 5s\nHe waits.\nlight‸",
        f"{HEAD}SHOT 5s\nme@‸",
        f"{HEAD}SHOT 5s\n@Mira walks ‸",
        f"{HEAD}SHOT 5s\n@Mira ‸",
        f"{HEAD}SHOT 5s\n[[ @‸ ]]",
        f"{HEAD}SHOT 5s\nHe says: ‸",
        f"{HEAD}SHOT 5 minutes ‸",
    ],
)
def test_nothing_is_offered_in_plain_text(script: str) -> None:
    assert offered(script) == []


@pytest.mark.parametrize(
    ("script", "label", "line"),
    [
        (f"{HEAD}SHOT 5s\n🏮 @old t‸ waves", "Old Tom", "🏮 @Old Tom waves"),
        (f"{HEAD}SHOT 5s\n@{{ol‸", "Old Tom", "@{Old Tom}"),
        (f"{HEAD}SHOT 5s\n@{{ol‸}} waves", "Old Tom", "@{Old Tom} waves"),
        (f"{HEAD}SHOT 5s\n@Mi‸ra waves", "Mira", "@Mira waves"),
        (f"{HEAD}EXT. har‸ - DUSK", "HARBOR", "EXT. HARBOR - DUSK"),
        (f"{HEAD}EXT. HARBOR - du‸", "DUSK", "EXT. HARBOR - DUSK"),
        (f"{HEAD}SHOT 1‸", "10s", "SHOT 10s"),
        (f"{HEAD}SHOT 1‸0s wide", "12s", "SHOT 12s wide"),
        (f"{HEAD}SHOT 5s wide, slow pu‸", "slow push forward", "SHOT 5s wide, slow push forward"),
        (f"{HEAD}SHOT 5s\nli‸: soft", "light", "light: soft"),
        (f"{HEAD}SHOT 5s\nwith: Mira, ol‸", "Old Tom", "with: Mira, Old Tom"),
    ],
)
def test_an_offer_replaces_what_was_typed(script: str, label: str, line: str) -> None:
    assert taken(script, label) == line


def test_pictures_below_the_folder_and_none_outside(tmp_path: Path) -> None:
    for name in ("film/refs/a.png", "film/refs/deep/b.JPG", "film/notes.txt", "film/.hidden/c.png", "outside.png"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"")
    folder = tmp_path / "film"
    paths = {one.label for one in offered("PROP Lamp\nfront: ‸", folder)}
    assert paths == {"refs/a.png", "refs/deep/b.JPG"}
    assert taken("PROP Lamp\nangles: x.png, refs/d‸", "refs/deep/b.JPG", folder) == "angles: x.png, refs/deep/b.JPG"
    assert offered("PROP Lamp\nfront: ../‸", folder) == []
    assert next(one.label for one in offered("SHOT 5s\nstart: ‸", folder)) == "last-frame"
