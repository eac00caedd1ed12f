"""Rendering: runs that send clips, pay for them and collect them.

    planning ─▶ ledger (intent) ─▶ submit ─▶ ledger (answer) ─▶ retrieve (poll, download, verify) ─▶ take

`spend` has the ledger and its states, `engine` the run. Nothing is sent before its intent is on disk in the ledger.

    jobs                the clips of a film with their requests
    planning            what a run does with each clip (selection, clip_warnings)
    engine, run         the run; submit and retrieve are its two halves
    files, folders      takes on disk; the folders of a script
    clip_takes, takes   which take stands for a clip; all of them for board, film and exports (pick: another one)
    progress            a run as it goes on; report_text, report_data and report_bill: plans, states and ends
    finish              the chosen takes, upscaled
"""
