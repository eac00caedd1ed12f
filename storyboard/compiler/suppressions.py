"""Suppressions: `[[allow SB501]]` silences a warning for a shot, a scene, a declaration or the file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from storyboard.catalog.patterns import lazy_pattern
from storyboard.compiler.codes import severity_of
from storyboard.compiler.diagnostics import Finding, Severity
from storyboard.compiler.ir.parsed import Block, LooseText, Script, TitlePage
from storyboard.compiler.resolve.scenes import SceneBlocks
from storyboard.compiler.text import Anchor, Source

_ALLOW = lazy_pattern(r"allow\s+(SB[0-9]{3}(?:[\s,]+SB[0-9]{3})*)", re.IGNORECASE)


class Suppressions:
    """What is allowed where: in a block, in all blocks of a scene, in all of a file."""

    def __init__(self, files: Sequence[tuple[Source, Script]], scenes: Iterable[SceneBlocks]) -> None:
        self._allowed: dict[Anchor, frozenset[str]] = {}
        for _, script in files:
            first = script.blocks[0][1] if script.blocks else None
            whole = allowed_codes(first) if isinstance(first, TitlePage | LooseText) else frozenset()
            for _, block in script.blocks:
                if whole or block.remarks:
                    self._add(block, whole | allowed_codes(block))
        for scene in scenes:
            if scene.heading is not None and (codes := allowed_codes(scene.heading)):
                for block in scene.rest:
                    self._add(block, codes)

    def _add(self, block: Block, codes: frozenset[str]) -> None:
        if codes:
            self._allowed[block.anchor] = self._allowed.get(block.anchor, frozenset()) | codes

    def keep(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings that nobody has silenced. An error cannot be."""
        return [
            one
            for one in findings
            if one.code not in self._allowed.get(one.span.anchor, ())
            or (one.severity or severity_of(one.code)) is Severity.ERROR
        ]


def allowed_codes(block: Block) -> frozenset[str]:
    """The codes that the notes of a block allow."""
    codes: set[str] = set()
    for remark in block.remarks:
        found = _ALLOW.match(remark.text)
        if found:
            codes.update(re.findall(r"SB[0-9]{3}", found[1].upper()))
    return frozenset(codes)
