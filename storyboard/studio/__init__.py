"""`sbc studio`: the script, its storyboard, its takes and their prices on one page in the browser.

    access        who may send requests: the token, the origin, the policy of the page
    app           the page and its requests, over HTTP on loopback
    instance      one studio to a script
    films         the films of a folder, with figures; `start_page` lists them, `new_films` begins and imports
    guests        the board and the takes for guests in this machine's network; `comments` keeps their comments
    open_films    the scripts that are open, each a server at a port of its own
    script        the script on disk: read, and saved only if nobody else has changed it
    film_files    the files that the page writes: the script and its includes
    routes        files and requests of a page, and the checks before them
    language      the language server, over POST and one event stream
    offers        what a run would do and cost, good once and for two minutes
    render_offer  the offer of a render, and what a film has cost
    make_offer    the offer of missing pictures and sounds
    runs          `sbc render` and `sbc make` as independent processes, and their events
    cast          all pictures and their takes: made, chosen, named in the script
    sounds        speeches, music, ambience and effects and their takes: heard and chosen
    stills        the first picture of each clip, approved before the clip is paid for
    cut           the current cut for the player: its shots, and its sound, mixed as for the film
    products      film, animatic, board and exports, made by child processes of the studio
    production    the page's requests about all of these
    media         the files that the page shows, under names that change with their content
    pictures      a picture given to the page, saved in `refs/` under a new name
    takes         the takes of each clip: pick, lock, note
    playground    the page without a machine: the code for its worker in the browser

The page has no logic of its own: it shows the results of other rooms' functions. It has no key and pays nothing: it
starts `sbc render` and `sbc make`, which continue without it.
"""
