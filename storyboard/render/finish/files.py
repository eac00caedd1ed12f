"""Files of finishing: what the service sent, in `upscaled/`, and finished takes beside the original takes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from storyboard.catalog.upscale_models import upscale_models
from storyboard.files.atomic import put_in_place, save
from storyboard.files.sidecar import sidecar_text
from storyboard.film.verify import Verdict
from storyboard.render.files import CLIPS, NO_FACTS, digest_of, escape_glob
from storyboard.spend.entry import Entry

UPSCALED = "upscaled"
_FORMAT = "storyboard-finish/1"


class FinishedTake(NamedTuple):
    """A finished take: its file, its factor of enlargement, and the SHA-256 of each piece that it was joined from."""

    path: Path
    factor: int
    pieces: tuple[str, ...]


def piece_name(entry: Entry, copy: int = 1, kind: str = ".mp4") -> str:
    """The name of the result for an entry: `s01c01_t2.2x.mp4`, `s01c01_t2.2x.1of3.mp4`."""
    facts = json.loads(entry.request)
    factor, part, parts = (int(facts.get(key, 1)) for key in ("upscale_factor", "piece", "pieces"))
    of_several = f".{part}of{parts}" if parts > 1 else ""
    return f"{_beginning(entry.stem, take_number(entry), factor, copy)}{of_several}{kind}"


def take_number(entry: Entry) -> int:
    """The number of the take that an entry finishes."""
    return int(json.loads(entry.request).get("take", 1))


def _beginning(stem: str, take: int | None, factor: int, copy: int) -> str:
    return f"{stem}_t{take}.{factor}x{'' if copy == 1 else f'-{copy}'}"


def put_piece(folder: Path, entry: Entry, partial: Path, digest: str, verdict: Verdict) -> str:
    """Give the result for an entry its final name, with a JSON file beside it.

    The name of a rejected result says that it is rejected. Raises OSError.
    """
    kind = ".mp4"
    if verdict.problem is not None:
        kind = ".rejected.mp4" if verdict.can_be_chosen else ".undecodable.bin"
    for copy in count(1):
        name = piece_name(entry, copy, kind)
        final = folder / UPSCALED / name
        sidecar = _sidecar(final)
        if final.exists() or (sidecar.exists() and not _is_of(sidecar, entry)):
            continue
        facts = {
            "format": "storyboard-upscaled/1",
            "file": name,
            "rejected": verdict.problem,
            "sha256": digest,
            "clip": entry.clip_id,
            "take": take_number(entry),
            "fingerprint": entry.fingerprint,
            "queue_id": entry.queue_id,
            "usd": entry.usd,
            "basis": entry.basis,
            "video": _video(verdict),
            "request": json.loads(entry.request),
        }
        save(sidecar, sidecar_text(facts))
        with suppress(FileExistsError):
            put_in_place(partial, final)
            return name
    raise AssertionError("there is always another number")


def find_piece(folder: Path, entry: Entry) -> tuple[str, str] | None:
    """Name and digest of a result that already has its final name, although the ledger does not know it yet."""
    for path in sorted((folder / UPSCALED).glob(f"{escape_glob(entry.stem)}_t{take_number(entry)}.*.json")):
        with suppress(*NO_FACTS):
            facts = json.loads(path.read_bytes())
            found = path.with_name(Path(str(facts["file"])).name)
            if facts["rejected"] is None and _is_of(path, entry) and digest_of(found) == facts["sha256"]:
                return found.name, str(facts["sha256"])
    return None


def piece_path(folder: Path, entry: Entry) -> Path:
    """The path of the result for an entry."""
    return folder / UPSCALED / (entry.file or piece_name(entry))


def is_piece_there(folder: Path, entry: Entry) -> bool:
    """Whether the result for an entry is on disk as it was saved."""
    with suppress(OSError):
        status = piece_path(folder, entry).stat()
        if (status.st_size, status.st_mtime_ns) == (entry.size, entry.modified):
            return True
        return status.st_size == entry.size and digest_of(piece_path(folder, entry)) == entry.sha256
    return False


def put_finished(folder: Path, take: Entry, factor: int, made: Path, facts: dict[str, Any]) -> Path:
    """Give a finished take its name beside the original, with a JSON file beside it.

    An existing file of that name is kept. Raises OSError.
    """
    digest = digest_of(made)
    for copy in count(1):
        final = folder / CLIPS / f"{_beginning(take.stem, take.number, factor, copy)}.mp4"
        sidecar = final.with_suffix(".json")
        if final.exists() or (sidecar.exists() and _facts(sidecar) is None):
            continue
        about = {"format": _FORMAT, "file": final.name, "sha256": digest, "bytes": made.stat().st_size}
        save(sidecar, sidecar_text({**about, **facts}))
        with suppress(FileExistsError):
            put_in_place(made, final)
            return final
    raise AssertionError("there is always another number")


def finished_takes(folder: Path, take: Entry, digest: str | None = None) -> Iterator[FinishedTake]:
    """The finished files of a take, the latest first. `digest` is that of the take's file, if it is not the saved
    one."""
    found: list[tuple[float, FinishedTake]] = []
    for factor, copy in _names_in_use(folder, take):
        final = folder / CLIPS / f"{_beginning(take.stem, take.number, factor, copy)}.mp4"
        facts = _facts(final.with_suffix(".json"))
        if facts is None or facts.get("source_sha256") != (digest or take.sha256):
            continue
        with suppress(OSError):
            if _is_file(final, facts):
                pieces = tuple(str(one.get("sha256")) for one in facts.get("pieces", ()) if isinstance(one, dict))
                found.append((final.stat().st_mtime, FinishedTake(final, factor, pieces)))
    yield from (one for _, one in sorted(found, key=lambda row: (-row[0], row[1].path.name)))


def _names_in_use(folder: Path, take: Entry) -> Iterator[tuple[int, int]]:
    """Factor and number of each existing finished file of a take, found without listing the folder for each take."""
    for factor in sorted({factor for model in upscale_models() for factor in model.factors}):
        for copy in count(1):
            name = folder / CLIPS / _beginning(take.stem, take.number, factor, copy)
            if not any(name.with_name(f"{name.name}{suffix}").exists() for suffix in (".json", ".mp4")):
                break
            yield factor, copy


def finished_take(folder: Path, take: Entry) -> FinishedTake | None:
    """The finished file of a take that the film uses: the latest one."""
    return next(finished_takes(folder, take), None)


def _is_file(path: Path, facts: dict[str, Any]) -> bool:
    """Whether a file is the one that its JSON file describes, judged by its size."""
    with suppress(OSError):
        return path.stat().st_size == facts.get("bytes")
    return False


def _facts(sidecar: Path) -> dict[str, Any] | None:
    with suppress(*NO_FACTS):
        facts = json.loads(sidecar.read_bytes())
        if facts["format"] == _FORMAT and isinstance(facts, dict):
            return facts
    return None


def _sidecar(final: Path) -> Path:
    return final.with_name(f"{final.name}.json")


def _is_of(sidecar: Path, entry: Entry) -> bool:
    with suppress(*NO_FACTS):
        facts = json.loads(sidecar.read_bytes())
        return bool(facts["queue_id"] == entry.queue_id and facts["fingerprint"] == entry.fingerprint)
    return False


def _video(verdict: Verdict) -> dict[str, Any]:
    return {
        "seconds": round(verdict.seconds, 3),
        "frames": verdict.frames,
        "width": verdict.width,
        "height": verdict.height,
        "rate": round(verdict.rate, 3),
    }
