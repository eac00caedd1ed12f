"""A small project with one finished take."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import pytest
from PIL import Image

from storyboard.film.takes import Take

SCRIPT = """\
Title: Ink & <Water> --> "Now"
Audio: on

CHARACTER Mira
look: a young lantern keeper in a red wool coat
front: mira.png

LOCATION Harbor
look: a foggy stone harbor
image: mira.png

EXT. HARBOR - "DUSK" <late> --> NIGHT #7 <A>#

FADE IN:

SHOT 5s CU #one --> "two"#
@Mira says <nothing> & turns.

MIRA
--> 00:00:01.000 & <b>I never left.</b>

SHOT 4s wide, slow push forward
@Mira leaves.

DISSOLVE TO:

INT. TOWER - DAY

SHOT 3s
=1+1 is what @Mira writes.

===

SHOT 15s extreme wide shot
!@SUM(A1) it says on the wall of @Harbor. @Mira reads.
"""


def film(path: Path, seconds: float, rate: int = 24, sound: bool = False) -> Path:
    """A clip of `seconds`."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=rate, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        if sound:
            voice = container.add_stream("aac", rate=48000, layout="stereo")
            silence = av.AudioFrame(format="fltp", layout="stereo", samples=1024)
            silence.sample_rate, silence.time_base = 48000, Fraction(1, 48000)
            for plane in silence.planes:
                plane.update(bytes(plane.buffer_size))
            for number in range(int(seconds * 48000 / 1024)):
                silence.pts = number * 1024
                container.mux(voice.encode(silence))
            container.mux(voice.encode())
        for number in range(round(seconds * rate)):
            image = Image.new("RGB", (320, 180), (number % 256, 90, 80))
            container.mux(stream.encode(av.VideoFrame.from_image(image)))
        container.mux(stream.encode())
    return path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    Image.new("RGB", (800, 600), "#8899aa").save(tmp_path / "mira.png")
    (tmp_path / "film.sb").write_text(SCRIPT, encoding="utf-8")
    return tmp_path


@pytest.fixture
def takes(project: Path) -> tuple[Take, ...]:
    """A take with sound that is long enough, and one at another rate that is too short by a second and a bit."""
    return (
        Take("s01c01", film(project / 'take <2> & "x" -->.mp4', 9.25, sound=True), 2),
        Take("s02c02", film(project / "short.mp4", 13.8, rate=30), 1),
    )
