"""Where the camera goes by the words of a direction. Adding a case is adding a row."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from storyboard.drawing.camera_moves import move_of

CASES = {
    # to the side
    "pan left": "left", "pan right": "right", "pan": "right", "camera pans slowly to the left": "left",
    "panning gently right": "right", "camera pans from right to left": "left", "pan from left to right": "right",
    "whip pan left": "left", "swish pan to the right": "right", "slow pan from the left": "right",
    "wide shot, the camera pans across the room to the right": "right", "pan left to right": "right",
    "pan left, then push in": "left", "pans over the harbor, leftwards": "left",
    "tracking shot": "right", "tracking left to right": "right", "tracking right to left": "left", "track left": "left",
    "tracking shot to the left": "left", "lateral tracking shot, right to left": "left", "truck right": "right",
    "trucking left": "left", "dolly left": "left", "dolly right": "right", "camera moves left": "left",
    "camera slides slowly to the right": "right", "slider shot, left to right": "right", "left-to-right tracking shot": "right",
    "camera glides left past the boats": "left", "follows her to the left": "left", "camera drifts right": "right",
    "moving from screen left to the right": "right", "the camera travels from left to right": "right",
    # up and down
    "tilt up": "up", "tilt down": "down", "tilts slowly down": "down", "tilting gently up to the tower": "up",
    "crane up": "up", "crane shot": "up", "crane shot descending": "down", "crane down to the street": "down",
    "jib up": "up", "boom down": "down", "pedestal up": "up", "camera rises": "up", "camera descends": "down",
    "follows him up the stairs": "up", "tracks her down the stairs": "down", "tilt from the boots up to the face": "up",
    "crane from high above, sinking": "down", "camera lowers to the floor": "down", "pan up": "up",
    # nearer and farther
    "push in": "in", "slow push forward": "in", "push-in": "in", "dolly in": "in", "dolly slowly out": "out",
    "zoom slowly out": "out", "zoom": "in", "crash zoom in": "in", "pulls slowly back": "out", "pull out": "out",
    "dolly back": "out", "camera moves in": "in", "camera moves slowly away": "out", "creeps closer": "in",
    "camera backs away": "out", "zoom in on her hands": "in", "push toward the window": "in", "dolly": "in",
    "tracking shot from behind": "in", "follows from behind": "in", "track forward": "in", "track back": "out",
    "follows her down the corridor": "in", "dolly down the hallway": "in", "widens to show the harbor": "out",
    # nowhere
    "static": None, "locked-off": None, "no camera movement": None, "camera does not move": None, "tripod": None,
    "wide": None, "close-up": None, "close-up, Mira on the left": None, "wide, she looks left": None, "": None,
    "over-the-shoulder, rack focus to the door": None, "medium, foreground left": None, "camera holds on her": None,
    "static, she walks from left to right": None, "pull focus to the lamp": None, "no zoom, no pan": None,
    # a hand, a circle
    "handheld": "about", "shaky handheld": "about", "handheld, following her left": "left", "orbit": "right",
    "camera orbits left": "left", "arc around her": "right",
    # in the languages of the table of times
    "panoramique vers la gauche": "left", "panoramique lent à droite": "right", "travelling avant": "in",
    "travelling arrière": "out", "zoom avant": "in", "plan fixe": None, "gros plan, Mira à gauche": None,
    "Schwenk nach links": "left", "die Kamera schwenkt langsam nach rechts": "right", "Kamerafahrt vorwärts": "in",
    "Kamera fährt zurück": "out", "Kran nach oben": "up", "feste Einstellung": None, "Handkamera": "about",
    "panorámica a la izquierda": "left", "paneo a la derecha": "right", "travelling hacia adelante": "in",
    "zoom atrás": "out", "cámara fija": None, "panoramica a sinistra": "left", "carrellata in avanti": "in",
    "carrellata indietro": "out", "camera fissa": None, "panorâmica para a direita": "right", "câmera fixa": None,
    "панорама влево": "left", "камера медленно панорамирует вправо": "right", "наезд": "in", "отъезд": "out",
    "статичный план": None, "镜头向左摇": "left", "向右平移": "right", "缓慢推近": "in", "拉远": "out", "固定镜头": None,
    "左へパン": "left", "ゆっくりズームイン": "in", "ズームアウト": "out", "手持ち": "about", "特写": None,
    "全景，米拉在左边": None, "panoramica in alto": "up", "câmera na mão": "about", "镜头左移": "left",
}  # fmt: skip


def test_there_are_enough_directions() -> None:
    assert len(CASES) > 60


@pytest.mark.parametrize("direction", CASES)
def test_a_move_goes_where_the_words_say(direction: str) -> None:
    assert move_of(direction).heads == CASES[direction], move_of(direction).name


PHRASES = tomllib.loads((Path(__file__).parent / "camera_directions.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("way", PHRASES)
def test_a_move_goes_where_a_writer_says(way: str) -> None:
    wanted = None if way == "nowhere" else way
    found = {phrase: move_of(phrase).heads for phrase in PHRASES[way]}
    assert {phrase: heads for phrase, heads in found.items() if heads != wanted} == {}


def test_a_dolly_zoom_leaves_who_is_in_it_as_large() -> None:
    for phrase in ("dolly zoom on Mira", "vertigo shot", "slow dolly-zoom"):
        assert (move_of(phrase).name, move_of(phrase).slides) == ("dolly zoom", True)
