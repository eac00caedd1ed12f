"""Segmentation: the subject of a photograph and its outline. Runs in a child process, with OpenCV, on small pictures.

First it detects a face (Viola and Jones's cascade, which OpenCV's package includes). From the face follows, by the
proportions of drawing manuals, where body and background must be and where they may be; GrabCut (Rother, Kolmogorov and
Blake, SIGGRAPH 2004) finds the outline between. GrabCut runs three times, with narrower and wider seeds and in two
colour spaces. The majority is the silhouette, and the agreement of the three says whether it is reliable.

It needs OpenCV 4, because the packages of OpenCV 5 contain no cascade.
"""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

#: Longer sides in pixels: of the picture that faces are looked for in, and of the one that is cut.
_FACE_SIDE, _CUT_SIDE = 480, 288
#: The smallest face that is looked for, as a share of the shorter side, and in pixels.
_LEAST_FACE, _LEAST_FACE_PIXELS = 0.06, 20
_FROM_FRONT, _FROM_SIDE = "haarcascade_frontalface_alt2.xml", "haarcascade_profileface.xml"
_GROWTH, _NEIGHBOURS, _LEAST_WEIGHT = 1.1, 3, 1.0
_ROUNDS = 4  # of GrabCut: the outline moves no further after these on the photographs that we tried
#: GrabCut's names for certain and probable background and foreground.
_BACK, _FRONT, _MAYBE_BACK, _MAYBE_FRONT = 0, 1, 2, 3
#: How broad the seeds are, and whether each is tried in Lab (where light counts apart from colour) or in RGB.
_SEEDS = ((0.8, True), (1.0, False), (1.2, True))
#: A hole of less than this share of the picture, not at its rim, belongs to the figure.
_HOLE = 0.006

#: What a silhouette has to reach. Tried on 21 photographs of people and things: what a person would throw away falls
#: below one of them. The agreement (intersection by union) of two of the three pairs of outlines; the share of
#: the outline across which colours differ by more than `_DISTINCT` (Lab); its area, in faces, at least and at most; the
#: width of the head in faces; how much of the picture's sides it takes above the chest; where it ends below, in faces,
#: if not at the picture's lower edge.
_AGREEMENT, _DISTINCT, _DISTINCT_SHARE = 0.62, 14.0, 0.9
_AREA, _HEAD_WIDTH, _AT_SIDES, _FEET = (3.5, 32.0), 1.7, 0.45, 7.0
#: The same for a thing: distinct outline, area of the picture, area by that of its hull, share of the rim.
_THING_DISTINCT, _THING_AREA, _SOLID, _AT_RIM = 0.95, (0.04, 0.75), 0.8, 0.12


class FaceBox(NamedTuple):
    """A face in a picture, in its pixels: from the upper edge of the brows to the chin, from ear to ear."""

    left: float
    top: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """The column of its middle."""
        return self.left + self.width / 2


class Segmentation(NamedTuple):
    """The face in a picture, if there is one, and the silhouette of its subject, 0 or 1 a pixel; None if it is not
    reliable."""

    face: FaceBox | None
    silhouette: Pixels | None


