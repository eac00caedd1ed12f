"""The shared core of all purchases: ledger, states, folder lock, quotes, ceilings, sender, key, outcome, and bill.

    quote ─▶ budget ─▶ ledger (intent) ─▶ call ─▶ answer (kept as received) ─▶ settlement ─▶ bill

A `purchase.Purchase` describes one kind of paid call; `sender.Sender` makes each call at most once.

Nothing is sent before its intent is on disk in the ledger, and no answer is interpreted before it is on disk.
"""
