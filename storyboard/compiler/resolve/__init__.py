"""The resolving pass: names become references, and a parsed script with its includes becomes a film.

`read_declarations` reads what applies to the whole script (cast, title page); `resolve_scene` then reads scene by
scene.

    includes            the files of a compilation, each read once
    declarations        CHARACTER, PROP and LOCATION blocks ─▶ the cast (cast_pictures: their pictures)
    cast                every declared name; guesses at misspelt ones
    settings            values of the title page and of headings; scene_settings fits them to the scene's model
    scenes              a heading and its shots ─▶ a Scene (headings, shots, speech, doubts, drafts)
    scope               names, variants and uses known while a scene is read
    mentions            text ─▶ prose: strings and mentions (name_patterns finds the names)
    properties          lines `key: value` by key; pictures and audio read two kinds of values
    codes               the codes of this pass

The pass never fails. A problem is a finding, and the film is resolved as far as possible, so that one run reports every
problem. A scene depends on its own blocks, the declared names, the settings of the title page, its number, and the time
of day of the scene before it; `incremental` reuses scenes for which none of these has changed.
"""

from __future__ import annotations

from typing import NamedTuple

from storyboard.catalog import Catalog
from storyboard.compiler.diagnostics import Finding
from storyboard.compiler.ir import keys
from storyboard.compiler.ir.parsed import (
    Block,
    Declaration,
    Heading,
    Include,
    LooseText,
    Script,
    Section,
    Shot,
    Slug,
    Title,
    TitlePage,
    Transition,
)
from storyboard.compiler.ir.resolved import Audio
from storyboard.compiler.loader import Loader
from storyboard.compiler.resolve.audio import ambience_instead, check_speaker, read_audio, read_loudness
from storyboard.compiler.resolve.cast import Cast
from storyboard.compiler.resolve.declarations import declare
from storyboard.compiler.resolve.includes import GatheredScripts, gather_scripts
from storyboard.compiler.resolve.mentions import MentionReader
from storyboard.compiler.resolve.name_patterns import NamePatterns
from storyboard.compiler.resolve.properties import collect_properties
from storyboard.compiler.resolve.scenes import Resolution, SceneBlocks, resolve_scene
from storyboard.compiler.resolve.scope import SceneContext, report_stray
from storyboard.compiler.resolve.settings import Given, read_settings, unknown_model
from storyboard.compiler.text import Span

__all__ = [
    "Cast",
    "Declarations",
    "GatheredScripts",
    "NamePatterns",
    "Resolution",
    "SceneBlocks",
    "SceneContext",
    "gather_scripts",
    "read_declarations",
    "resolve_scene",
    "split_scenes",
    "unknown_model",
]


class Declarations(NamedTuple):
    """What applies to the whole script, known before any scene is read.

    `names` holds the declared names and the patterns that find them. `title` and `facts` are texts of the title page,
    `given` its settings by key. `scenes` holds the blocks of each scene in file order. `findings` are the problems in
    all of this.
    """

    names: NamePatterns
    title: str | None
    facts: dict[str, str]
    given: Given
    music: Audio | None
    loudness: float | None
    scenes: list[SceneBlocks]
    findings: list[Finding]


def read_declarations(gathered: GatheredScripts, loader: Loader, catalog: Catalog) -> Declarations:
    """Read the cast, the title page and the boundaries of scenes.

    `gathered` is the compiled file with everything that it includes. Never raises: problems are in the result's
    findings, and the rest is resolved as far as possible.
    """
    cast, findings = declare(gathered.declarations, loader)
    cast.is_whole = gathered.is_whole
    cast.place = _place_for_declarations(gathered.files[0][1])
    names = NamePatterns(cast)
    findings += gathered.findings
    _, script = gathered.files[0]
    title, facts, given, music, loudness = _title_page(script, names, catalog, loader, findings)
    reader = MentionReader(names, lambda entity: entity, findings)
    speech_model = given["voice model"].value if "voice model" in given else None
    for _, declaration in gathered.declarations:
        for one in declaration.properties:
            if one.key in ("look", "voice", "light", "sound"):
                reader.forbid(one.value, f"the {one.key} of a declaration")
            if one.key == "sound":
                findings += ambience_instead(one)
            if one.key == "speaker" and one.value.string:
                findings += check_speaker(one.value, speech_model)
    scenes = split_scenes(script)
    _report_outside(script, findings)
    for _, block in script.blocks:
        findings += block.findings
    return Declarations(names, title, facts, given, music, loudness, scenes, findings)


