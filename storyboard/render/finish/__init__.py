"""Finishing: the chosen takes upscaled by the service, each at most once, with their own sound.

    jobs ─▶ planning ─▶ quotes ─▶ submit ─▶ retrieve ─▶ product

A take is sent whole, or in pieces if it is too large for a request. The results are kept as received in `upscaled/`;
the finished take, `clips/s01c01_t2.2x.mp4`, is joined from them and the take's sound, and can be joined again at any
time. It belongs to its take: if another take is in the film, the clip is not finished.

`bodies` are the clips that go along, `files` what is kept on disk, `engine` and `run` the run, `report` its words.
"""
