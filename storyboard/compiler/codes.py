"""Every diagnostic code, collected from the passes and rules that report it."""

from __future__ import annotations

from itertools import chain

from storyboard.compiler.check import RULES
from storyboard.compiler.diagnostics import Code, Severity
from storyboard.compiler.parse.codes import CODES as PARSE_CODES
from storyboard.compiler.resolve.codes import CODES as RESOLVE_CODES

#: By id, in the order of the reference.
CODES: dict[str, Code] = {
    one.id: one
    for one in sorted(chain(PARSE_CODES, RESOLVE_CODES, *(rule.CODES for rule in RULES)), key=lambda one: one.id)
}
#: Titles by id. They head the pages of `sbc explain`.
TITLES: dict[str, str] = {one.id: one.title for one in CODES.values()}
#: Codes whose findings another declared name may remove.
OF_NAMES: frozenset[str] = frozenset(one.id for one in CODES.values() if one.of_names)


def severity_of(code: str) -> Severity:
    """The severity that a code has by itself."""
    return CODES[code].severity
