"""A session of spending: an account, a selection, and a locked folder with its ledger open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from storyboard.spend.ledger import Ledger, LedgerUnusable
from storyboard.spend.lock import FolderLocked, LockUnavailable, hold_folder
from storyboard.venice.secret import Secret
from storyboard.venice.transport import Mark, Timeouts, Transport


class FolderInUse(Exception):
    """Another run spends into the folder; the message names it."""


class PlanDeclined(Exception):
    """The person did not agree to the plan."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The clips or pictures that are meant, by id; `only` is None for all."""

    only: frozenset[str] | None = None
    retake: frozenset[str] = frozenset()
    resend: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Account:
    """Who is paid: the address of the calls, the key, and the name of the service in the ledger."""

    base_url: str
    key: Secret
    service: str
    trust_env: bool = False

    def transport(self, timeouts: Timeouts, mark: Mark) -> Transport:
        """A transport to the service, to be opened with `async with`."""
        return Transport(self.base_url, self.key, timeouts=timeouts, trust_env=self.trust_env, mark=mark)


@contextmanager
def open_session(
    folder: Path, products: str, account: Account, wall: Callable[[], float], mark: Mark
) -> Iterator[Ledger]:
    """Lock a folder for the block, with its ledger open to write.

    `products` is the subfolder for what is bought. Raises FolderInUse and LedgerUnusable.
    """
    try:
        (folder / products).mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise LedgerUnusable(
            f"{folder} cannot be used for the {products} ({problem.strerror}); choose another: --out DIR"
        ) from None
    try:
        with hold_folder(folder), Ledger.create(folder, account.service, wall, mark) as ledger:
            yield ledger
    except FolderLocked:
        raise FolderInUse(_who_holds(folder)) from None
    except LockUnavailable as problem:
        raise LedgerUnusable(
            f"{folder} cannot be locked ({problem}); choose a folder on this machine: --out DIR"
        ) from None


def _who_holds(folder: Path) -> str:
    """Words for the run that holds the folder, with its process if known."""
    with suppress(LedgerUnusable):
        if ledger := Ledger.read(folder):
            with ledger:
                run = ledger.last_run()
            if run is not None:
                return f"another run renders into {folder}: process {run.process} on {run.host}"
    return f"another run renders into {folder}"


def without_secrets(key: Secret, ledger: Ledger) -> Callable[[str], str]:
    """A function that removes the key, and addresses that give access to a clip, from a text."""

    def clear(text: str) -> str:
        for entry in ledger.entries():
            text = entry.download_url.hidden_in(text) if entry.download_url else text
        return key.hidden_in(text)

    return clear
