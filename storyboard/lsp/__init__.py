"""The language server: pure functions over an analysis, one module a question, and a thin server on top.

    server              pygls: notifications and requests in, diagnostics out after the typing rests (stdio starts it)
    handlers            a request in the editor's units ─▶ a function below ─▶ an answer in the editor's units
    editor              what handlers may ask of the server
    workspace           which script a file belongs to; each is checked from the cache of the check before
    documents           open files and their unsaved text (positions: UTF-8, UTF-16 or UTF-32 units)
    locate              block, shot, clip and second at a position (occurrences: every use of a name)
    completion, hover, outline (folds, links, hints), renaming, fixes, formatting, diagnostics
    live_board, shot_edits  the board of an editor; shots put in, copied, moved and taken out from it
    picture_lines       the line that names the first picture of a declaration
    project_files, includers   files beside a script; scripts that include it
    takes               what stands for each clip, read when the ledger changes
    markdown, pictures  hover text, thumbnails

pygls and lsprotocol are imported in this package only.
"""
