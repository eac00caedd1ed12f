"""What every purchase shares, whatever is bought: ledger, states, the lock of a folder, quotes, ceilings, and
the account and its bill.

    quote ─▶ budget ─▶ ledger (intent) ─▶ call ─▶ answer (kept as it came) ─▶ settlement ─▶ bill

Nothing is sent before the ledger has the intent on disk, and no answer is read before it is on disk.
"""
