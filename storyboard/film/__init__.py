"""Pictures in time: clips read and judged, the animatic drawn, the film cut.

    verify, frames      a clip that a service sent: is it one, and its first and last frame (decoding ─▶ decoder, a
                        child process with limits)
    framing, moves      a shot's words ─▶ who stands where, how the camera moves
    panel, caption      pictures and words ─▶ a still and what lies over it (pictures, fonts, lettering)
    drawing             panels ─▶ H.264 (encoding); what the sandbox answers with, and the animatic is made of
    animatic            a script ─▶ segments kept by content hash (segments) ─▶ one film, joined without encoding
    cutting             takes ─▶ the film, copied where the streams agree, else encoded anew
    subtitles           speeches ─▶ SubRip and WebVTT

Nothing here knows about money, services or ledgers: who has takes hands them in (`takes.Take`).
"""
