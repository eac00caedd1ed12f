"""The shared core of all purchases: ledger, states, folder lock, quotes, ceilings, sender, key, outcome, and bill.

    quote ─▶ budget ─▶ ledger (intent) ─▶ call ─▶ answer (kept as received) ─▶ settlement ─▶ bill

A `purchase.Purchase` describes one kind of paid call; `sender.Sender` makes each call at most once.

    entry, states       one attempt and what may follow what; events tells of each step
    ledger              all attempts in SQLite (database, schema, transactions; ledger_writer waits for other programs)
    answers             kept answers (media_answers: those that are what was bought)
    session, lock       a folder held with its ledger open; services: what a run then works with
    quotes, budget      prices asked first; ceilings (balance: what is left)
    purchase, sender    one kind of paid call; each call sent at most once (settlement: what its answer means)
    collector           a queued job polled and downloaded (poll: how often)
    halt, signals       the end of a run that is stopped
    outcome             how a run ended (files: names and sizes of what it bought)
    settings, bill      the key and the address; the service's own bill

Nothing is sent before its intent is on disk in the ledger, and no answer is interpreted before it is on disk.
"""