def run(kind: str) -> None:
    """Be the child: a picture comes on standard input; a line of JSON, then the mask as PNG, go to standard output.

    `kind` is `character` or `prop`. The mask has soft edges that follow those of the picture."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy is imported: its threads reserve memory
    from storyboard.catalog import read_table
    from storyboard.child_process import limit_itself

    limits = read_table("image_files.toml")["child"]
    limit_itself(limits["processor_seconds"], limits["memory_bytes"])
    import cv2
    import numpy as np

    cv2.setNumThreads(1)
    picture: Any = cv2.imdecode(np.frombuffer(sys.stdin.buffer.read(), np.uint8), cv2.IMREAD_COLOR)
    found = segment(picture, kind)
    mask = b""
    if found.silhouette is not None:
        _, encoded = cv2.imencode(".png", _soft_mask(picture, found.silhouette))
        mask = encoded.tobytes()
    sys.stdout.buffer.write(json.dumps({"face": found.face, "size": picture.shape[1::-1]}).encode() + b"\n" + mask)


def segment(picture: Pixels, kind: str) -> Segmentation:
    """Find the subject of a picture (BGR)."""
    import cv2

    scale = _CUT_SIDE / max(picture.shape[:2])
    small: Any = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    if kind != "character":
        return Segmentation(None, _thing(small))
    face, is_from_front = find_face(picture)
    if face is None or not is_from_front:
        return Segmentation(face, None)
    return Segmentation(face, _person(small, FaceBox(*(value * scale for value in face))))


def find_face(picture: Pixels) -> tuple[FaceBox | None, bool]:
    """The clearest face in a picture, and whether it is seen from the front; from the side only if there is no frontal
    one."""
    import cv2

    scale = _FACE_SIDE / max(picture.shape[:2])
    grey: Any = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    grey = cv2.equalizeHist(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
    found, is_from_front = _faces(grey, _FROM_FRONT), True
    if not found:
        mirrored = _faces(cv2.flip(grey, 1), _FROM_SIDE)
        found = _faces(grey, _FROM_SIDE) + [
            (weight, box._replace(left=grey.shape[1] - box.left - box.width)) for weight, box in mirrored
        ]
        is_from_front = False
    if not found:
        return None, False
    return FaceBox(*(value / scale for value in max(found)[1])), is_from_front


def _faces(grey: Any, cascade: str) -> list[tuple[float, FaceBox]]:  # noqa: ANN401 # OpenCV's arrays
    """Faces in a grey picture with how clear each is."""
    import cv2

    least = max(_LEAST_FACE_PIXELS, round(min(grey.shape) * _LEAST_FACE))
    detector = cv2.CascadeClassifier(os.path.join(os.path.dirname(cv2.__file__), "data", cascade))
    boxes, _, weights = detector.detectMultiScale3(
        grey, _GROWTH, _NEIGHBOURS, minSize=(least, least), outputRejectLevels=True
    )
    found = ((float(weight), FaceBox(*map(float, box))) for box, weight in zip(boxes, weights, strict=True))
    return [(weight, box) for weight, box in found if weight >= _LEAST_WEIGHT]


def _person(picture: Pixels, face: FaceBox) -> Pixels | None:
    seeds = [_person_seed(picture.shape[:2], face, breadth) for breadth, _ in _SEEDS]
    inside = round(face.middle), round(face.top + face.height / 2)
    silhouette = _agreed(picture, seeds, inside)
    return silhouette if silhouette is not None and _is_person(silhouette, face) else None


def _person_seed(size: Sequence[int], face: FaceBox, breadth: float) -> Pixels:
    """Where somebody with this face must be, may be and cannot be. `breadth` widens where they may be."""
    import cv2
    import numpy as np

    height, width = size
    x, top, wide, tall = face.middle, face.top, face.width, face.height
    seed = np.full((height, width), _MAYBE_BACK, np.uint8)
    _outside(seed, x - 2.9 * wide, x + 2.9 * wide, height)
    _outside(seed, x - 1.2 * wide, x + 1.2 * wide, top + 0.75 * tall)
    seed[: max(0, int(top - 0.75 * tall))] = _BACK
    middle = round(x), round(top + 0.45 * tall)
    cv2.ellipse(seed, middle, (round(0.62 * breadth * wide), round(0.8 * breadth * tall)), 0, 0, 360, _MAYBE_FRONT, -1)
    chin, shoulders, hips, feet = (top + faces * tall for faces in (1.05, 2.0, 4.0, 8.5))
    arms, legs = 1.35 * breadth * wide, breadth * wide
    _fill(seed, x, [(chin, 0.5 * wide), (shoulders, arms), (hips, arms), (feet, legs)], _MAYBE_FRONT)
    cv2.ellipse(
        seed, (middle[0], round(top + 0.5 * tall)), (round(0.36 * wide), round(0.5 * tall)), 0, 0, 360, _FRONT, -1
    )
    chest, waist = top + 2.2 * tall, top + 3.6 * tall
    _fill(seed, x, [(top + 0.85 * tall, 0.2 * wide), (chest, 0.5 * wide), (waist, 0.5 * wide)], _FRONT)
    return seed


def _outside(seed: Pixels, left: float, right: float, bottom: float) -> None:
    """Mark as background what is beside two columns, down to a row."""
    rows = max(0, int(bottom))
    seed[:rows, : max(0, int(left))] = _BACK
    seed[:rows, min(seed.shape[1], max(0, int(right))) :] = _BACK


def _fill(seed: Pixels, middle: float, halves: list[tuple[float, float]], value: int) -> None:
    """Fill a shape that is as broad to the left as to the right: rows from above, each with half its breadth."""
    import cv2
    import numpy as np

    left = [(middle - half, row) for row, half in halves]
    right = [(middle + half, row) for row, half in reversed(halves)]
    cv2.fillPoly(seed, [np.rint(np.array(left + right)).astype(np.int32)], value)


def _thing(picture: Pixels) -> Pixels | None:
    """A thing in the middle of its picture."""
    import cv2
    import numpy as np

    height, width = picture.shape[:2]
    rim = max(2, round(0.03 * min(height, width)))
    seeds = []
    for breadth, _ in _SEEDS:
        seed = np.full((height, width), _BACK, np.uint8)
        seed[rim:-rim, rim:-rim] = _MAYBE_BACK
        radii = round(0.4 * breadth * width), round(0.4 * breadth * height)
        cv2.ellipse(seed, (width // 2, height // 2), radii, 0, 0, 360, _MAYBE_FRONT, -1)
        seeds.append(seed)
    silhouette = _agreed(picture, seeds, None)
    if silhouette is None or _distinctness(picture, silhouette) < _THING_DISTINCT:
        return None
    hull = cv2.convexHull(cv2.findNonZero(silhouette))
    is_solid = silhouette.sum() >= _SOLID * cv2.contourArea(hull)
    inner = silhouette[rim:-rim, rim:-rim]
    at_rim = np.concatenate([inner[0], inner[-1], inner[:, 0], inner[:, -1]]).mean()
    is_good = is_solid and at_rim <= _AT_RIM and _THING_AREA[0] <= silhouette.mean() <= _THING_AREA[1]
    return silhouette if is_good else None


def _agreed(picture: Pixels, seeds: Sequence[Pixels], inside: tuple[int, int] | None) -> Pixels | None:
    """What most of three outlines hold to be foreground; None where they differ, or where no colours part it from the
    rest. `inside` is a pixel of it; without one the largest piece counts."""
    import cv2
    import numpy as np

    lab: Any = cv2.cvtColor(picture, cv2.COLOR_BGR2LAB)
    found = [
        _in_one_piece(_grab_cut(lab if is_lab else picture, seed), inside)
        for seed, (_, is_lab) in zip(seeds, _SEEDS, strict=True)
    ]
    pairs = ((found[0], found[1]), (found[0], found[2]), (found[1], found[2]))
    agreement = sorted((one & other).sum() / max(1, (one | other).sum()) for one, other in pairs)[1]
    votes = np.sum(found, axis=0)
    silhouette = _in_one_piece((votes >= 2).astype(np.uint8), inside)
    if agreement < _AGREEMENT or not silhouette.any() or _distinctness(picture, silhouette) < _DISTINCT_SHARE:
        return None
    return silhouette


def _grab_cut(picture: Pixels, seed: Pixels) -> Pixels:
    """The foreground by GrabCut from a seed."""
    import cv2
    import numpy as np

    mask: Any = seed.copy()
    cv2.setRNGSeed(1)  # so that the same picture always gives the same outline
    try:
        cv2.grabCut(picture, mask, (0, 0, 0, 0), np.zeros((1, 65)), np.zeros((1, 65)), _ROUNDS, cv2.GC_INIT_WITH_MASK)
    except cv2.error:  # no pixel of the one or of the other kind
        return np.zeros_like(seed)
    front: Pixels = ((mask == _FRONT) | (mask == _MAYBE_FRONT)).astype(np.uint8)
    return front


def _in_one_piece(mask: Pixels, inside: tuple[int, int] | None) -> Pixels:
    """The piece of a mask that holds a pixel, or the largest, without specks and small holes."""
    import cv2
    import numpy as np

    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))  # type: ignore[assignment]  # stays uint8
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    if count < 2:
        return np.zeros_like(mask)
    if inside is None:
        wanted = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    else:
        column, row = (min(max(0, at), most - 1) for at, most in zip(inside, mask.shape[::-1], strict=True))
        wanted = int(labels[row, column])
    if wanted == 0:
        return np.zeros_like(mask)
    piece: Pixels = (labels == wanted).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(1 - piece, connectivity=4)
    for number in range(1, count):
        left, top, width, height, area = stats[number]
        is_inner = left > 0 and top > 0 and left + width < mask.shape[1] and top + height < mask.shape[0]
        if is_inner and area < _HOLE * mask.size:
            piece[labels == number] = 1
    return piece


def _distinctness(picture: Pixels, silhouette: Pixels) -> float:
    """The share of the outline across which colours clearly differ, 0 to 1; the picture's own edges do not count."""
    import cv2
    import numpy as np

    lab: Any = cv2.cvtColor(picture, cv2.COLOR_BGR2LAB).astype(np.float32)
    inner = silhouette.astype(np.float32)

    def mean_of(part: Any) -> Any:  # noqa: ANN401 # OpenCV's arrays
        sums = cv2.boxFilter(lab * part[..., None], -1, (9, 9), normalize=False)
        return sums / np.maximum(cv2.boxFilter(part, -1, (9, 9), normalize=False), 1)[..., None]

    distance = np.linalg.norm(mean_of(inner) - mean_of(1 - inner), axis=2)
    outline = (silhouette - cv2.erode(silhouette, np.ones((3, 3), np.uint8))).astype(bool)
    outline[[0, -1]] = outline[:, [0, -1]] = False
    return float((distance[outline] > _DISTINCT).mean()) if outline.any() else 0.0


