"""The call for a cut-out, as `spend.sender` makes it."""

from __future__ import annotations

import asyncio
import json
from hashlib import sha256

from storyboard.catalog import read_table
from storyboard.compiler.images import largest_image_file
from storyboard.compiler.images.cut_outs import cut_out_stem
from storyboard.compiler.images.decoder import UnreadableImage
from storyboard.compiler.loader import Unreadable, read_bytes
from storyboard.files.normalization import safe_name
from storyboard.make.actions import PictureAction
from storyboard.make.cut_outs import PATH, CutOutItem, WantedCutOut, cut_out_service
from storyboard.make.purchase import MediaCall, media_purchase
from storyboard.make.requests import input_address
from storyboard.spend import media_answers
from storyboard.spend.entry import Entry
from storyboard.spend.purchase import CannotSend, Purchase
from storyboard.spend.services import Services
from storyboard.spend.states import State
from storyboard.venice.pictures import read_picture_answer


async def cut_out_purchase(services: Services, item: CutOutItem) -> Purchase:
    """The call for a cut-out. Raises CannotSend, DiskFull."""
    wanted, service, call = item.wanted, cut_out_service(), read_table("made_pictures.toml")["call"]
    address = await asyncio.to_thread(_address, wanted)
    await asyncio.to_thread(media_answers.keep_room, services.folder, call["answer_bytes"])
    entry = Entry(
        id=0,
        kind="picture",
        fingerprint=wanted.fingerprint,
        clip_id=wanted.id,
        own=None,
        stem=cut_out_stem(safe_name(wanted.owner) or "picture", wanted.digest),
        state=State.PLANNED,
        model=service.model,
        seconds=0,
        aspect=f"{wanted.width}:{wanted.height}",
        usd=service.usd,
        basis=service.basis,
        request=json.dumps({"inputs": [wanted.source]}, ensure_ascii=False),
        refs=json.dumps([wanted.source], ensure_ascii=False),
        shots="",
    )
    media = MediaCall(
        PATH,
        json.dumps({"image": address}).encode(),
        call["seconds"],
        call["answer_bytes"],
        "picture",
        read_picture_answer,
    )
    return media_purchase(services, entry, media, item.unknown if item.action is PictureAction.RESEND else ())


def _address(wanted: WantedCutOut) -> str:
    """The picture as it is sent. Raises CannotSend, also where it is another one than was agreed to."""
    path = wanted.picture.path
    try:
        data = read_bytes(wanted.file, largest_image_file(), path)
        if f"sha256:{sha256(data).hexdigest()}" != wanted.digest:
            raise CannotSend(f"{path} has changed since it was checked; run the command again")
        return input_address(data)
    except Unreadable as problem:
        raise CannotSend(str(problem)) from None
    except UnreadableImage as problem:
        raise CannotSend(f"{path} {problem}") from None
