"""The compiler on one page: from text to everything that is known about the film.

    parse ─▶ gather includes ─▶ declare ─▶ resolve scenes ─▶ plan clips ─▶ check ─▶ place findings

Nothing here prints, spends or writes. `storyboard.compiler.emit` turns the result into requests.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from storyboard.catalog import Catalog, shipped_catalog
from storyboard.compiler.check import check_film, check_scene
from storyboard.compiler.check.film_view import FilmView
from storyboard.compiler.check.looks import Looks
from storyboard.compiler.codes import severity_of
from storyboard.compiler.diagnostics import Diagnostic, Finding, Severity
from storyboard.compiler.images import ImageCache
from storyboard.compiler.incremental import CachedScene, CompilerCache
from storyboard.compiler.ir.parsed import Script
from storyboard.compiler.ir.planned import Clip, ScenePlan
from storyboard.compiler.ir.resolved import Audio, Entity, Film, Identity, Picture
from storyboard.compiler.loader import Loader, Unreadable
from storyboard.compiler.placement import place_findings
from storyboard.compiler.plan import plan_scene
from storyboard.compiler.resolve import (
    Declarations,
    GatheredScripts,
    SceneBlocks,
    SceneContext,
    gather_scripts,
    read_declarations,
    resolve_scene,
)
from storyboard.compiler.resolve.scene_settings import FilmSettings
from storyboard.compiler.suppressions import Suppressions
from storyboard.compiler.text import Layout, Source

__all__ = ["Analysis", "CompilerCache", "Options", "ProjectModels", "Unreadable", "analyze_file", "analyze_text"]


class ProjectModels(NamedTuple):
    """The models that a project knows, with the problems of the files that name them, and those files."""

    catalog: Catalog
    diagnostics: tuple[Diagnostic, ...] = ()
    sources: tuple[Source, ...] = ()


class DraftModel(NamedTuple):
    """The model that drafts are made on, by its id, and in which of its resolutions."""

    id: str
    resolution: str | None = None


class Options(NamedTuple):
    """How to compile. `wire` is `api` or `guide`, None being `api`; `model` is a catalogue id or alias that stands in
    for the title page's; `root` is the project root, by default the folder of the file; `templates` is a folder of
    prompt templates that go before ours; `project` has the models of the script's project, by default the shipped ones;
    `draft` compiles the script as its drafts; `made` is the folder that holds what is made of scripts, where it is not
    `out` beside the script."""

    wire: str | None = None
    model: str | None = None
    root: Path | None = None
    templates: Path | None = None
    project: ProjectModels | None = None
    draft: DraftModel | None = None
    made: Path | None = None

    @property
    def spelling(self) -> str:
        """The spelling of requests."""
        return self.wire or "api"

    @property
    def models(self) -> Catalog:
        """The catalogue that these options judge by."""
        return self.project.catalog if self.project else shipped_catalog()


@dataclass(frozen=True, eq=False)
class Analysis:
    """Everything known about a script. `path` is as given; `sources` are all files, the compiled one first, and
    `scripts` their parsed form by path; `diagnostics` are sorted. `whole` holds the names and title settings;
    `settings` reads scene settings by them; `scenes` are as the cache has them, for `plans` to be made of."""

    path: str
    root: Path
    options: Options
    scenes: tuple[CachedScene, ...]
    diagnostics: tuple[Diagnostic, ...]
    layout: Layout
    sources: tuple[Source, ...]
    scripts: dict[str, Script]
    images: ImageCache
    whole: Declarations
    settings: FilmSettings

    @property
    def texts(self) -> tuple[Source, ...]:
        """All files that diagnostics may name: the scripts, then the project's."""
        return (*self.sources, *(self.options.project.sources if self.options.project else ()))

    @cached_property
    def film(self) -> Film:
        """The script with its names resolved."""
        return Film(self.whole.title, self.whole.facts, self.cast, tuple(plan.scene for plan in self.plans))

    @property
    def cast(self) -> tuple[Entity, ...]:
        """Everybody and everything declared."""
        return self.whole.names.cast.entities

    @cached_property
    def entities(self) -> Mapping[Identity, Entity]:
        """The cast by who is who: scenes that are remembered may have older looks."""
        return {entity.identity: entity for entity in self.cast}

    @cached_property
    def plans(self) -> tuple[ScenePlan, ...]:
        """Every scene with its clips."""
        return tuple(one.plan_with(self.entities) for one in self.scenes)

    @property
    def sounds(self) -> Iterator[Audio]:
        """What is laid over the film, shot by shot, and what the cast brings with it."""
        yield from (entity.ambience for entity in self.cast if entity.ambience is not None)
        for one in self.scenes:
            yield from one.plan.sounds

    @property
    def pictures(self) -> Iterator[Picture]:
        """The pictures of the cast, and the start and end frames of shots."""
        for entity in self.cast:
            yield from entity.pictures
        for one in self.scenes:
            yield from one.plan.frames

    @cached_property
    def clips(self) -> tuple[Clip, ...]:
        """All clips, in the order of the film; none of a scene in which a duration could not be read."""
        return tuple(clip for plan in self.plans for clip in plan.clips)

    @cached_property
    def has_errors(self) -> bool:
        """Whether there is an error, so that the script has no requests."""
        return any(one.severity is Severity.ERROR for one in self.diagnostics)


