"""Pictures and sounds that a script names and that do not exist yet, made from its words.

    wanted_pictures ─▶ planning (models, prompts, requests, prices) ─▶ question ─▶ engine ─▶ delivery ─▶ placement

`wanted_pictures` reads the script; `models`, `prompts` and `requests` build the request; `planning` decides what a run
does with each picture; `purchase` and `engine` buy, through `spend.sender`; `delivery` turns a kept answer into a take
in `pictures/`; `placement` copies the chosen take to the path in the script.

`session` opens the folder, `requirements` are what stops a run, `actions` what it does, `report` and `listen_report`
its words. `selection` reads names, `fingerprint` names a request, `verdict` judges a picture, `pick` chooses another
take,
`picture_declarations` writes the missing lines, `sound_models` and `auditions` find models and voices.

`cut_outs` are made from existing pictures: those that the service should cut out for the board (`cut_out_purchase`).

Listening to takes: `transcripts` plans and keeps the transcripts, `heard_lines` compares them with the script, `listen`
is the run.

Sounds: `speeches` and `sounds` build the requests, `sound_takes` finds existing takes. A speech arrives with the answer
to its call; `sound_jobs` queues and collects the other sounds; `speech_delivery` saves both in `sounds/`.
"""
