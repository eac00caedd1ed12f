"""Finishing: the chosen takes through the service's upscaling, at most once each, with their own sound.

    jobs ─▶ planning ─▶ quotes ─▶ submit ─▶ retrieve ─▶ product

A take is sent as it is, or in pieces where it is larger than a request may be. What comes back is kept as it came, in
`upscaled/`; the finished take, `clips/s01c01_t2.2x.mp4`, is put together from that and the take's sound, and can be put
together again. It belongs to its take: where another take stands in the film, the clip is not finished.
"""
