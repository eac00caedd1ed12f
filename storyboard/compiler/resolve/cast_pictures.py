"""Pictures and videos of the cast: a main picture, more views of the same subject, and what a variant inherits.

A character or prop has a `front`, `angles` and a `video`; a location has an `image` and `views`. A variant with a main
picture of its own inherits neither angles nor video, because those show the other look.
"""

from __future__ import annotations

from storyboard.compiler.diagnostics import Edit, Finding, Fix
from storyboard.compiler.ir.parsed import Property
from storyboard.compiler.ir.resolved import Entity, Picture
from storyboard.compiler.loader import Loader
from storyboard.compiler.resolve.pictures import is_url, read_picture_value
from storyboard.compiler.resolve.properties import list_items, without_line
from storyboard.compiler.spelling import quote
from storyboard.compiler.text import Span


def read_pictures(
    name: str,
    properties: dict[str, list[Property]],
    base: Entity | None,
    folder: str,
    loader: Loader,
    findings: list[Finding],
) -> tuple[Picture, ...]:
    """The pictures of an entity, the main one first; empty without a main picture (SB313 if there are others).

    `folder` is the folder of the script, relative to the root. `base` is the entity that a variant inherits from.
    """
    main = properties.get("front") or properties.get("image")
    pictures: tuple[Picture, ...] = base.pictures if base else ()
    if main:
        pictures = (read_picture_value(main[0].value, folder, loader, findings),)
    has_main = bool(pictures)
    for key in ("angles", "views"):
        if key in properties and (has_main or key == "angles"):
            more = (read_picture_value(item, folder, loader, findings) for item in list_items(properties[key]))
            pictures = (*pictures[:1], *more)
    if has_main:
        return pictures
    _report_no_main(name, properties, findings)
    return ()


def _report_no_main(name: str, properties: dict[str, list[Property]], findings: list[Finding]) -> None:
    """SB313 for each property that is useless without a main picture."""
    for key in ("views", "angles", "video"):
        if key in properties:
            first = properties[key][0]
            line = Span(first.key_span.anchor, first.key_span.start, first.value.span().end)
            if key == "views":
                message, fix = "This place has views and no image.", _as_main(first, line, "image")
            else:
                message = f"{quote(name)} has {key} but no front picture."
                fix = without_line(first, line) if key == "video" else _as_main(first, line, "front")
            findings.append(Finding("SB313", line, message, fix=fix))


def _as_main(one: Property, line: Span, key: str) -> Fix | None:
    """The fix that makes the first picture of a list the main one."""
    first, *others = list_items([one])
    edits = [Edit(one.key_span, key)]
    if others:
        edits.append(Edit(Span(line.anchor, first.span().end, others[0].span().start), f"\n{one.key}: "))
    return Fix(False, tuple(edits))


def read_video(properties: dict[str, list[Property]], base: Entity | None, findings: list[Finding]) -> str | None:
    """The web address of an element's video, or None.

    A path is SB104: the service downloads the video itself (Reference to Video guide, `elements[].video_url`).
    """
    inherited = base.video if base and "front" not in properties else None
    if "video" not in properties:
        return inherited
    value = properties["video"][0].value
    if is_url(value.string):
        return value.string
    message = "A video has to be a web address."
    findings.append(Finding("SB104", value.span(), message, "Write an address that begins with https://"))
    return inherited
