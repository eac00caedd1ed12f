"""The storyboard as one HTML page, to read, share and print.

    storyboard      film ─▶ scenes, panels, cast, sums
    placed_images   which image each panel and cast entry shows
    images          images composed, shrunk and encoded, each once (posters: frames of finished clips)
    bar             the film to scale
    page            all of it as one self-contained file

The page runs no script and loads nothing.
"""
