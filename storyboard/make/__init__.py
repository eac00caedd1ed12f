"""Pictures and sounds that a script names and nobody has made yet, made from its words.

    wanted_pictures ─▶ planning (models, prompts, requests, prices) ─▶ question ─▶ engine ─▶ delivery ─▶ placement

`wanted_pictures` reads the script; `models`, `prompts` and `requests` say what is asked of the service; `planning` says
what a run does about each picture; `purchase` and `engine` buy, through `spend.sender`; `delivery` turns a kept answer
into a take in `pictures/`; `placement` copies the chosen one to the path that the script names.

`cut_outs` are of pictures that are there: which the service is to cut out for the board (`cut_out_purchase`).

Takes that are listened to: `transcripts` says what is asked and kept, `heard_lines` compares it with the script,
`listen` is the run.

Sounds: `speeches` and `sounds` say what is asked, `sound_takes` what is there. A speech comes with the answer to its
call; `sound_jobs` queues the others and collects them; `speech_delivery` keeps both in `sounds/`.
"""
