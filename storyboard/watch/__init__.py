"""A script that is checked at every save, and its storyboard in a browser that follows.

    loop            check, wait for a save, check again (files: what has changed)
    feed            what a page has to be told to show the script as it is
    follow          a feed kept up to date: the script, its files, the ledger (run_progress: how far a run is)
    server          the page on loopback

Nothing here writes a file or spends anything; only this machine can open the page.
"""
