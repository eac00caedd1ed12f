"""Reports for programs: the plan, the folder, and the end of a run, as JSON data.

Keys do not change as long as `format` stays the same; new ones may be added.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any

from storyboard.render.planning import SENT, PlanItem, RunPlan, entries_of
from storyboard.spend.entry import Entry
from storyboard.spend.states import State


def plan_data(plan: RunPlan) -> dict[str, Any]:
    """The plan for programs.

    `clips`, in the film's order: `id`; `scene`, its heading or null; `shots`, their numbers; `seconds`; `model` and its
    `privacy`; `references`, their names; `usd`, the price by the table, or null, and `basis`,
    how it is made and where the figure is from; `other_usd` and `other_basis`, the same by the figures that the
    script's `Limits` do not ask for, or null; `quote`, the service's own where it
    was asked, else null; `action`, a value of planning.PlannedAction; `why`, for a person, may be empty; `after`, the
    id of the clip that it waits for, or null; `cost`, what a run pays for it now: `quote`,
    or else `usd`, where it is sent, else 0; `made_smaller`, where its pictures have to be so that the request fits: the
    `quality` of 100, the `share` of the model's long side, whether a `png` may stay one; else null.
    `strays`: ids of clips that are paid and running though the script no longer asks for them.
    `totals`: how many `clips`, their `seconds`, how many are `sent`, for how many `usd`, how many of those are
    `unpriced`, and how many `estimated`, since the service was asked and did not tell the price.
    `balance`: what the key may spend, in US dollars; null where nobody asked, or where the key may not know.
    """
    return {
        "format": "storyboard-plan/1",
        "clips": [_plan_entry(item) for item in plan.items],
        "strays": [entry.clip_id for entry in plan.strays],
        "totals": {
            "clips": len(plan.items),
            "seconds": sum(item.job.clip.duration for item in plan.items),
            "sent": len(plan.sent),
            "usd": round(plan.usd, 4),
            "unpriced": plan.unpriced,
            "estimated": len(plan.estimated),
        },
        "balance": plan.balance.usd if plan.balance else None,
    }


def status_data(plan: RunPlan, entries: Sequence[Entry], chosen: Collection[int] = ()) -> dict[str, Any]:
    """What is in a folder, for programs.

    `clips`, in the film's order: `id`; `state`, a value of planning.PlannedAction, or `not rendered`; `chosen`, the
    number of the take that stands in the film, or null; `takes`, the oldest first: `take`, its number, null before it
    is queued; `state`, a value of states.State; `sent` and `changed`, in seconds since 1970; `usd`, or null,
    its `basis`, and what the bill says was `charged`, or null; `file`,
    its name in the folder `clips`, or null; `said`, the service's words or ours, or null; `queue_id`, or null;
    `request`, the body with each picture named by path and digest.
    `others`: takes that the script no longer asks for, each with the `clip` that it was made for. `pictures`: takes of
    pictures, each with the `picture` that it is of, and whether it is `chosen`; `speeches` and `sounds` likewise.
    `finished`: what was paid for finished takes, each with its `clip`. `chosen` has the ids of the entries that stand.
    """
    made = [one for one in entries if one.kind != "clip" and one.state is not State.PLANNED]
    pictures = [one for one in made if one.kind == "picture"]
    sounds = [one for one in made if one.kind == "sound"]
    speeches = [one for one in sounds if "input" in json.loads(one.request)]
    entries = [one for one in entries if one.kind == "clip"]
    wanted = {item.job.clip.fingerprint for item in plan.items}
    return {
        "format": "storyboard-status/1",
        "clips": [
            {
                "id": item.job.id,
                "state": "not rendered" if item.action in SENT else item.action.value,
                "chosen": item.take.number if item.take else None,
                "takes": [_entry_data(one) for one in entries_of(item, entries)],
            }
            for item in plan.items
        ],
        "others": [{"clip": one.clip_id, **_entry_data(one)} for one in entries if one.fingerprint not in wanted],
        "pictures": [_made_data("picture", one, chosen) for one in pictures],
        "speeches": [_made_data("speech", one, chosen) for one in speeches],
        "sounds": [_made_data("sound", one, chosen) for one in sounds if one not in speeches],
        "finished": [{"clip": one.clip_id, **_entry_data(one)} for one in made if one.kind == "finish"],
    }


def _made_data(kind: str, entry: Entry, chosen: Collection[int]) -> dict[str, Any]:
    return {kind: entry.clip_id, "chosen": entry.id in chosen, **_entry_data(entry)}


def _plan_entry(item: PlanItem) -> dict[str, Any]:
    """One clip of the plan as JSON data."""
    clip, planned = item.job.clip, item.job.planned
    return {
        "id": clip.id,
        "scene": clip.scene.heading,
        "shots": [shot.number for shot in clip.shots],
        "seconds": clip.duration,
        "model": clip.model,
        "privacy": item.job.privacy,
        "references": [one.name for one in clip.references],
        "usd": clip.estimate.usd,
        "basis": clip.estimate.basis,
        "other_usd": planned.other_usd,
        "other_basis": planned.model.other_price.basis if planned.model.other_price else None,
        "quote": item.quote,
        "action": item.action.value,
        "why": item.why,
        "after": item.after,
        "cost": item.usd,
        "made_smaller": item.job.reduction._asdict() if item.job.reduction else None,
    }


def _entry_data(entry: Entry) -> dict[str, Any]:
    """One take as JSON data."""
    return {
        "take": entry.number,
        "state": entry.state.value,
        "sent": entry.since,
        "changed": entry.changed,
        "usd": entry.usd,
        "basis": entry.basis,
        "charged": entry.charged,
        "file": entry.file,
        "said": entry.said,
        "queue_id": entry.queue_id,
        "request": json.loads(entry.request),
    }