def analyze_file(path: str | Path, options: Options | None = None, memory: CompilerCache | None = None) -> Analysis:
    """Read and check a script. Raises Unreadable for a file that cannot be read."""
    options = options or Options()
    shown = str(path)
    loader = Loader(options.root or Path(os.path.dirname(shown) or "."))
    return _analyze(loader.read_script(path, shown), path, loader, options, memory)


def analyze_text(
    text: str,
    path: str | Path = "script.sb",
    options: Options | None = None,
    memory: CompilerCache | None = None,
    texts: dict[str, str] | None = None,
) -> Analysis:
    """Check a text as if it stood at `path`. `texts` are unsaved texts of other files, by absolute path."""
    options = options or Options()
    shown = str(path)
    loader = Loader(options.root or Path(os.path.dirname(shown) or "."), texts)
    return _analyze(Source(shown, text.removeprefix("\ufeff")), path, loader, options, memory)


@contextmanager
def collector_paused() -> Iterator[None]:
    """No collection of cycles inside: a compiler makes a great many objects and hardly a cycle, and looking for cycles
    among them would take a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@collector_paused()
def _analyze(
    source: Source, path: str | Path, loader: Loader, options: Options, memory: CompilerCache | None
) -> Analysis:
    memory = memory or CompilerCache()
    memory.blocks.turn()
    images = memory.images = memory.images or ImageCache(loader, memory.image_store)
    images.refresh()
    images.made_in = (*filter(None, [options.made]), Path(path).parent / "out")
    name = _name_in(loader.root, path)
    gathered = gather_scripts(source, name, loader, memory.blocks)
    whole = read_declarations(gathered, loader, options.models)
    whole = whole._replace(names=memory.adopt(whole.names))
    findings = list(whole.findings)
    film_settings = FilmSettings(options.models, whole.given, _chosen_model(options), *(options.draft or (None, None)))
    context = SceneContext(whole.names, loader, film_settings, whole.music, 0, None)
    done = _scenes(whole, gathered, context, options.spelling, memory)
    for one in done:
        findings += one.all_findings
    plans = tuple(one.plan for one in done)
    cast = whole.names.cast.entities
    used = {identity for one in done for identity in one.uses}
    own = {block.anchor for _, block in gathered.files[0][1].blocks}
    scripts = tuple(script for _, script in gathered.files)
    findings += check_film(FilmView(plans, cast, used, own, film_settings.default_model, images, scripts, loader))
    layout = Layout(gathered.locations)
    sources = tuple(source for source, _ in gathered.files)
    heard = Suppressions(gathered.files, whole.scenes).keep(_once(findings))
    return Analysis(
        path=str(path),
        root=loader.root,
        options=options,
        scenes=tuple(done),
        diagnostics=(
            *place_findings(heard, layout, sources),
            *(options.project.diagnostics if options.project else ()),
        ),
        layout=layout,
        sources=sources,
        scripts={source.path: script for source, script in gathered.files},
        images=images,
        whole=whole,
        settings=film_settings,
    )


def _name_in(root: Path, path: str | Path) -> str:
    """The path of the script from the project folder."""
    try:
        return os.path.relpath(os.path.realpath(path), os.path.realpath(root)).replace(os.sep, "/")
    except ValueError:  # another drive (Windows): then nothing that it names lies in the project
        return os.path.basename(path)


def _chosen_model(options: Options) -> str | None:
    """The catalogue id of the model that the options name. An unknown one is the caller's to report."""
    found = options.models.find(options.model) if options.model else None
    return found.id if found else None


def _scenes(
    whole: Declarations, gathered: GatheredScripts, context: SceneContext, wire: str, memory: CompilerCache
) -> list[CachedScene]:
    """Every scene, worked out or remembered."""
    film_settings = context.settings
    settings = tuple((key, setting.value) for key, setting in whole.given.items())
    done: dict[object, CachedScene] = {}
    looks = Looks({entity.identity: entity for entity in whole.names.cast.entities})
    before: str | None = None
    for number, blocks in enumerate(whole.scenes, 1):
        context = context._replace(number=number)
        key = (
            blocks,
            number,
            context.time,
            before,
            film_settings.override,
            film_settings.catalog,
            film_settings.draft,
            film_settings.draft_resolution,
            wire,
            settings,
            whole.music,
        )
        one = memory.recall(key, blocks, gathered, looks) or _scene(blocks, context, wire, before, looks)
        done[key] = one
        context = context._replace(time=one.time)
        before = one.plan.clips[-1].id if one.plan.clips else before
    memory.replace(done)
    return list(done.values())


def _scene(blocks: SceneBlocks, context: SceneContext, wire: str, before: str | None, looks: Looks) -> CachedScene:
    resolution = resolve_scene(blocks, context)
    findings = list(resolution.findings)
    plan = plan_scene(resolution.scene, wire, before, findings)
    found, judgements = check_scene(plan, looks)
    return CachedScene(plan, (*findings, *found), judgements, resolution.used, resolution.time)


def _once(findings: Iterable[Finding]) -> list[Finding]:
    """One finding for a code and a place: a setting of the title page may be wrong for many scenes. An error goes
    before a warning."""
    kept: dict[tuple[object, ...], Finding] = {}
    for finding in findings:
        key = (finding.code, finding.span)
        known = kept.get(key)
        if known is None or (_severity(finding) is Severity.ERROR and _severity(known) is not Severity.ERROR):
            kept[key] = finding
    return list(kept.values())


def _severity(finding: Finding) -> Severity:
    return finding.severity or severity_of(finding.code)
