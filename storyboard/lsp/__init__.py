"""The language server: pure functions over an analysis, one module a question, and a thin server on top.

    server        pygls: what comes in, checks when the typing rests, what is wrong going out (running starts it)
    answers       a request in the editor's units ─▶ a function below ─▶ an answer in the editor's units
    desk          which script a file belongs to; each is checked from the memory of the check before
    documents     open files and their unsaved text (positions: characters in UTF-8, UTF-16 or UTF-32)

    sight         what stands at a place: block, shot, clip, second (occurrences: every place of a name)
    completion, hover, outline (folds, links, hints), renaming, fixes, formatting, publishing
    folders, neighbours   files beside a script, scripts that include it
    markdown, pictures    what stands beside a word, thumbnails

pygls and lsprotocol are imported in this package only.
"""