def _is_person(silhouette: Pixels, face: FaceBox) -> bool:
    """Whether a silhouette has the proportions of somebody with this face."""
    import numpy as np

    rows = np.flatnonzero(silhouette.any(axis=1))
    is_cut_below = rows[-1] >= silhouette.shape[0] - 2
    ends = (rows[-1] - face.top) / face.height
    area = silhouette.sum() / (face.width * face.height)
    head = silhouette[max(0, int(face.top - 0.5 * face.height)) : int(face.top + 0.95 * face.height)]
    beside = 1.3 * face.width  # what is farther away is not the head's
    head = head[:, max(0, int(face.middle - beside)) : int(face.middle + beside)]
    head_width = head.sum(axis=1).max() / face.width
    upper = silhouette[: int(face.top + 2.2 * face.height)]
    at_sides = np.concatenate([upper[:, 0], upper[:, -1]]).mean()
    is_whole_enough = bool(is_cut_below) or ends >= _FEET
    return bool(
        is_whole_enough and _AREA[0] <= area <= _AREA[1] and head_width <= _HEAD_WIDTH and at_sides <= _AT_SIDES
    )


def _soft_mask(picture: Pixels, silhouette: Pixels) -> Pixels:
    """A silhouette at the size of its picture, its edges drawn to those of the picture (guided filter: He, Sun and
    Tang, 2013), 0 to 255."""
    import cv2
    import numpy as np

    height, width = picture.shape[:2]
    reach = max(5, round(max(height, width) / 90))
    guide: Any = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).astype(np.float32) / 255
    rough: Any = cv2.resize(silhouette.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)

    def mean(values: Any) -> Any:  # noqa: ANN401 # OpenCV's arrays
        return cv2.boxFilter(values, -1, (reach, reach))

    guide_mean, rough_mean = mean(guide), mean(rough)
    slope = (mean(guide * rough) - guide_mean * rough_mean) / (mean(guide * guide) - guide_mean**2 + 1e-4)
    soft = mean(slope) * guide + mean(rough_mean - slope * guide_mean)
    mask: Pixels = (np.clip((soft - 0.35) / 0.4, 0, 1) * 255).astype(np.uint8)
    return mask
