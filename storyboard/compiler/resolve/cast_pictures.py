"""Pictures and videos of the cast: a main picture, more of the same, and what a variant takes over.

A character or prop has a `front`, `angles` and a `video`; a location an `image` and `views`. A variant that sets its
own main picture takes over neither angles nor video, since they would show the other look.
"""

from __future__ import annotations

from storyboard.compiler.diagnostics import Edit, Finding, Fix
from storyboard.compiler.ir.parsed import Property
from storyboard.compiler.ir.resolved import Entity, Picture
from storyboard.compiler.loader import Loader
from storyboard.compiler.resolve.pictures import is_url, read_picture
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
    """The pictures of an entity, the main one first; empty without a main one, whatever else there is (SB313). `folder`
    is that of the script, relative to the root."""
    main = properties.get("front") or properties.get("image")
    pictures: tuple[Picture, ...] = base.pictures if base else ()
    if main:
        pictures = (read_picture(main[0].value, folder, loader, findings),)
    has_main = bool(pictures)
    for key in ("angles", "views"):
        if key in properties and (has_main or key == "angles"):
            more = (read_picture(item, folder, loader, findings) for item in list_items(properties[key]))
            pictures = (*pictures[:1], *more)
    if has_main:
        return pictures
    _report_no_main(name, properties, findings)
    return ()


def _report_no_main(name: str, properties: dict[str, list[Property]], findings: list[Finding]) -> None:
    """SB313 for each property that needs a main picture beside it."""
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
    """The edit that makes the first picture of a list the main one."""
    first, *others = list_items([one])
    edits = [Edit(one.key_span, key)]
    if others:
        edits.append(Edit(Span(line.anchor, first.span().end, others[0].span().start), f"\n{one.key}: "))
    return Fix(False, tuple(edits))


def read_video(properties: dict[str, list[Property]], base: Entity | None, findings: list[Finding]) -> str | None:
    """The address of an element's video, None where there is none; SB104 for a path, since the service fetches it."""
    inherited = base.video if base and "front" not in properties else None
    if "video" not in properties:
        return inherited
    value = properties["video"][0].value
    if is_url(value.string):
        return value.string
    message = "A video is given by its address on the web."
    findings.append(Finding("SB104", value.span(), message, "Write an address that begins with https://"))
    return inherited
