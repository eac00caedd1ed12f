"""Makes the sounds of the examples: `python -m tests.sounds` writes them into their folders, with ffmpeg and espeak-ng.

Nothing is recorded or borrowed: bells and wind are synthesized, and a computer speaks the one line that stands
for a recording of one's own. The files that are kept were made so once; other versions of the programs make others.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from tests.ffmpeg import ffmpeg

FOLDER = Path(__file__).parent.parent / "examples" / "09-narrator"
OPUS = ("-c:a", "libopus", "-b:a", "32k")


def main() -> None:
    """Write every file."""
    for folder in ("sounds", "vo"):
        (FOLDER / folder).mkdir(exist_ok=True)
    _save("sounds/wind.opus", "anoisesrc=color=brown:d=7:seed=4:r=48000", "bandpass=f=420:w=300,tremolo=f=0.3:d=0.5")
    rings = "+".join(f"{1 / n}*sin(2*PI*{620 * n * (1 + 0.01 * n)}*t)*exp(-{2 * n}*t)" for n in range(1, 6))
    _save("sounds/bell.opus", f"aevalsrc='0.3*({rings})':d=2.5:s=48000", "afade=out:st=2.2:d=0.3")
    with tempfile.TemporaryDirectory() as scratch:
        spoken = Path(scratch) / "line.wav"
        line = "Every summer begins with a walk to the far end of the meadow."
        subprocess.run(["espeak-ng", "-v", "en-gb+m3", "-s", "150", "-w", spoken, line], check=True)
        ffmpeg("-i", spoken, "-ac", "1", *OPUS, FOLDER / "vo" / "narrator-1.opus")


def _save(name: str, source: str, filters: str) -> None:
    ffmpeg("-f", "lavfi", "-i", source, "-af", filters, "-ac", "1", *OPUS, FOLDER / name)


if __name__ == "__main__":
    main()
