"""Pictures in time: clips read and judged, the animatic drawn, the film cut.

    verify, frames      a clip that a service sent: is it one, and its first and last frame (decoding ─▶ decoder, a
                        child process with limits)
    framing, moves      a shot's words ─▶ who stands where, how the camera moves
    staging, still      a framed shot ─▶ who is in it, with which picture, and what cannot be shown
    panel, caption      pictures and words ─▶ a still and what lies over it (figures, standins, pictures; fonts,
                        lettering); the board's panels are these stills too
    drawing             stills, moves, captions ─▶ frames and H.264 (shots; camera, mixing, covering; encoding):
                        `draw_clip` is what the sandbox answers with, and each segment of the animatic is one
    pacing, reel        a script ─▶ its shots to draw, in time: captions, speeches, transitions
    animatic            a reel ─▶ segments kept by content hash (segments, workers) ─▶ one film, joined as they are;
                        voices speak it
    cutting             takes ─▶ the film: joined as they are where their tracks agree (boxes, index ─▶ joining), else
                        encoded anew (media)
    subtitles           speeches ─▶ SubRip and WebVTT
    output              a file that appears whole or not at all

Nothing here knows about money, services or ledgers: who has takes hands them in (`takes.Take`).
"""
