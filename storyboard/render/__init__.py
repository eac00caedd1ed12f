"""Rendering: the run that sends clips, pays for them and collects them.

    planning ─▶ ledger (intent) ─▶ submit ─▶ ledger (answer) ─▶ retrieve (poll, download, verify) ─▶ take

`states` is the table of what may follow what, `ledger` the only record, `engine` the run. Nothing is sent before the
ledger has the intent on disk.
"""
