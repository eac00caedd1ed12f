"""The storyboard as one HTML page, to read, share and print.

    storyboard      film ─▶ scenes, panels, cast, sums (wording: times and prices)
    image_sources   what each image is to show
    placed_images   which image each panel and cast entry shows
    images          images composed, shrunk and encoded, each once (posters: frames of finished clips)
    laid_images     images as layers, for a page that composes them itself
    bar             the film to scale
    templates       the HTML of each part
    page            all of it as one self-contained file
    live            the board in pieces, for a page that follows the script

The page runs no script and loads nothing.
"""
