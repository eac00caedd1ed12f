"""The run that spends money: what it will do, its ledger, the queue, the finished clips.

    plan ─▶ ledger (intent) ─▶ queue ─▶ ledger (answer) ─▶ retrieve ─▶ download ─▶ verify ─▶ take

`states` is the table of what may follow what, `ledger` the only record, `engine` the run. Nothing is sent before the
ledger has the intent on disk.
"""
