"""Pictures in space: a shot composed from its reference images.

    blocking, camera_moves   the words of a shot ─▶ who is where in the frame, how near the camera is, how it moves
    camera_words             the words of a direction ─▶ the name of its move
    stage, still             a blocked shot ─▶ subjects with their images; images that cannot be shown are listed
    compositing              a still ─▶ a picture (placement, figures, heads, images, placeholders; placeholder_files)
    cutouts                  somebody or something without its background (plain_ground, segmentation)
    overlays                 slate, caption and title over it (text_layout, fonts)
    version                  what tells kept drawings of another version
    report                   what could not be drawn: lost images, characters that no font has

The board, the animatic, the paper board, the editor and the sandbox's clips all show these pictures.
"""
