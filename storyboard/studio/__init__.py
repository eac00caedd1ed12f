"""`sbc studio`: the script, its storyboard, its takes and what they cost in one page of the browser.

    access        who may ask: the token, the origin, the policy of the page
    app           the page and what it asks for, over HTTP on loopback
    instance      one studio to a script
    films         the films of a folder, and what each comes to; `start_page` lists them, `new_films` begins and imports
    guests        the board and the takes for guests in this machine's network; `comments` keeps what they say
    open_films    the scripts that are open, each a server at a port of its own
    script        the script on disk: read, saved only if nobody else has changed it
    film_files    the files that the page writes: the script, and what it includes
    routes        files and requests of a page, and the guards before them
    language      the language server, spoken to over POST and one event stream
    offers        what a run would do and cost, good once and for two minutes
    render_offer  the offer of a render, and what a film has cost
    make_offer    the offer of pictures and sounds that are missing
    runs          `sbc render` and `sbc make` as processes of their own, and what they say
    cast          everybody's pictures and their takes: made, chosen, named in the script
    sounds        speeches, music, ambience and effects and their takes: heard and chosen
    stills        what each clip is to begin with, approved before it is paid for
    cut           the cut as it stands, for the player: its shots, and its sound, mixed as for the film
    products      film, animatic, board and exports, as children of the studio
    production    what the page asks about all of these
    media         the files that the page shows, under names that change with them
    pictures      a picture given to the page, kept in `refs/` under a new name
    takes         the takes of each clip: pick, lock, note
    playground    the page without a machine behind it: what its worker in the browser runs

The page has no logic of its own: it shows what the functions of the other rooms answer. It holds no key and pays
nothing: it starts `sbc render` and `sbc make`, which go on without it.
"""
