"""The language server: pure functions over an analysis, one module a question, and a thin server on top.

    documents    open files and their unsaved text (positions: characters in the editor's units)
    desk         which script a file belongs to; checks, each from the memory of the one before
    server       pygls: what an editor asks, handed to the functions

pygls is imported here only.
"""