def _place_for_declarations(script: Script) -> Span | None:
    """The place for one more declaration: after the last one, or above the first scene."""
    blocks = [block for _, block in script.blocks if not isinstance(block, LooseText | TitlePage)]
    last = max((at for at, block in enumerate(blocks) if isinstance(block, Declaration | Include)), default=-1)
    following = blocks[last + 1 :] or blocks
    return Span(following[0].anchor, 0, 0) if following else None


def _title_page(
    script: Script, names: NamePatterns, catalog: Catalog, loader: Loader, findings: list[Finding]
) -> tuple[str | None, dict[str, str], Given, Audio | None, float | None]:
    """Title, facts, settings, music and loudness of the title page; empty values if there is no title page.

    `style` and `negative` reach every prompt and cannot bring in pictures, so a mention in them is SB110.
    """
    page = next((block for _, block in script.blocks if isinstance(block, TitlePage)), None)
    if page is None:
        return None, {}, {}, None, None
    properties = collect_properties(page.properties, keys.TITLE_PAGE, findings, "the title page")
    given = read_settings(properties, catalog, findings)
    reader = MentionReader(names, lambda entity: entity, findings)
    for key in ("style", "negative"):
        if key in given:
            text = properties[key][0].value
            given[key] = given[key]._replace(value=reader.forbid(text, f"the {key} of the whole film"))
    facts = {key.capitalize(): properties[key][0].value.string for key in keys.FACTS if key in properties}
    title = properties["title"][0].value.string if "title" in properties else None
    music = read_audio(properties["music"][0].value, "", loader, findings) if "music" in properties else None
    loudness = read_loudness(properties["loudness"][0].value, findings) if "loudness" in properties else None
    return title, facts, given, music, loudness


def split_scenes(script: Script) -> list[SceneBlocks]:
    """The scenes of a file: each heading with the blocks after it, and the shots above the first heading."""
    scenes: list[SceneBlocks] = []
    heading: Heading | None = None
    rest: list[Block] = []
    sections: list[Section] = []
    above: list[Block] = []
    behind_shots = 0  # in `rest`: after the last of them

    def close() -> None:
        nonlocal sections, rest, above, behind_shots
        if heading is not None or behind_shots:
            scenes.append(SceneBlocks(heading, tuple(rest), tuple(sections), tuple(above)))
            sections, above = [], []
        else:
            above = [block for block in rest if any(isinstance(beat, Transition | Title | Slug) for beat in block.body)]
        sections += [block for block in rest[behind_shots:] if isinstance(block, Section)]
        rest, behind_shots = [], 0

    for _, block in script.blocks:
        if isinstance(block, Heading):
            close()
            heading = block
        else:
            rest.append(block)
            if isinstance(block, Shot):
                behind_shots = len(rest)
    close()
    return scenes


def _report_outside(script: Script, findings: list[Finding]) -> None:
    """SB107 for text above the first scene. Text inside a scene is reported with that scene."""
    blocks = [block for _, block in script.blocks]
    shots_first = False
    for block in blocks:
        if isinstance(block, Heading):
            return
        if isinstance(block, Shot):
            shots_first = True
        if shots_first:
            continue
        report_stray(findings, block, block.body, "This text is outside every scene, so it is not filmed.")
