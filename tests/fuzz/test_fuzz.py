"""A short walk of the fuzzer, the same at every run; `python -m tests.fuzz` goes further."""

from __future__ import annotations

import pytest

from tests.fuzz.fuzzer import one_round

#: Rounds of each target; together they take a minute and a half at most.
ROUNDS = {"script": 90, "screenplay": 150, "final_draft": 80, "editor": 40, "ledger": 60, "sidecar": 150, "catalogue": 120, "answer": 400,
    "manifest": 150, "kept_answer": 200, "picture_sidecar": 200, "project_file": 200, "kept_image": 100}  # fmt: skip


@pytest.mark.parametrize("target", ROUNDS)
def test_nothing_raises(target: str) -> None:
    failures = [failure for seed in range(ROUNDS[target]) if (failure := one_round(target, seed))]
    assert not failures, "\n".join(
        f"python -m tests.fuzz --again {one.target}:{one.seed}\n{one.what[-1500:]}" for one in failures[:3]
    )
