"""What can be mended by itself, without a server."""

from __future__ import annotations

from storyboard.compiler.pipeline import Analysis, analyze_text
from storyboard.lsp.fixes import all_safe, fix_actions
from storyboard.lsp.rename import apply_rename

HEAD = "CHARACTER Mira\nlook: red\n\nCHARACTER Tom\nlook: old\n\nLOCATION Harbor\nlook: fog\n\n"


def mended(text: str, title: str, code: str) -> Analysis:
    """The script after the action of that title at the first problem of that code."""
    analysis = analyze_text(text, "/nowhere/film.sb")
    problem = next(one for one in analysis.diagnostics if one.code == code)
    found = list(fix_actions(analysis, analysis.path, problem.start.offset, problem.end.offset))
    action = next(one for one in found if one.title == title)
    return analyze_text(apply_rename(text, action.changes[analysis.path]), analysis.path)


def codes(analysis: Analysis) -> set[str]:
    return {one.code for one in analysis.diagnostics}


def test_a_fix_of_a_diagnostic() -> None:
    after = mended(f"{HEAD}EXT. HARBOR - DUSK\n\nSHOT 5s\n🏮 @Mria waits.\n", "Change “@Mria” to “@Mira”", "SB201")
    assert "SB201" not in codes(after)


def test_the_end_of_a_line_offers_what_mends_the_line_and_the_next_line_does_not() -> None:
    script = f"{HEAD}EXT. HARBOR - DUSK\n\nSHOT 5s\n🏮 @Mria waits.\n@Mira sits.\n@Tmo sits, @Mria stands.\n"
    analysis = analyze_text(script, "/nowhere/film.sb")

    def at(offset: int) -> set[str]:
        found = fix_actions(analysis, analysis.path, offset, offset)
        return {one.title for one in found if one.title.startswith("Change")}

    assert at(script.index("waits.") + 6) == {"Change “@Mria” to “@Mira”"}
    assert at(script.index("🏮")) == {"Change “@Mria” to “@Mira”"}
    assert at(script.index("sits.") + 2) == set()
    assert at(script.index("@Tmo") + 2) == {"Change “@Tmo” to “@Tom”"}, "what stands under the cursor goes first"
    assert at(script.index("stands.") + 7) == {"Change “@Tmo” to “@Tom”", "Change “@Mria” to “@Mira”"}


def test_a_name_that_nobody_has_is_declared() -> None:
    script = f"{HEAD}EXT. HARBOR - DUSK\n\nSHOT 5s\n@Bartholomew waits.\n"
    after = mended(script, "Declare CHARACTER Bartholomew", "SB201")
    assert "SB201" not in codes(after)
    assert "\n\nCHARACTER Bartholomew\n\nEXT. HARBOR" in after.sources[0].text


def test_a_place_is_declared_with_the_line_ends_of_the_script() -> None:
    script = f"{HEAD}INT. OLD LOFT - DUSK\n\nSHOT 5s\n@Mira waits.\n".replace("\n", "\r\n")
    after = mended(script, "Declare LOCATION Old Loft", "SB206")
    assert "SB206" not in codes(after)
    assert "\n" not in after.sources[0].text.replace("\r\n", "")


def test_a_warning_is_allowed_where_it_stands() -> None:
    script = f"{HEAD}INT. OLD LOFT - DUSK #4#\n\nSHOT 5s wide\n@Mira waits.\n"
    assert "SB206" not in codes(mended(script, "Allow SB206 for this scene", "SB206"))
    assert "SB501" not in codes(mended(script, "Allow SB501 for this shot", "SB501"))
    used = script.replace("@Mira waits", "@Mira waits at @Harbor")
    assert "SB204" not in codes(mended(used, "Allow SB204 for this declaration", "SB204"))


def test_all_that_is_safe_at_once() -> None:
    script = f"{HEAD}PROP Lamp\nlook: of @Mira and @Tom\n\nEXT. HARBOR - DUSK\n\nSHOT 5s\n@Lamp glows.\n"
    analysis = analyze_text(script, "/nowhere/film.sb")
    safe = [one for one in analysis.diagnostics if one.fix and one.fix.safe]
    assert len(safe) == 2
    after = analyze_text(apply_rename(script, all_safe(analysis, analysis.path)), analysis.path)
    assert not [one for one in after.diagnostics if one.fix and one.fix.safe]


def test_errors_cannot_be_allowed() -> None:
    analysis = analyze_text("SHOT 5s\n@Mria waits.\n", "/nowhere/film.sb")
    found = list(fix_actions(analysis, analysis.path, 0, 99))
    assert not [one for one in found if one.title.startswith("Allow SB2")]
