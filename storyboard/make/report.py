"""Reports about pictures: the plan and the end of a run, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from storyboard.catalog.picture_models import find_picture_model
from storyboard.make.actions import SENT, PictureAction
from storyboard.make.cut_outs import CutOutItem, cut_out_service
from storyboard.make.models import PRIVATE, use_of
from storyboard.make.planning import PictureItem, PicturePlan
from storyboard.make.sounds import SoundItem
from storyboard.make.speeches import SpeechItem
from storyboard.report.prices import is_old
from storyboard.report.privacy import privacy_of
from storyboard.spend.balance import balance_lines
from storyboard.spend.outcome import Outcome, how_to_continue
from storyboard.wording import FINE_PLACES, count, exact_money, listed, money, printable, shorten, table


def write_picture_plan(plan: PicturePlan, *, today: date, is_paid: bool = True) -> Iterator[str]:
    """The plan as lines: a table of pictures, where the words go, and in the last line what the run costs."""
    if plan.items:
        rows = [("picture", "file", "model", "shape", "price", "what happens"), *map(_row, plan.items)]
        yield from table(rows, right={4})
        yield ""
    if plan.speeches:
        rows = [("speech", "who", "voice", "words", "price", "what happens"), *map(_speech_row, plan.speeches)]
        yield from table(rows, right={4})
        yield ""
    if plan.sounds:
        rows = [("sound", "length", "model", "words", "price", "what happens"), *map(_sound_row, plan.sounds)]
        yield from table(rows, right={1, 4})
        yield ""
    if plan.cut_outs:
        rows = [("cut-out", "of", "model", "shape", "price", "what happens"), *map(_cut_out_row, plan.cut_outs)]
        yield from table(rows, right={4})
        yield ""
    sources = {item.request.model.basis: item.request.model.date for item in plan.sent}
    sources |= {item.wanted.model.basis: item.wanted.model.date for item in plan.spoken}
    if plan.cut:
        sources[cut_out_service().basis] = cut_out_service().date
    for basis, day in sources.items():
        age = f", {(today - day).days} days old" if is_old(day, today) else ""
        yield f"Prices: {basis}{age}. Venice quotes no prices for these."
    yield from _quotes(plan, today)
    yield from _changed_clips(plan)
    if not is_paid:
        yield "The sandbox draws on this machine: nothing is paid, and nothing leaves it."
    else:
        yield from _privacy(plan)
        yield from balance_lines(plan.balance, plan.usd)
    yield cost_line(plan)


def _row(item: PictureItem) -> tuple[str, ...]:
    is_sent = item.action in SENT
    price = "" if not is_sent else "no price" if item.usd is None else money(item.usd, 3)
    after = f"after {listed(item.after)}" if item.after else ""
    size = " ".join(filter(None, (item.request.aspect, item.request.resolution)))
    return (
        item.wanted.id,
        item.wanted.path,
        item.request.model.id if is_sent else "",
        size if is_sent else "",
        price,
        _happens(item, after),
    )


def _happens(item: PictureItem | SpeechItem | SoundItem, after: str = "") -> str:
    copies = f"{item.copies} takes" if item.action in SENT and item.copies > 1 else ""
    return ", ".join(filter(None, (item.action.value, copies, after, shorten(item.why, 90))))


def _cut_out_row(item: CutOutItem) -> tuple[str, ...]:
    wanted = item.wanted
    is_sent = item.action in SENT
    return (
        wanted.id,
        wanted.picture.path,
        cut_out_service().model if is_sent else "",
        f"{wanted.width} × {wanted.height}" if is_sent else "",
        money(item.usd, 3) if is_sent else "",
        ", ".join(filter(None, (item.action.value, shorten(item.why, 90)))),
    )


def _speech_row(item: SpeechItem) -> tuple[str, ...]:
    wanted = item.wanted
    is_sent = item.action in SENT
    return (
        wanted.id,
        wanted.speaker,
        f"{wanted.body['voice']} ({wanted.model.id})",
        shorten(wanted.text, 34),
        money(item.usd, FINE_PLACES) if is_sent else "",
        _happens(item),
    )


def _sound_row(item: SoundItem) -> tuple[str, ...]:
    wanted = item.wanted
    is_sent = item.action in SENT
    price = "" if not is_sent else "no price" if item.usd is None else money(item.usd, 3)
    return (
        wanted.id,
        f"{wanted.seconds} s" if is_sent and wanted.seconds else "",
        wanted.model.id if is_sent else "",
        shorten(wanted.words, 34),
        price,
        _happens(item),
    )


def _quotes(plan: PicturePlan, today: date) -> Iterator[str]:
    """Where the prices of music, ambience and effects are from."""
    if any(item.is_quoted for item in plan.queued):
        yield f"Music, ambience and effects are quoted by the service, {today.isoformat()}."
    listed_prices = {item.basis for item in plan.queued if not item.is_quoted}
    for basis in sorted(listed_prices):
        yield f"Prices of music, ambience and effects: {basis}. The service did not quote them ({plan.quote_problem})."


def _changed_clips(plan: PicturePlan) -> Iterator[str]:
    for item in plan.items:
        if item.changes:
            clips = listed(item.changes)
            yield f"{item.wanted.id} is in finished clips: the next render makes {clips} again, and they cost again."


def _privacy(plan: PicturePlan) -> Iterator[str]:
    """What becomes of words and faces that leave this machine, a line a model, and which model keeps nothing."""
    told: dict[str, str] = {}
    for speech in plan.spoken:
        voice = speech.wanted.model
        told[voice.id] = f"Sent from this machine: words. {privacy_of(voice.id, voice.privacy)}"
    for sound in plan.queued:
        maker = sound.wanted.model
        told[maker.id] = f"Sent from this machine: words. {privacy_of(maker.id, maker.privacy)}"
    if plan.cut:
        remover = cut_out_service()
        told[remover.model] = f"Sent from this machine: pictures. {privacy_of(remover.model, remover.privacy)}"
    for item in plan.sent:
        model = item.request.model
        line = f"Sent from this machine: words and pictures. {privacy_of(model.id, model.privacy)}"
        private = find_picture_model(use_of(item.wanted).private)
        if model.privacy != PRIVATE and private is not None:
            line += f" {private.id} is private (`Picture model: …`, or --model)."
        told.setdefault(model.id, line)
    yield from told.values()


def cost_line(plan: PicturePlan) -> str:
    """What this run sends and pays, in a sentence."""
    if not plan.sends:
        back = sum(item.action is PictureAction.PUT_BACK for item in plan.items)
        put = f"; {count(back, 'picture')} put back" if back else ""
        return f"This run sends nothing and costs nothing{put}."
    unpriced = [
        count(number, noun)
        for number, noun in (
            (sum(item.usd is None for item in plan.sent), "picture"),
            (sum(item.usd is None for item in plan.queued), "sound"),
        )
        if number
    ]
    more = f", and {listed(unpriced)} without a price" if unpriced else ""
    return f"This run makes {_what(plan)} for {exact_money(plan.usd)}{more}."


def picture_question(plan: PicturePlan) -> str:
    """What the person agrees to before anything is paid."""
    is_listed = bool(plan.sent or plan.cut or plan.spoken) or not all(item.is_quoted for item in plan.queued)
    return f"Make {_what(plan)} and pay {exact_money(plan.usd)}{' by the price list' if is_listed else ''}?"


def _what(plan: PicturePlan) -> str:
    """How many pictures, speeches and sounds are sent."""
    pictures, speeches, sounds = (sum(item.copies for item in group) for group in (plan.sent, plan.spoken, plan.queued))
    return _counted(pictures, speeches, sounds, len(plan.cut))


def _counted(pictures: int, speeches: int, sounds: int, cut_outs: int = 0) -> str:
    some = [
        (pictures, "picture", "pictures"),
        (speeches, "speech", "speeches"),
        (sounds, "sound", "sounds"),
        (cut_outs, "cut-out", "cut-outs"),
    ]
    return listed([count(number, one, more) for number, one, more in some if number])


def write_picture_outcome(
    outcome: Outcome, plan: PicturePlan, folder: Path, again: str, *, is_paid: bool = True
) -> Iterator[str]:
    """How a run ended, where the pictures are, and how to continue; `again` is the command to type."""
    theirs = sum(item.action is PictureAction.YOURS for item in plan.items)
    there = len(outcome.saved) + theirs
    what = _counted(len(plan.items), len(plan.speeches), len(plan.sounds)) or "0 pictures"
    spent = max(0.0, outcome.spent)
    costs = f"This run spent {exact_money(spent)}" if is_paid else f"At Venice this would cost {exact_money(spent)}"
    takes = f" Every take is kept in {printable(str(folder))}." if outcome.saved else ""
    whole = len(plan.items) + len(plan.speeches) + len(plan.sounds)
    if plan.cut_outs:
        yield f"{_cut_outs_there(outcome, plan)} {costs}.{takes}"
    else:
        yield f"{there} of {whole} {'is' if there == 1 else 'are'} there ({what}). {costs}.{takes}"
    if outcome.stopped:
        yield f"Nothing more was sent: {outcome.stopped}."
    for names, words, remedy in _remedies(outcome, is_cut_out=bool(plan.cut_outs)):
        if names:
            yield f"{words}: {', '.join(names)}. {remedy.format(names=','.join(names))}"
    if no_look := [item.wanted.id for item in plan.items if item.action is PictureAction.NO_WORDS]:
        yield f"The script does not say how they look: {', '.join(no_look)}. Write a look, and run again."
    yield from how_to_continue(outcome, again)


def _cut_outs_there(outcome: Outcome, plan: PicturePlan) -> str:
    """How many cut-outs the board has from the service, and how many it makes itself."""
    own = sum(item.action is PictureAction.NOT_NEEDED for item in plan.cut_outs)
    whole = len(plan.cut_outs) - own
    there = len(outcome.saved)
    mine = f"; this machine cuts out {own} itself" if own else ""
    return f"{there} of {count(whole, 'cut-out')} {'is' if there == 1 else 'are'} there{mine}."


def _remedies(outcome: Outcome, *, is_cut_out: bool = False) -> Iterator[tuple[list[str], str, str]]:
    """What is not there, by outcome, with what the person can do."""
    flag = "--cut-out " if is_cut_out else ""
    yield outcome.running, "Paid and not yet saved", "The next run saves them."
    yield (
        outcome.unknown,
        "Perhaps paid",
        f"Check your account at the service. {flag}--resend-unknown {{names}} makes them again, and may pay twice.",
    )
    yield outcome.refused, "Refused", "Nothing was paid for them. Change what was refused, then run again."
    pick = "" if is_cut_out else "`sbc pick` can still use a picture, "
    yield outcome.rejected, "Rejected", f"{pick}{flag}--retake {{names}} pays for new ones."
    yield outcome.failed, "Failed", f"{flag}--retake {{names}} pays for new ones."
    yield outcome.unsent, "Not made", ""


def picture_plan_data(plan: PicturePlan) -> dict[str, Any]:
    """The plan for programs.

    `pictures`, in the order in which they are made: `id`; `file`, the script's path; `action`, a value of
    actions.PictureAction; `why`, for a person, may be empty; `model`, its `privacy`, `aspect` and `resolution`;
    `takes`, how many are made; `usd`, the price of one by the list, or null, and `basis`, where the figure is from;
    `cost`, what the run pays for it; `after`, ids of pictures that it waits for; `changes`, finished clips that were
    made with the picture that it replaces; `prompt`. `totals`: how many calls are `sent`, for how many `usd`.
    `balance`: what the key may spend, in US dollars, or null. `speeches`, in the film's order: `id`; `speaker`; `text`;
    `model`, its `privacy` and the `voice`; `action`, `why`, `usd`, `basis` and `cost` as of pictures.
    `sounds`, music, ambience and effects: `id`, `kind`, `words`, `model`, its `privacy`; `seconds`, the length that is
    asked for, 0 where the model chooses; `heard`, how long it is heard; `action`, `why`, `usd`, `basis` and `cost` as
    of pictures. `takes` of both as of pictures. `cut_outs`, where they are asked for: `id`, `file`, the script's path;
    `model`, its `privacy`; `action`, `why`, `usd`, `basis` and `cost` as of pictures.
    """
    return {
        "format": "storyboard-picture-plan/1",
        "pictures": [_item_data(item) for item in plan.items],
        "speeches": [_speech_data(item) for item in plan.speeches],
        "sounds": [_sound_data(item) for item in plan.sounds],
        "cut_outs": [_cut_out_data(item) for item in plan.cut_outs],
        "totals": {"pictures": len(plan.items), "sent": plan.calls, "usd": round(plan.usd, 4)},
        "balance": plan.balance.usd if plan.balance else None,
    }


def _cut_out_data(item: CutOutItem) -> dict[str, Any]:
    remover = cut_out_service()
    return {
        "id": item.wanted.id,
        "file": item.wanted.picture.path,
        "model": remover.model,
        "privacy": remover.privacy,
        "action": item.action.value,
        "why": item.why,
        "usd": remover.usd,
        "basis": remover.basis,
        "cost": item.usd,
    }


def _speech_data(item: SpeechItem) -> dict[str, Any]:
    wanted = item.wanted
    return {
        "id": wanted.id,
        "speaker": wanted.speaker,
        "text": wanted.text,
        "model": wanted.model.id,
        "privacy": wanted.model.privacy,
        "voice": wanted.body["voice"],
        "action": item.action.value,
        "why": item.why,
        "takes": item.copies if item.action in SENT else 0,
        "usd": wanted.usd,
        "basis": wanted.model.basis,
        "cost": item.usd,
    }


def _sound_data(item: SoundItem) -> dict[str, Any]:
    wanted = item.wanted
    return {
        "id": wanted.id,
        "kind": wanted.kind,
        "words": wanted.words,
        "model": wanted.model.id,
        "privacy": wanted.model.privacy,
        "seconds": wanted.seconds,
        "heard": round(wanted.heard, 3),
        "action": item.action.value,
        "why": item.why,
        "takes": item.copies if item.action in SENT else 0,
        "usd": item.price,
        "basis": item.basis,
        "cost": item.usd,
    }


def _item_data(item: PictureItem) -> dict[str, Any]:
    request = item.request
    return {
        "id": item.wanted.id,
        "file": item.wanted.path,
        "action": item.action.value,
        "why": item.why,
        "model": request.model.id,
        "privacy": request.model.privacy,
        "aspect": request.aspect,
        "resolution": request.resolution,
        "takes": item.copies if item.action in SENT else 0,
        "usd": request.usd,
        "basis": request.model.basis,
        "cost": item.usd,
        "after": list(item.after),
        "changes": list(item.changes),
        "prompt": request.body["prompt"],
    }
