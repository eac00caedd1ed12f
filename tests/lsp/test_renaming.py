"""A name changed everywhere, without a server: what a rename writes, and when it is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from storyboard.compiler.pipeline import analyze_text
from storyboard.lsp.rename import RenameRefused, apply_rename, rename, target_at

HEAD = "CHARACTER Mira\nlook: red\n\nCHARACTER Old Tom\nlook: old\n\nLOCATION Harbor\nlook: fog\n\n"


def renamed(script: str, new: str, folder: Path = Path("/nowhere")) -> str:
    """The script after a rename at the mark ‸."""
    at = script.index("‸")
    text = script.replace("‸", "")
    analysis = analyze_text(text, str(folder / "film.sb"))
    target = target_at(analysis, analysis.path, at)
    assert target is not None
    changes = rename(analysis, target, new, [])
    return apply_rename(text, changes[analysis.path])


def test_all_forms_of_a_name() -> None:
    script = (
        f"{HEAD}EXT. HARBOR - DUSK\nwith: Mira, @Old Tom\n\nSHOT 5s @Mira waits\nlight: on @{{Mira}}\n"
        "@Mira's coat. Mira alone is a word.\n\nMIRA (V.O.)\n(to @old tom)\nI am @Mira.\n\n@Mira\nYes.\n"
    )
    found = renamed(script.replace("SHOT 5s @M", "SHOT 5s @M‸"), "Anna Lee")
    assert found == (
        script.replace("Mira alone", "•")
        .replace("Mira", "Anna Lee")
        .replace("MIRA", "ANNA LEE")
        .replace("•", "Mira alone")
    )


def test_a_place_is_in_capitals_in_headings() -> None:
    script = f"{HEAD}EXT. HARBOR - DUSK\n\nSHOT 5s\nThe gate of @Harbor opens.\n"
    assert renamed(script.replace("EXT. H", "EXT. H‸"), "Old Port") == script.replace("HARBOR", "OLD PORT").replace(
        "Harbor", "Old Port"
    )


VARIANTS = "CHARACTER Mira.winter\nlook: white\n\nSHOT 5s\n@Mira.winter meets @Mira.\n"


def test_the_name_of_a_variant() -> None:
    assert "@Mira.fur meets @Mira." in renamed(HEAD + VARIANTS.replace("@Mira.w", "@Mira.w‸"), "fur")
    assert "@Mira.fur meets @Mira." in renamed(HEAD + VARIANTS.replace("@Mira.w", "@Mira.w‸"), "Mira.fur")
    found = renamed(HEAD + VARIANTS.replace("@Mira.w", "@Mi‸ra.w"), "Anna")
    assert "CHARACTER Anna.winter" in found
    assert "@Anna.winter meets @Anna." in found


def test_a_name_that_would_run_on_gets_braces() -> None:
    script = "CHARACTER 太郎\nlook: 赤\n\nSHOT 5s\n@太‸郎は歩く。@太郎 も。\n"
    assert renamed(script, "Taro") == "CHARACTER Taro\nlook: 赤\n\nSHOT 5s\n@{Taro}は歩く。@Taro も。\n"


def test_a_cue_without_capitals_becomes_one_with() -> None:
    script = "CHARACTER 太‸郎\nlook: 赤\n\nSHOT 5s\n夜。\n\n太郎\nはい。\n"
    assert renamed(script, "Taro") == "CHARACTER Taro\nlook: 赤\n\nSHOT 5s\n夜。\n\nTARO\nはい。\n"


def test_a_name_that_another_would_swallow() -> None:
    """`@Old` before ` Tom` would be read as Old Tom."""
    script = f"{HEAD}SHOT 5s\n@Mi‸ra Tom is not.\n"
    assert "@{Old} Tom is not." in renamed(script, "Old")


def test_a_note_inside_a_name_is_kept() -> None:
    script = f"{HEAD}SHOT 5s\n@Old [[how old?]] Tom wal‸ks to @Mira.\n".replace("‸", "").replace("@Mira", "@Old‸ Tom")
    assert "@Sam [[how old?]] walks to @Sam." in renamed(script, "Sam")


def test_another_spelling_of_the_same_name() -> None:
    assert renamed(f"{HEAD}SHOT 5s\n@mi‸ra waits.\n", "MIRA").endswith("@MIRA waits.\n")


NIGHT = "LOCATION Harbor\nlook: x\n\nLOCATION Harbor.night\nlook: y\n\nEXT. HARBOR - NIGHT\n\n"


@pytest.mark.parametrize(
    ("script", "new", "reason"),
    [
        (f"{HEAD}SHOT 5s\n@Mi‸ra.\n", "old  tom", "“Old Tom” is taken|“old tom” is taken"),
        (f"{HEAD}SHOT 5s\n@Mi‸ra.\n", "", "at least one letter"),
        (f"{HEAD}SHOT 5s\n@Mi‸ra.\n", "Mira\nShot", "read differently|taken|cannot"),
        (f"{HEAD}SHOT 5s\n@Mi‸ra.\n", "-", "cannot be a name"),
        (HEAD + VARIANTS.replace("@Mira.w", "@Mira.w‸"), "two words", "cannot be a variant's word"),
        (f"{HEAD}SHOT 5s\n@Mi‸ra sees @Anna Lee.\n", "Anna", "Other words of the script|a new error"),
        (
            f"{NIGHT}SHOT 5s\n@Harbor.ni‸ght sleeps.\n",
            "storm",
            "another place",
        ),
    ],
)
def test_refusals(script: str, new: str, reason: str) -> None:
    if "\n" in new:
        # Blanks of any kind count as one: this is a plain name, and allowed.
        assert "@Mira Shot." in renamed(script, new)
        return
    with pytest.raises(RenameRefused, match=reason):
        renamed(script, new)


def test_every_line_end_stays() -> None:
    script = f"{HEAD}SHOT 5s\n@Mi‸ra waits for\n@Old\nTom.\n".replace("\n", "\r\n")
    assert renamed(script, "Anna") == script.replace("‸", "").replace("Mira", "Anna")
