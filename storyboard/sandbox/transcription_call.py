"""The transcription call of the sandbox, which recognizes the sound of its own clips and knows their words."""

from __future__ import annotations

import asyncio
import io
import json
import wave
from collections.abc import Sequence
from contextlib import suppress
from email import message_from_bytes
from email.policy import HTTP
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from storyboard.catalog.transcription_models import find_transcription_model
from storyboard.files.atomic import save
from storyboard.film.voice_track import decode_voice_track
from storyboard.sandbox import errors
from storyboard.sandbox.call_context import CallContext
from storyboard.sandbox.clip_speech import SpokenWord
from storyboard.sandbox.refusals import Refusal, check_key, refuse_wrong

_FIELDS = ("model", "response_format", "timestamps", "language")


class SpokenClips:
    """The words of clips by their sound. `folder` keeps them for the next start, None where they end with this one."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._words: dict[str, tuple[SpokenWord, ...]] = {}

    def remember(self, video: bytes, words: Sequence[SpokenWord]) -> None:
        """Note what is said in a clip. Raises OSError, ValueError where it is not one."""
        with NamedTemporaryFile(suffix=".mp4") as file:
            file.write(video)
            file.flush()
            digest = sha256(decode_voice_track(Path(file.name))).hexdigest()
        self._words[digest] = tuple(words)
        if self._folder is not None:
            self._folder.mkdir(parents=True, exist_ok=True)
            save(self._folder / f"{digest}.json", json.dumps(words).encode())

    def find(self, sound: bytes) -> tuple[SpokenWord, ...]:
        """What is said in a sound; nothing where it is not one of these."""
        digest = sha256(sound).hexdigest()
        if digest not in self._words and self._folder is not None:
            with suppress(OSError, ValueError, TypeError):
                rows = json.loads((self._folder / f"{digest}.json").read_bytes())
                self._words[digest] = tuple(SpokenWord(*row) for row in rows)
        return self._words.get(digest, ())


class TranscriptionCall:
    """The call."""

    def __init__(self, context: CallContext, clips: SpokenClips) -> None:
        self._account, self._memory, self._read, self._take = context
        self._clips = clips

    async def transcribe(self, request: Request) -> Response:
        """The words of a sound."""
        raw = await self._read(request)
        check_key(request)
        headers = self._take("audio")
        kind = request.headers.get("content-type", "")
        if not kind.startswith("multipart/form-data"):
            raise Refusal(415, errors.standard_error("Expected multipart/form-data"))
        fields, sound = _form(kind, raw)
        if wrong := [name for name in fields if name not in _FIELDS]:
            refuse_wrong([((name,), "Unrecognized key") for name in wrong])
        model = find_transcription_model(fields.get("model", ""))
        if model is None or model.id != fields["model"]:
            raise Refusal(404, errors.standard_error(f"Specified model not found: {fields.get('model', '')}"))
        if (seconds := await asyncio.to_thread(_seconds, sound)) is None:
            raise Refusal(422, {"error": "The audio cannot be decoded"})
        words = self._clips.find(sound)
        if not words:
            raise Refusal(422, {"error": "No speech was found in the audio"})
        usd = model.price(seconds) * self._account.factor
        if lack := self._account.lacks(usd):
            raise Refusal(402, errors.standard_error(lack))
        request_id = str(uuid4())
        self._account.charge(usd, f"{model.id}-asr-second", request_id)
        self._memory.charges[request.url.path.rpartition("/")[2]] += 1
        body: dict[str, object] = {"text": " ".join(one.word for one in words), "duration": seconds}
        if fields.get("timestamps") == "true":
            body["timestamps"] = {"word": [one._asdict() for one in words]}
        return JSONResponse(body, headers={**headers, "x-request-id": request_id})


def _form(kind: str, raw: bytes) -> tuple[dict[str, str], bytes]:
    """The fields of a form, and its file."""
    message = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode("latin-1") + raw, policy=HTTP)
    fields, sound = {}, b""
    for part in message.walk():
        name = part.get_param("name", header="content-disposition")
        data = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(data, bytes):
            if name == "file":
                sound = data
            else:
                fields[name] = data.decode("utf-8", "replace")
    return fields, sound


def _seconds(sound: bytes) -> float | None:
    """The length of a WAV in seconds; None for anything else, and for an empty one."""
    try:
        with wave.open(io.BytesIO(sound)) as file:
            return file.getnframes() / file.getframerate() or None
    except (wave.Error, EOFError, ZeroDivisionError):
        return None
