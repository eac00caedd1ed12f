"""Stems: the parts of a mix as WAV files, for mixing elsewhere."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream

from storyboard.files.atomic import replacing_file
from storyboard.files.signatures import MADE_BY
from storyboard.film.audio_filters import Samples, frame_of
from storyboard.film.encoding import SOUND_RATE

#: The parts of a mix: the laid sounds by kind, and the takes' own sound.
STEMS = ("speech", "effects", "music", "takes")
#: Their files.
STEM_FILES = tuple(f"{name}.wav" for name in STEMS)


def write_stem(path: Path, blocks: Iterable[Samples], factor: float) -> None:
    """Write a part of the mix as WAV, 32-bit floats, so loud as it is in the film before its peaks are limited. Raises
    OSError, av.FFmpegError."""
    with av.open(str(path), "w", format="wav", options={"rf64": "auto"}) as container:
        container.metadata["comment"] = MADE_BY
        stream = container.add_stream("pcm_f32le", rate=SOUND_RATE, layout="stereo")
        assert isinstance(stream, AudioStream), "PCM is sound"
        at = 0
        for block in blocks:
            frame = frame_of(block * np.float32(factor), at)
            at += len(block)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def keep_stems(made: Path, folder: Path) -> None:
    """Put the stems that were made in one folder into another, each whole or not at all. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in STEM_FILES:
        with replacing_file(folder / name) as temporary:
            shutil.copyfile(made / name, temporary)
