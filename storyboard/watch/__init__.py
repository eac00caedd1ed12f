"""A script that is checked at every save, and its storyboard in a browser that follows.

Nothing here writes a file or spends anything; only this machine can open the page.
"""
