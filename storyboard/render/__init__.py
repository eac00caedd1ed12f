"""Rendering: runs that send clips, pay for them and collect them.

    planning ─▶ ledger (intent) ─▶ submit ─▶ ledger (answer) ─▶ retrieve (poll, download, verify) ─▶ take

`spend` has the ledger and its states, `engine` the run. Nothing is sent before its intent is on disk in the ledger.
"""
