"""Scripts of any size for the benchmarks: every shot differs, and scenes are as long as a writer's."""

from __future__ import annotations

_CAST = """Title: The Long Harbor
Model: kling-o3-pro
Audio: on
Style: warm 35mm film look, soft grain

CHARACTER Mira
look: a young lantern keeper in a red wool coat
voice: low and hoarse
front: https://example.com/mira-front.png
angles: https://example.com/mira-side.png, https://example.com/mira-45.png

CHARACTER Old Tom
look: a bent fisherman with a white beard
front: https://example.com/tom.png

PROP Storm Lantern
look: a dented brass storm lantern
front: https://example.com/lantern.png

LOCATION Harbor
look: a foggy stone harbor
image: https://example.com/harbor.png

LOCATION Net Loft
look: a dim loft hung with nets
image: https://example.com/loft.png

"""

_SHOTS = (
    """SHOT 5s wide, slow push forward
@Mira stands at the edge of the quay, foreground left, with @Storm Lantern in
her hand, and counts {n} lights out on the water while the fog rolls in.

""",
    """SHOT 4s close-up
@Old Tom turns toward the camera and holds up {n} fingers.

OLD TOM
(whispering)
The sea keeps {n} secrets, and I know them all.

""",
    """SHOT 6s tracking shot from behind
light: lamps along the wall, the {n}th one broken
@Mira walks away from camera along the quay and is gone.

""",
)


def script_of(shots: int) -> str:
    """A script of so many shots, eight to a scene."""
    parts = [_CAST]
    for number in range(shots):
        if number % 8 == 0:
            place = "EXT. HARBOR - DUSK" if number % 16 else "INT. NET LOFT - NIGHT"
            parts.append(
                f"{place}\nsound: gulls, number {number}\n\nWet boards. A bell, {number} strokes, somewhere out on the water.\n\n"
            )
        parts.append(_SHOTS[number % len(_SHOTS)].format(n=number))
    return "".join(parts)


def script_of_size(characters: int) -> str:
    """A script of about so many characters."""
    shots = 1
    while len(script_of(shots)) < characters:
        shots = int(shots * 1.2) + 1
    return script_of(shots)
