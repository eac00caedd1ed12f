"""Files that are sent as clips by faults: stubs, pictures, clips of another length."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from storyboard.drawing.still import Still
from storyboard.film.encoding import add_silence, open_mp4, silent_packets
from storyboard.film.frames import draw_clip, frame_size
from storyboard.film.shots import PanelShot

#: The smallest file with the boxes of an MP4 and nothing in them.
BOXES_ONLY = b"\0\0\0\x18ftypisom\0\0\2\0isomiso2\0\0\0\x08moov\0\0\0\x08mdat"


@cache
def short_clip() -> bytes:
    """A whole clip, of one second."""
    with TemporaryDirectory(prefix="sbc-sandbox-") as folder:
        path = Path(folder) / "clip.mp4"
        draw_clip([PanelShot(1, Still(None))], path, frame_size("16:9"), sound=False)
        return path.read_bytes()


@cache
def sound_only() -> bytes:
    """An MP4 of five seconds with sound and no picture."""
    with TemporaryDirectory(prefix="sbc-sandbox-") as folder:
        path = Path(folder) / "clip.mp4"
        with open_mp4(path) as container:
            for packet in silent_packets(add_silence(container), Fraction(5)):
                container.mux(packet)
        return path.read_bytes()
