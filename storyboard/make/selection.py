"""Selection of pictures and sounds by what people call them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from storyboard.compiler.spelling import listed_or, nearest
from storyboard.make.cut_outs import WantedCutOut
from storyboard.make.sounds import WantedSound
from storyboard.make.speeches import WantedSpeech
from storyboard.make.wanted_pictures import WantedPicture


class NoSuchPicture(ValueError):
    """A name that means no picture and no sound of the script; the message says what there is."""


def select_pictures(
    names: Iterable[str],
    wanted: Sequence[WantedPicture],
    speeches: Sequence[WantedSpeech] = (),
    sounds: Sequence[WantedSound] = (),
    cut_outs: Sequence[WantedCutOut] = (),
) -> frozenset[str]:
    """The ids of the pictures and sounds that are meant: `Mira.front`, `Mira` for all of hers, `1.2`, `1.2.start`,
    `1.2.speech1` or `1.2.music`, `music` for all of it, a path or its last part; several with commas between. Raises
    NoSuchPicture."""
    index, spelled = _index(wanted, speeches, sounds, cut_outs)
    found: set[str] = set()
    for name in (part.strip() for text in names for part in text.split(",")):
        if not name:
            continue
        meant = index.get(name.casefold())
        if meant is None:
            near = nearest(name, spelled)
            there = ", ".join(one.id for group in (wanted, speeches, sounds, cut_outs) for one in group) or "none"
            hint = f"Did you mean {listed_or(near)}?" if near else f"There are {there}."
            raise NoSuchPicture(f"the script has no picture or sound “{name}”. {hint}")
        found |= meant
    return frozenset(found)


def _index(
    wanted: Sequence[WantedPicture],
    speeches: Sequence[WantedSpeech],
    sounds: Sequence[WantedSound],
    cut_outs: Sequence[WantedCutOut],
) -> tuple[dict[str, set[str]], list[str]]:
    """The ids that a name means, whatever its case, and the names as the script spells them."""
    index: dict[str, set[str]] = {}
    spelled: dict[str, None] = {}
    for one in wanted:
        owner = one.entity.name if one.entity is not None else one.shot.number if one.shot is not None else ""
        for name in (one.id, owner, f"{owner}.{one.role.value}", one.path, one.path.rpartition("/")[2]):
            index.setdefault(name.casefold(), set()).add(one.id)
            spelled[name] = None
    for speech in speeches:
        for name in (speech.id, speech.shot, speech.speaker):
            index.setdefault(name.casefold(), set()).add(speech.id)
            spelled[name] = None
    for sound in sounds:
        for name in (sound.id, sound.shot, sound.kind):
            index.setdefault(name.casefold(), set()).add(sound.id)
            spelled[name] = None
    for cut_out in cut_outs:
        path = cut_out.picture.path
        for name in (cut_out.id, cut_out.owner, f"{cut_out.owner}.front", path, path.rpartition("/")[2]):
            index.setdefault(name.casefold(), set()).add(cut_out.id)
            spelled[name] = None
    return index, list(spelled)
