"""Clips in time: the animatic drawn, takes verified and cut into a film.

    verify              is a file that the service sent a clip (decode ─▶ decode_child, a process with limits)
    edge_frames         the first and the last frame of a clip
    timing, timeline    script ─▶ shots in time, with captions, speeches and transitions
    shots, frames       a shot ─▶ frames (camera, dissolves, overlay_filter) ─▶ H.264 (encoding); `draw_clip` makes
                        the sandbox's clips and each segment of the animatic
    animatic            timeline ─▶ segments cached by content hash (animatic_cache, workers) ─▶ one film; voices
                        speaks it
    cut, laid_sounds    which take stands where (film_clip), and which sounds are laid over them
    assembly            takes ─▶ the film: copied where they share a track (mp4, track_index, parameter_sets ─▶
                        film_format), else encoded into a cache (transitions, credits ─▶ segments ─▶
                        segment_child: media), under one sound track, in one file (remux)
    sound               takes' own sound and laid sounds ─▶ one track (sound_plan ─▶ sound_child: audio_decode ─▶
                        sound_mix ─▶ loudness; audio_filters, sound_file; stems); by itself in a file (mix_file)
    stand_ins           the animatic of the shots that nothing else shows, for a player
    clip_file, probe    a file opened with the demuxer that it needs; what it is, asked of the decoder's child
    share_copy          the film again, at most so large (share_child)
    content_cache       pieces of films on disk, named by what is in them
    limits              what a child that reads clips may take
    subtitles           speeches ─▶ SubRip and WebVTT (line_breaks)
    upscale             takes cut for an upscaler and joined again (upscale_child); voice_track: what a listener is sent
    blends, colour, rates   one frame over another, colours of frames, usual frame rates
    poster, spoken_language   a frame as a picture; the language of a text

Nothing here knows about money, services or ledgers: the caller hands in its takes (`takes.Take`). Stills are composed
by `storyboard.drawing`.
"""
