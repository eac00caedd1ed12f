"""Statistics of a film: running time, money, words of each speaker, screen time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass

from storyboard.compiler.ir.parsed import Kind
from storyboard.compiler.ir.planned import Clip
from storyboard.compiler.ir.resolved import Dialogue, Effect, Entity, Film, Shot
from storyboard.report.prices import price_sources, sourced
from storyboard.wording import clock, price, printable, table
from storyboard.wording import count as counted


@dataclass(frozen=True, slots=True)
class SubjectStats:
    """A character: words of dialogue, speeches, and screen time, the seconds of the shots that it is in."""

    name: str
    words: int
    speeches: int
    shots: int
    seconds: int


@dataclass(frozen=True, slots=True)
class PlaceStats:
    """A location: scenes that play there, with the seconds of their shots. A place that is not declared goes by the
    words of its headings."""

    name: str
    scenes: int
    shots: int
    seconds: int


@dataclass(frozen=True, slots=True)
class SoundStats:
    """What is laid over the clips: seconds of the film with music and with ambience, effects, and speeches with their
    words."""

    music_seconds: int
    ambience_seconds: int
    effects: int
    speeches: int
    words: int


@dataclass(frozen=True, slots=True)
class FilmStats:
    """`usd` is the price by the table, None where the catalogue lacks the price of a clip, and `price_sources` what it
    rests on, with its date; variants count to the name that they vary."""

    title: str | None
    seconds: int
    scenes: int
    clips: int
    shots: int
    usd: float | None
    price_sources: tuple[str, ...]
    words: int
    sound: SoundStats
    characters: tuple[SubjectStats, ...]
    props: tuple[SubjectStats, ...]
    locations: tuple[PlaceStats, ...]

    def as_data(self) -> dict[str, object]:
        """The statistics as JSON data."""
        return asdict(self)


def count_film(film: Film, clips: Iterable[Clip], words_of: Callable[[str], int]) -> FilmStats:
    """Add a film up. `words_of` says how many words a text has; not every script writes blanks between them."""
    gathered = tuple(clips)
    shots = [shot for scene in film.scenes for shot in scene.shots]
    prices = [clip.usd for clip in gathered]
    said = [
        (speech.speaker, sum(words_of(line.text) for line in speech.lines))
        for shot in shots
        for speech in shot.beats
        if isinstance(speech, Dialogue)
    ]
    return FilmStats(
        title=film.title,
        seconds=sum(shot.duration or 0 for shot in shots),
        scenes=len(film.scenes),
        clips=len(gathered),
        shots=len(shots),
        usd=None if None in prices else round(sum(price or 0.0 for price in prices), 4),
        price_sources=price_sources(gathered),
        words=sum(words for _, words in said),
        sound=_sound(film, words_of),
        characters=tuple(_subjects(film, shots, Kind.CHARACTER, said)),
        props=tuple(_subjects(film, shots, Kind.PROP, said)),
        locations=tuple(_places(film)),
    )


def _sound(film: Film, words_of: Callable[[str], int]) -> SoundStats:
    rows = [(scene, shot) for scene in film.scenes for shot in scene.shots]
    laid = [
        beat
        for scene, shot in rows
        for beat in shot.beats
        if isinstance(beat, Dialogue) and beat.is_laid_over(is_heard=scene.settings.is_heard)
    ]
    return SoundStats(
        music_seconds=sum(shot.duration or 0 for _, shot in rows if shot.music and not shot.music.is_none),
        ambience_seconds=sum(shot.duration or 0 for _, shot in rows if shot.ambience and not shot.ambience.is_none),
        effects=sum(isinstance(beat, Effect) for _, shot in rows for beat in shot.beats),
        speeches=len(laid),
        words=sum(words_of(line.text) for speech in laid for line in speech.lines),
    )


def _base(entity: Entity) -> Entity:
    return entity.base or entity


def _subjects(
    film: Film, shots: Iterable[Shot], kind: Kind, said: Iterable[tuple[Entity | None, int]]
) -> Iterator[SubjectStats]:
    words: Counter[Entity] = Counter()
    speeches: Counter[Entity] = Counter()
    seen: Counter[Entity] = Counter()
    seconds: Counter[Entity] = Counter()
    for speaker, number in said:
        if speaker is not None:
            words[_base(speaker)] += number
            speeches[_base(speaker)] += 1
    for shot in shots:
        for entity in dict.fromkeys(_base(mention.entity) for mention in shot.appearances):
            seen[entity] += 1
            seconds[entity] += shot.duration or 0
    for entity in film.cast:
        if entity.kind is kind and entity.base is None:
            yield SubjectStats(entity.name, words[entity], speeches[entity], seen[entity], seconds[entity])


def _places(film: Film) -> Iterator[PlaceStats]:
    names: dict[str, list[int]] = {
        entity.name: [0, 0, 0] for entity in film.cast if entity.is_location and entity.base is None
    }
    for scene in film.scenes:
        name = _base(scene.location).name if scene.location else scene.place
        if name is None or not scene.shots:
            continue
        row = names.setdefault(name, [0, 0, 0])
        row[0] += 1
        row[1] += len(scene.shots)
        row[2] += sum(shot.duration or 0 for shot in scene.shots)
    yield from (PlaceStats(name, *row) for name, row in names.items())


# ---- For a person --------------------------------------------------------------------------------------------------


def write_stats(stats: FilmStats) -> Iterator[str]:
    """The lines to print."""
    yield printable(stats.title or "Untitled")
    counts = (counted(stats.scenes, "scene"), counted(stats.clips, "clip"), counted(stats.shots, "shot"))
    yield ", ".join((clock(stats.seconds), *counts, sourced(price(stats.usd), stats.price_sources)))
    yield f"{counted(stats.words, 'word')} of dialogue"
    yield from _heard(stats.sound)
    if stats.characters:
        yield ""
        yield from _table(
            ("CHARACTER", "WORDS", "SPEECHES", "SHOTS", "ON SCREEN"),
            [(one.name, one.words, one.speeches, one.shots, clock(one.seconds)) for one in stats.characters],
        )
    if stats.props:
        yield ""
        yield from _table(
            ("PROP", "SHOTS", "ON SCREEN"), [(one.name, one.shots, clock(one.seconds)) for one in stats.props]
        )
    if stats.locations:
        yield ""
        yield from _table(
            ("LOCATION", "SCENES", "SHOTS", "ON SCREEN"),
            [(one.name, one.scenes, one.shots, clock(one.seconds)) for one in stats.locations],
        )


def _heard(sound: SoundStats) -> Iterator[str]:
    said = [
        f"music {clock(sound.music_seconds)}" if sound.music_seconds else "",
        f"ambience {clock(sound.ambience_seconds)}" if sound.ambience_seconds else "",
        counted(sound.effects, "effect") if sound.effects else "",
        f"{counted(sound.speeches, 'speech', 'speeches')} ({counted(sound.words, 'word')})" if sound.speeches else "",
    ]
    if any(said):
        yield f"laid over: {', '.join(filter(None, said))}"


def _table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> Iterator[str]:
    return table([head, *rows], right=range(1, len(head)))
