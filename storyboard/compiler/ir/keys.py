"""The property keys that each kind of block takes. The grammar lists the same ones."""

from __future__ import annotations

from storyboard.compiler.ir.parsed import Kind

#: What a title page sets for the film and a heading for its scene.
SETTINGS = ("model", "text model", "aspect", "resolution", "audio", "style", "negative", "clips")
#: What only a title page sets.
FILM_SETTINGS = ("limits", "draft", "picture model", "voice model")
#: What is laid over the film, under a heading and under a shot; on a title page music and the loudness of the whole.
LAID_OVER = ("music", "ambience")
#: What a title page says for information.
FACTS = (
    "author", "authors", "credit", "source", "draft date", "date", "contact", "copyright", "notes", "revision",
)  # fmt: skip
TITLE_PAGE = ("title", *SETTINGS, *FILM_SETTINGS, "music", "loudness", *FACTS)
SCENE = (*SETTINGS, "light", "sound", *LAID_OVER, "with", "variants")
SHOT = ("camera", "light", "sound", *LAID_OVER, "style", "start", "end", "with")
DECLARATION = {
    Kind.CHARACTER: ("look", "voice", "speaker", "front", "angles", "video"),
    Kind.PROP: ("look", "front", "angles", "video"),
    Kind.LOCATION: ("look", "image", "views", "light", "sound", "ambience"),
}
#: Keys whose values are paths of pictures.
PICTURES = frozenset({"front", "image", "angles", "views", "start", "end"})
#: Keys whose values are lists; they may be given on several lines.
LISTS = frozenset({"angles", "views", "with", "variants"})


def main_picture_key(kind: Kind) -> str:
    """The key of the picture that shows an entity as it is."""
    return "image" if kind is Kind.LOCATION else "front"
