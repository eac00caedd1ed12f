"""What every purchase shares, whatever is bought: ledger, states, the lock of a folder, quotes, ceilings, the sender,
the key, the outcome of a run with its exit code, and the account and its bill.

    quote ─▶ budget ─▶ ledger (intent) ─▶ call ─▶ answer (kept as it came) ─▶ settlement ─▶ bill

`purchase.Purchase` is what tells one kind of paid call from another; `sender.Sender` makes it at most once.

Nothing is sent before the ledger has the intent on disk, and no answer is read before it is on disk.
"""
