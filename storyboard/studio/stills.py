"""Stills: the first picture of a clip, approved before the clip is paid for.

A still is what the board draws for the first shot of a clip without a take: the start frame, or the panel composed of
the cast's pictures. An approval applies to that picture: it ends when the picture changes, and stays when only words
change. Approvals are kept beside the film's takes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from storyboard.board.image_sources import ImageSource, place_panel
from storyboard.board.storyboard import build_scene
from storyboard.compiler.ir.planned import Clip
from storyboard.compiler.ir.resolved import Picture
from storyboard.compiler.pipeline import Analysis
from storyboard.files.atomic import save
from storyboard.files.sidecar import read_sidecar
from storyboard.studio.takes import StudioRefusal

#: In the folder of the film's takes.
FILE = "approved-stills.json"
_FORMAT = "storyboard-stills/1"


def list_stills(analysis: Analysis, folder: Path, address: Callable[[ImageSource], str]) -> dict[str, dict[str, Any]]:
    """The still of each clip by clip id: its address, its description, and whether it is approved."""
    approved = read_approvals(folder)
    return {
        clip.id: {
            "url": address(source),
            "what": "start frame" if clip.start is not None else "board panel",
            "approved": _digest(analysis, clip, source) in approved,
        }
        for clip, source in _stills(analysis)
    }


def approve_still(analysis: Analysis, folder: Path, clip_id: str, *, is_approved: bool) -> None:
    """Approve the current still of a clip, or withdraw the approval. Raises StudioRefusal."""
    found = next(((clip, source) for clip, source in _stills(analysis) if clip.id == clip_id), None)
    if found is None:
        raise StudioRefusal(f"There is no clip {clip_id}.")
    digest, approved = _digest(analysis, *found), read_approvals(folder)
    changed = approved | {digest} if is_approved else approved - {digest}
    data = json.dumps({"format": _FORMAT, "approved": sorted(changed)}, indent=1)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        save(folder / FILE, f"{data}\n".encode())
    except OSError as problem:
        raise StudioRefusal(f"{folder / FILE} cannot be written ({problem.strerror or problem}).") from None


def read_approvals(folder: Path) -> frozenset[str]:
    """The digests of approved stills; none if the file was not written by sbc."""
    listed = read_sidecar(folder / FILE).get("approved")
    return frozenset(one for one in listed if isinstance(one, str)) if isinstance(listed, list) else frozenset()


def _stills(analysis: Analysis) -> Iterator[tuple[Clip, ImageSource]]:
    clips = {shot: clip for clip in analysis.clips for shot in clip.shots}
    for scene in analysis.film.scenes:
        for panel in build_scene(analysis, scene, 0, clips, {}, {}).panels:
            if panel.opens and panel.clip is not None:
                yield panel.clip, place_panel(panel, analysis.images).source


def _digest(analysis: Analysis, clip: Clip, source: ImageSource) -> str:
    """What names a still: how it is composed, and the bytes of the pictures that it is composed of."""
    composed = repr(source).replace(str(Path(analysis.root).absolute()), "").replace(str(analysis.root), "")
    pictures = (clip.start,) if clip.start is not None else tuple(one.picture for one in clip.references)
    told = "\n".join([composed, *(_bytes_of(analysis, one) for one in pictures)])
    return f"sha256:{sha256(told.encode('utf-8', 'replace')).hexdigest()}"


def _bytes_of(analysis: Analysis, picture: Picture) -> str:
    if picture.is_url or not picture.path:
        return picture.path
    facts = analysis.images.look(picture)
    return facts.digest or "missing"
