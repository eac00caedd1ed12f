"""A script checked again at every save, and its storyboard in a browser that follows.

Nothing here writes a file or spends anything; the page is served to this machine alone.
"""
