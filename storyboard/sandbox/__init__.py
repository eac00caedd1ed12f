"""A local Venice for trying everything: no key, no network, no money.

app, server         the calls as a web application, on a port of this machine (http_server plays the wire's faults)
bodies, validation  request bodies, and what is wrong with one (guide: the other spelling; refusals, errors, limits)
jobs, job_store     calls, jobs and charges; jobs on disk (account: the money; rates: calls a minute)
clips               a request ─▶ a real clip (clip_speech: its words; reference_strip: its pictures)
pictures            a prompt ─▶ a picture (picture_words, places, figures)
picture_calls, sound_calls, speech_call, transcription_call, upscale_calls   one group of calls each (call_context)
voices, tones, enlargement   speech, music and effects, larger clips
faults              faults on demand (fault_replies; bad_clips, bad_pictures: what arrives under one)
listing             the list of models
"""
