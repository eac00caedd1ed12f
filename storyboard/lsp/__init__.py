"""The language server: pure functions over an analysis, one module for each question, and a thin server on top.

    server              pygls: notifications and requests in, diagnostics out when typing pauses (stdio starts it)
    handlers            a request in the editor's units ─▶ a function below ─▶ an answer in the editor's units
    editor              what handlers need from the server
    workspace           which script a file belongs to; each check reuses the cache of the one before
    documents           open files and their unsaved text (positions: UTF-8, UTF-16 or UTF-32 units)
    locate              block, shot, clip and second at a position (occurrences: every use of a name)
    completion, hover, outline (folds, links, hints), rename, fixes, formatting, diagnostics
    live_board, shot_edits  the board in an editor; inserting, copying, moving and removing shots on it
    picture_lines       the line that names the first picture of a declaration
    project_files, includers   files beside a script; scripts that include it
    takes               the take of each clip, read when the ledger changes
    markdown, pictures  hover text, thumbnails (language_hover, value_hover: words and values of the language)
    semantic_tokens, unfinished_lines, summary, clips, commands, file_renames   one question each

Only this package imports pygls and lsprotocol.
"""
