"""Cut-outs that the service has made of images (`sbc make --cut-out`), found by the digest of the original image.

They are in the output folders. Boards and animatics show them; they are never sent as references.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from storyboard.files.sidecar import read_sidecar

#: The key of a sidecar that has the digest of the image that its take is cut from.
CUT_FROM = "cut_from"
_MARK = "cutout"
_DIGITS = 12  # of a digest, in the name of a file
_SANDBOX = "-sandbox"


def cut_out_stem(name: str, digest: str) -> str:
    """What the files of a cut-out begin with, given a safe name and `sha256:…` of the image."""
    return f"{name}-{_MARK}-{digest.removeprefix('sha256:')[:_DIGITS]}"


def find_cut_outs(homes: Iterable[Path]) -> dict[str, Path]:
    """The cut-outs in the output folders of all scripts, by the digest of the image.

    The latest take that was not rejected counts; a paid one comes before one drawn by the sandbox.
    """
    found: dict[str, tuple[bool, int, Path]] = {}
    for home in dict.fromkeys(homes):
        for sidecar in sorted(home.glob(f"*/pictures/*-{_MARK}-*.json")):
            facts = read_sidecar(sidecar)
            digest, name, take = facts.get(CUT_FROM), facts.get("file"), facts.get("take")
            if not isinstance(digest, str) or not isinstance(name, str) or not isinstance(take, int):
                continue
            file = sidecar.with_name(Path(name).name)
            rank = (not sidecar.parent.parent.name.endswith(_SANDBOX), take)
            is_better = digest not in found or rank > found[digest][:2]
            if is_better and facts.get("rejected") is None and file.is_file():
                found[digest] = (*rank, file)
    return {digest: file for digest, (*_, file) in found.items()}
