"""Sizes and positions in the languages of screenplays, and sides that hold for a scene."""

from __future__ import annotations

import pytest

from storyboard.compiler.pipeline import analyze_text
from storyboard.drawing.blocking import Figure, block_shot, size_of

CAST = "CHARACTER Mira\nlook: a\n\nCHARACTER Tom\nlook: b\n\nINT. ROOM\n\n"


def figures(text: str) -> list[dict[str, Figure]]:
    scene = analyze_text(CAST + text).film.scenes[-1]
    return [{one.entity.name: one for one in block_shot(shot, scene).figures} for shot in scene.shots]


@pytest.mark.parametrize(
    ("camera", "action"),
    [
        ("wide", "@Mira on the left, @Tom on the right."),
        ("plan large", "@Mira attend à gauche, @Tom à droite."),
        ("Totale", "@Mira steht links, @Tom rechts."),
        ("plano general", "@Mira a la izquierda, @Tom a la derecha."),
        ("campo lungo", "@Mira a sinistra, @Tom a destra."),
        ("plano geral", "@Mira à esquerda, @Tom à direita."),
        ("общий план", "@Mira стоит слева, @Tom справа."),
        ("全景", "@Mira 站在左边，@Tom 在右边。"),
        ("ロング", "@Mira は左、@Tom は右。"),
    ],
)
def test_sides_and_sizes_in_every_language(camera: str, action: str) -> None:
    scene = analyze_text(f"{CAST}SHOT 5s {camera}\n{action}\n").film.scenes[0]
    size = size_of(scene.shots[0].camera)
    assert size is not None
    assert size.near == size_of(("wide shot",)).near  # type: ignore[union-attr]  # it is one
    (found,) = figures(f"SHOT 5s {camera}\n{action}\n")
    assert found["Mira"].x < 0.4
    assert found["Tom"].x > 0.6


def test_sides_hold_until_the_text_moves_somebody() -> None:
    told, silent, moved, after = figures(
        "SHOT 5s wide\n@Mira stands on the right, @Tom on the left.\n\n"
        "SHOT 5s medium\n@Mira talks to @Tom.\n\n"
        "SHOT 5s wide\n@Mira crosses to the left; @Tom is on the right.\n\n"
        "SHOT 5s medium\n@Tom nods to @Mira.\n"
    )
    for first, second in ((told, silent), (moved, after)):
        assert [first[name].x for name in ("Mira", "Tom")] == [second[name].x for name in ("Mira", "Tom")]
    assert told["Mira"].x > told["Tom"].x
    assert moved["Mira"].x < moved["Tom"].x


def test_another_scene_begins_anew() -> None:
    film = analyze_text(f"{CAST}SHOT 5s wide\n@Mira on the right.\n\nINT. HALL\n\nSHOT 5s wide\n@Mira waits.\n").film
    (first,), (second,) = ([block_shot(shot, scene).figures[0] for shot in scene.shots] for scene in film.scenes)
    assert first.x > 0.7
    assert second.x == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("action", "grip"),
    [
        ("@Mira waits with @Lamp in her hand.", "hand"),
        ("@Mira attend, @Lamp à la main.", "hand"),
        ("@Mira wartet mit @Lamp in der Hand.", "hand"),
        ("@Mira espera con @Lamp en la mano.", "hand"),
        ("@Mira aspetta con @Lamp in mano.", "hand"),
        ("@Mira espera com @Lamp na mão.", "hand"),
        ("@Mira ждёт, @Lamp в руке.", "hand"),
        ("@Mira 站着，@Lamp 在手里。", "hand"),
        ("@Mira は @Lamp を手に待つ。", "hand"),
        ("@Mira lifts @Lamp above her head.", "head"),
        ("@Mira hebt @Lamp über den Kopf.", "head"),
        ("@Mira waits beside @Lamp.", None),
    ],
)
def test_what_is_held_is_at_the_hand_or_over_the_head(action: str, grip: str | None) -> None:
    (found,) = figures(f"PROP Lamp\nlook: c\n\nINT. HALL\n\nSHOT 5s wide\n{action}\n")[-1:]
    assert found["Lamp"].grip == grip
    assert (found["Lamp"].holder is None) == (grip is None)
