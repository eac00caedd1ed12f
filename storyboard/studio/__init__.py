"""`sbc studio`: the script, its storyboard, its takes and what they cost in one page of the browser.

    access      who may ask: the token, the origin, the policy of the page
    app         the page and what it asks for, over HTTP on loopback
    instance    one studio to a script
    films       the films of a folder, and what each comes to; `start_page` lists them, `new_films` begins and imports
    open_films  the scripts that are open, each a server at a port of its own
    script      the script on disk: read, saved only if nobody else has changed it
    routes      files and requests of a page, and the guards before them
    language    the language server, spoken to over POST and one event stream
    prices      what a render would cost, offered once and for two minutes; the render as a process of its own
    pictures    a picture given to the page, kept in `refs/` under a new name
    takes       the takes of each clip: pick, lock, note

The page has no logic of its own: it shows what the functions of the other rooms answer. It holds no key and pays
nothing: it starts `sbc render`, which goes on without it.
"""
