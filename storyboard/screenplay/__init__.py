"""Existing screenplays: Fountain and Final Draft to `.sb`, and back.

Fountain ─▶ screenplay ─▶ cast, shots ─▶ .sb text Final Draft ─▶┘     └─▶ Fountain, Final Draft

    files            bytes ─▶ the program's format (encodings: which code page) ─▶ one of the readers
    fountain         Fountain ─▶ elements (fountain_comments); final_draft does the same for `.fdx`
    script           the elements, whatever program wrote them (comments: notes and boneyards in their texts)
    importer         elements ─▶ a `.sb` script: speakers, looks, names, places, shot_breaks (reading_time), mentions;
                     script_lines tries a line on the parser, import_check the whole, import_report counts
    fountain_export  a script ─▶ Fountain (line_kinds, note_lines, mention_notes); final_draft_export ─▶ Final Draft
    restore          such a Fountain text ─▶ the script that it was exported from

An import guesses, and reports its guesses; an export loses nothing. A file that is not a screenplay raises
`Unimportable`, whose message says what the file is and what to do.
"""
