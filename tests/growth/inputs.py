"""Inputs that grow: scripts and screenplays of which one thing is there n times, for every place and construct.

Adding a case is adding a row. `SCRIPTS` were made by hand, each for a way in which a compiler may look at everything
again for everything; `places` puts every sign that means something into every place of the grammar.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

#: Everything that a place can be in, so that what stands there is read by all passes.
CAST = """CHARACTER Ada
look: a woman in a green coat
voice: low
front: https://example.com/ada.png

CHARACTER Old Tom
look: a bent man with a white beard

PROP Lamp
look: a brass lamp

LOCATION Harbor
look: a stone harbor
image: https://example.com/harbor.png

LOCATION Harbor.night
look: a stone harbor at night

"""
_SHOT = f"{CAST}EXT. HARBOR - DAY\n\nSHOT 5s wide\n"


def _letters(number: int) -> str:
    return "a" * (number % 50 + 1) + (str(number // 50) if number >= 50 else "")


class Series(NamedTuple):
    """A text of `unit` n times between `before` and `after`; `{i}` in the unit counts from 0, `{a}` is a name of up to
    fifty letters that begins the next. `n` is a number at which a pass over all of it takes some hundredths of a second."""

    name: str
    before: str
    unit: str
    after: str
    n: int

    def text(self, n: int) -> str:
        if "{" not in self.unit.replace("@{", ""):
            return self.before + self.unit * n + self.after
        units = (self.unit.replace("{i}", str(i)).replace("{a}", _letters(i)) for i in range(n))
        return "".join((self.before, *units, self.after))


#: Scripts, by what grows in them.
SCRIPTS: tuple[Series, ...] = (
    Series("mentions, one a line", _SHOT, "@Ada walks.\n", "", 1000),
    Series("mentions in one line", _SHOT, "@Ada walks. ", "\n", 1000),
    Series("plain names, one a line", _SHOT, "Ada walks.\n", "", 1000),
    Series("braced mentions", _SHOT, "@{Ada} walks.\n", "", 1000),
    Series("unknown mentions, all the same", _SHOT, "@Adb walks.\n", "", 500),
    Series("unknown mentions, each another", _SHOT, "@Adb{i} walks.\n", "", 500),
    Series("raw tags", _SHOT, "@Element1 walks.\n", "", 500),
    Series("open braces", _SHOT, "@{Ada walks.\n", "", 500),
    Series("undeclared variants", _SHOT, "@Harbor.nigth glows.\n", "", 500),
    Series("with lines", _SHOT, "with: Ada\n", "\n@Ada walks.\n", 1000),
    Series("names in a with line", f"{_SHOT}with: ", "Ada, ", "Ada\n@Ada walks.\n", 1000),
    Series("unknown names in a with line", f"{_SHOT}with: ", "Adb{i}, ", "Ada\n@Ada walks.\n", 500),
    Series("notes, one a line", _SHOT, "x [[n]]\n", "", 1000),
    Series("boneyards, one a line", _SHOT, "x /* b */\n", "", 1000),
    Series("notes in one line", _SHOT, "x [[n]] ", "\n", 1000),
    Series("lines of comments only", _SHOT, "[[n]]\n", "@Ada walks.\n", 2000),
    Series("comment lines", _SHOT, "// n\n", "@Ada walks.\n", 2000),
    Series("open notes, one a line", _SHOT, "[[\n", "", 500),
    Series("open notes in one line", _SHOT, "[[ ", "\n", 500),
    Series("open notes outside scenes", f"{CAST}# Act\n", "[[ x\n", "", 500),
    Series("open notes, a paragraph each", f"{CAST}# Act\n\n", "[[ x\n\n", "", 500),
    Series("open boneyards", _SHOT, "/* \n", "", 500),
    Series("TODO notes", _SHOT, "x [[TODO this]]\n", "", 500),
    Series("allow notes", _SHOT, "x [[allow SB501]]\n", "", 500),
    Series("parts of a heading", f"{CAST}EXT. ", "A - ", "DAY\n\nSHOT 5s wide\n@Ada walks.\n", 1000),
    Series("headings with many parts", CAST, "EXT. A - B - C - D - E - F - DAY\n\n", "SHOT 5s\n@Ada walks.\n", 300),
    Series("names and unknown mentions", "", "CHARACTER Name{i}\n\n", "", 300),
    Series("undeclared places", CAST, "INT. ROOM {i} - DAY\n\nSHOT 5s\n@Ada walks.\n\n", "", 100),
    Series("variants, each used", f"{CAST}", "CHARACTER Ada.v{i}\n\n", "", 300),
    Series("combining marks in a name", "CHARACTER A", "\u0301\u0316", "\n\nSHOT 5s\nx\n", 8000),
    Series("combining marks in a mention", f"{_SHOT}@A", "\u0301\u0316", " walks.\n", 4000),
    Series("combining marks in a cue", f"{_SHOT}\nA", "\u0301\u0316", "\nHello.\n", 4000),
    Series("combining marks in action", _SHOT, "a\u0301\u0316", "\n", 4000),
    Series("full stops as a place", f"{CAST}EXT. ", ". ", " - DAY\n\nSHOT 5s wide\n@Ada walks.\n", 4000),
    Series("full stops as a detail", f"{CAST}EXT. HARBOR - ", ". ", " - DAY\n\nSHOT 5s wide\n@Ada walks.\n", 4000),
    Series("descriptions in one line", _SHOT, "@Ada in a green coat, ", "\n", 500),
    Series("descriptions, one a line", _SHOT, "@Ada in a green coat.\n", "", 500),
    Series("camera moves", _SHOT, "The camera pans left. ", "\n", 500),
    Series("camera words in a header", f"{CAST}EXT. HARBOR\n\nSHOT 5s ", "slow pan, ", "\n@Ada walks.\n", 500),
    Series("sizes in a header", f"{CAST}EXT. HARBOR\n\nSHOT 5s ", "CU ", "\n@Ada walks.\n", 1000),
    Series("actions", _SHOT, "@Ada runs and jumps, then sits. ", "\n", 300),
    Series("positions", _SHOT, "@Ada on the left, @Old Tom on the right, @Lamp behind. ", "\n", 300),
    Series("paragraphs", _SHOT, "@Ada walks.\n\n", "", 500),
    Series("blank lines", _SHOT, "\n", "@Ada walks.\n", 20000),
    Series("speeches", _SHOT, "\nADA\nHello, you.\n", "", 300),
    Series("lines of a speech", f"{_SHOT}\nADA\n", "Hello, you.\n", "", 1000),
    Series("parentheticals", f"{_SHOT}\nADA\n", "(low)\nHello.\n", "", 500),
    Series("brackets in a speech", f"{_SHOT}\nADA\n", "(", "\n", 8000),
    Series("brackets in pairs", f"{_SHOT}\nADA\n", "()", "\n", 4000),
    Series("extensions of a cue", f"{_SHOT}\nADA ", "(low) ", "\nHello.\n", 1000),
    Series("mention cues", _SHOT, "\n@Ada\nHello, you.\n", "", 300),
    Series("unknown cues", _SHOT, "\nADB{i}\nHello, you.\n", "", 300),
    Series("mentions in speech", f"{_SHOT}\nADA\n", "Hello, @Ada.\n", "", 500),
    Series("speeches that go on in the next shot", f"{_SHOT}\nADA\nHello.\n\n", "SHOT 5s\nADA (CONT'D)\nHello.\n\n", "", 200),
    Series("transitions", _SHOT, "\nCUT TO:\n", "", 500),
    Series("forced transitions", _SHOT, "\n> Ada\n", "", 500),
    Series("titles", _SHOT, "\nSUPER: Ada\n", "", 500),
    Series("synopses", _SHOT, "\n= Ada\n", "", 500),
    Series("forced lines", _SHOT, "!Ada walks.\n", "", 500),
    Series("slips: properties below the text", f"{_SHOT}@Ada walks.\n", "light: soft\n", "", 300),
    Series("slips: misspelt properties", _SHOT, "ligth: soft\n", "", 300),
    Series("slips: keywords", _SHOT, "SHOOT 5s\n", "", 300),
    Series("slips: headings", _SHOT, "int. house\n", "", 300),
    Series("slips: transitions", _SHOT, "\nCUT TO BLACK\n", "", 300),
    Series("slips: declarations", _SHOT, "CHARACTR Mira\n", "", 300),
    Series("stray text", f"{CAST}# Act\n\n", "Some text.\n\n", "", 300),
    Series("stray slips", f"{CAST}# Act\n\n", "SHOOT 5s\n\n", "", 300),
    Series("sections", CAST, "# Act\n\n", "SHOT 5s\n@Ada walks.\n", 1000),
    Series("breaks", f"{CAST}EXT. HARBOR\n\n", "SHOT 5s\n@Ada walks.\n\n===\n\n", "", 100),
    Series("shots", f"{CAST}EXT. HARBOR\n\n", "SHOT 5s wide\n@Ada walks.\n\n", "", 100),
    Series("shots without seconds", f"{CAST}EXT. HARBOR\n\n", "SHOT wide\n@Ada walks.\n\n", "", 200),
    Series("shots that start on the last frame", f"{CAST}EXT. HARBOR\n\n", "SHOT 5s\nstart: last-frame\n@Ada walks.\n\n", "", 100),
    Series("scenes", CAST, "EXT. HARBOR - DAY\n\nSHOT 5s wide\n@Ada walks.\n\n", "", 100),
    Series("scenes later", CAST, "EXT. HARBOR - LATER\n\nSHOT 5s wide\n@Ada walks.\n\n", "", 100),
    Series("headings", CAST, "EXT. HARBOR - DAY\n\n", "SHOT 5s\n@Ada walks.\n", 500),
    Series("settings of scenes", CAST, "EXT. HARBOR\nmodel: grok-imagine\nnegative: blur\n\nSHOT 5s\n@Ada walks.\n\n", "", 100),
    Series("properties of a shot", _SHOT, "light: soft\n", "@Ada walks.\n", 500),
    Series("unknown properties", "CHARACTER Ada\n", "lok: a woman\n", "\nSHOT 5s\n@Ada walks.\n", 500),
    Series("unknown settings", "", "Modle: x\n", "\nSHOT 5s\nx\n", 500),
    Series("unknown models", "", "INT. A\nmodel: klong{i}\n\n", "SHOT 5s\nx\n", 300),
    Series("stray lines of a declaration", "CHARACTER Ada\n", "a woman\n", "\nSHOT 5s\n@Ada walks.\n", 500),
    Series("continued lines", "CHARACTER Ada\nlook: a woman\n", "  in green\n", "\nSHOT 5s\n@Ada walks.\n", 1000),
    Series("angles", "CHARACTER Ada\nfront: https://x.org/a.png\n", "angles: https://x.org/b.png\n", "\nSHOT 5s\n@Ada.\n", 500),
    Series("declarations", "", "CHARACTER Name{i}\nlook: a woman\n\n", "SHOT 5s\n@Name0 walks.\n", 300),
    Series("doubled declarations", "", "CHARACTER Ada\n\n", "SHOT 5s\n@Ada walks.\n", 500),
    Series("bad names", "", "CHARACTER A/{i}\n\n", "SHOT 5s\nx\n", 500),
    Series("variants of nobody", "", "CHARACTER Nobody{i}.winter\n\n", "SHOT 5s\nx\n", 300),
    Series("missing includes", "", "INCLUDE no{i}.sb\n", "SHOT 5s\nx\n", 300),
    Series("pictures that are missing", "", "CHARACTER Name{i}\nfront: refs/no{i}.png\n\n", "SHOT 5s\n@Name0 walks.\n", 300),
    Series("words", _SHOT, "word ", "\n", 8000),
    Series("letters", _SHOT, "a", "\n", 60000),
    Series("wide letters", _SHOT, "中", "\n", 20000),
    Series("wide signs", _SHOT, "＠", "\n", 4000),
    Series("signs", _SHOT, "@", "\n", 20000),
    Series("signs apart", _SHOT, "@ ", "\n", 8000),
    Series("emphasis", _SHOT, "*a* ", "\n", 2000),
    Series("emphasis nested", _SHOT, "*", "a\n", 8000),
    Series("blanks", _SHOT, " ", "x\n", 30000),
    Series("blanks at the end", f"{_SHOT}x", " ", "\n", 30000),
    Series("tabs between words", _SHOT, "a\t", "\n", 8000),
    Series("carriage returns", _SHOT, "x\r", "\n", 2000),
    Series("NULs", _SHOT, "x\0\n", "", 500),
    Series("line separators", _SHOT, "x\u2028", "\n", 4000),
    Series("labels", f"{CAST}EXT. HARBOR ", "#1", "#\n\nSHOT 5s\n@Ada walks.\n", 4000),
    Series("dashes in a heading", f"{CAST}EXT. HARBOR ", "-", " DAY\n\nSHOT 5s\n@Ada walks.\n", 8000),
    Series("dashes and blanks in a heading", f"{CAST}EXT. HARBOR ", "- ", " DAY\n\nSHOT 5s\n@Ada walks.\n", 2000),
    Series("digits of a duration", f"{CAST}SHOT ", "5", "s wide\n@Ada walks.\n", 8000),
    Series("a key of blanks and letters", _SHOT, "a ", ": x\n", 8000),
    Series("colons", _SHOT, "a: ", "\n", 4000),
    Series("commas in a list", f"{_SHOT}with: ", ", ", "\n@Ada walks.\n", 8000),
    Series("fixes", _SHOT, "\nSHOT 5s\nAda walks.\n", "", 200),
)  # fmt: skip


def _paired() -> Iterator[Series]:
    """Series of which two things grow together."""

    class Paired(Series):
        __slots__ = ()

        def text(self, n: int) -> str:
            head = "".join(self.before.replace("{i}", str(i)).replace("{a}", _letters(i)) for i in range(n))
            body = "".join(self.unit.replace("{i}", str(i)).replace("{a}", _letters(i)) for i in range(n))
            return f"{head}SHOT 5s wide\n{body}"

    yield Paired("names and as many unknown mentions", "CHARACTER Name{i}\n\n", "@Nome{i} walks.\n", "", 250)
    yield Paired("names and as many mentions", "CHARACTER Name{i}\n\n", "@Name{i} walks.\n", "", 250)
    yield Paired("names of two words and unknown ones", "CHARACTER The Name{i}\n\n", "@The Nome{i} walks.\n", "", 250)
    yield Paired("names that begin one another", "CHARACTER {a}\n\n", "@b{a} walks.\n", "", 200)
    yield Paired("places and unknown places", "LOCATION Room{i}\n\n", "\nEXT. ROOOM{i} - DAY\n", "", 200)
    yield Paired("places and headings", "LOCATION Room{i}\n\n", "\nEXT. ROOM{i} - DAY\n\nSHOT 5s\nx\n", "", 100)
    yield Paired("speakers and unknown cues", "CHARACTER Name{i}\n\n", "\nNOME{i}\nHello.\n", "", 200)
    yield Paired("names and plain names", "CHARACTER Name{i}\n\n", "Name{i} walks.\n", "", 250)
    yield Paired("variants and their mentions", "CHARACTER A\n\nCHARACTER A.v{i}\n\n", "@A.v{i} walks.\n", "", 200)
    yield Paired("variants and unknown ones", "CHARACTER A\n\nCHARACTER A.v{i}\n\n", "@A.w{i} walks.\n", "", 200)
    yield Paired("names and with lines", "CHARACTER Name{i}\n\n", "with: Name{i}\n", "", 250)
    yield Paired(
        "names and scenes", "CHARACTER Name{i}\nlook: tall\n\n", "\nEXT. SEA\n\nSHOT 5s\n@Name{i} walks.\n", "", 100
    )
    yield Paired(
        "names and variants lines",
        "LOCATION L\n\nLOCATION L.v{i}\n\n",
        "\nEXT. L\nvariants: L.v{i}\n\nSHOT 5s\nx\n",
        "",
        100,
    )


PAIRS = tuple(_paired())

#: Every place of the grammar: what grows stands at the …
PLACES: dict[str, str] = {
    "title": "Title: …\n\nSHOT 5s\nx\n",
    "setting": "Model: …\n\nSHOT 5s\nx\n",
    "setting key": "…: x\n\nSHOT 5s\nx\n",
    "style": f"Style: …\n\n{_SHOT}@Ada walks.\n",
    "above the headers": "…\n\nSHOT 5s\nx\n",
    "declared name": "CHARACTER …\n\nSHOT 5s\nx\n",
    "declared place": "LOCATION …\n\nSHOT 5s\nx\n",
    "look": "CHARACTER Ada\nlook: …\n\nSHOT 5s wide\n@Ada walks.\n",
    "voice": "CHARACTER Ada\nvoice: …\n\nSHOT 5s wide\n\nADA\nHello.\n",
    "picture": "CHARACTER Ada\nfront: …\n\nSHOT 5s wide\n@Ada walks.\n",
    "angles": "CHARACTER Ada\nfront: https://x.org/a.png\nangles: …\n\nSHOT 5s wide\n@Ada walks.\n",
    "video": "CHARACTER Ada\nfront: https://x.org/a.png\nvideo: …\n\nSHOT 5s wide\n@Ada walks.\n",
    "property key": "CHARACTER Ada\n…: x\n\nSHOT 5s\n@Ada walks.\n",
    "include": "INCLUDE …\n\nSHOT 5s\nx\n",
    "heading": f"{CAST}EXT. …\n\nSHOT 5s\n@Ada walks.\n",
    "time": f"{CAST}EXT. HARBOR - …\n\nSHOT 5s\n@Ada walks.\n",
    "detail": f"{CAST}EXT. HARBOR - … - DAY\n\nSHOT 5s\n@Ada walks.\n",
    "forced heading": f"{CAST}.…\n\nSHOT 5s\n@Ada walks.\n",
    "heading light": f"{CAST}EXT. HARBOR\nlight: …\n\nSHOT 5s\n@Ada walks.\n",
    "heading with": f"{CAST}EXT. HARBOR\nwith: …\n\nSHOT 5s\n@Ada walks.\n",
    "heading variants": f"{CAST}EXT. HARBOR\nvariants: …\n\nSHOT 5s\n@Ada walks.\n",
    "setting of a scene": f"{CAST}EXT. HARBOR\n\n…\n\nSHOT 5s\n@Ada walks.\n",
    "duration": f"{CAST}SHOT …\n@Ada walks.\n",
    "camera": f"{CAST}SHOT 5s …\n@Ada walks.\n",
    "shot light": f"{_SHOT}light: …\n@Ada walks.\n",
    "shot style": f"{_SHOT}style: …\n@Ada walks.\n",
    "shot with": f"{_SHOT}with: …\n@Ada walks.\n",
    "start": f"{_SHOT}start: …\n@Ada walks.\n",
    "action": f"{_SHOT}…\n",
    "action behind a name": f"{_SHOT}@Ada …\n",
    "line of action": f"{_SHOT}@Ada walks.\n…\n@Ada sits.\n",
    "forced action": f"{_SHOT}!…\n",
    "cue": f"{_SHOT}\n…\nHello.\n",
    "cue behind a name": f"{_SHOT}\nADA …\nHello.\n",
    "extension": f"{_SHOT}\nADA (…)\nHello.\n",
    "parenthetical": f"{_SHOT}\nADA\n(…)\nHello.\n",
    "speech": f"{_SHOT}\nADA\n…\n",
    "transition": f"{_SHOT}\n> …\n",
    "capitals": f"{_SHOT}\nCUT … TO:\n",
    "title card": f"{_SHOT}\nSUPER: …\n",
    "section": "# …\n\nSHOT 5s\nx\n",
    "synopsis": f"{_SHOT}\n= …\n",
    "note": f"{_SHOT}x [[…]]\n",
    "boneyard": f"{_SHOT}x /*…*/\n",
    "comment line": f"{_SHOT}// …\nx\n",
    "braces": f"{_SHOT}@{{…}}\n",
    "label": f"{CAST}EXT. HARBOR #…#\n\nSHOT 5s\n@Ada walks.\n",
    "text outside scenes": f"{CAST}# Act\n\n…\n",
    "a whole file": "…",
}

#: Signs, words and lines that mean something somewhere.
TOKENS: tuple[str, ...] = (
    "a", "a ", "A", "A ", "Ada ", "Ada, ", "ADA ", "@", "@ ", "@@", "@a ", "@Ada ", "@Ada, ", "@Adb ", "@{", "@{Ada}",
    "@Ada.", "@Harbor.nigth ", "}", "{", "[[", "]]", "[[n]]", "[[ ", "/*", "*/", "/*b*/", "//", "- ", " - ", " – ", "-",
    "A - ", ".", ". ", "... ", ",", ", ", ": ", ":", "a: ", "(", ")", "()", "(a) ", "^", "!", "#", "#1# ", "=", ">",
    "< ", "*", "**", "*a* ", "_", "_a_ ", "'", "’", '"', "“", "\\", "`", "$", "%", "%2C", "&", "|", "~", "\t", " ",
    "\u3000", "\u00a0", "é", "e\u0301", "\u0301", "\u0301\u0316", "中", "中 ", "＠", "：", "（", "．", "0", "5", "5s ", "5 s ", "1.",
    "\0", "\x0b", "\x1b", "\x1c", "\x85", "\u200b", "\u200d", "\u202e", "\u2028", "\ufeff", "ß", "ﬁ", "İ", "ſ", "😀",
    "https://x.org/ ", "http://", "../", "./", "refs/a.png, ", "a/", "DAY ", "NIGHT - ", "CU ", "slow pan ", "wide, ",
    "on the left ", "in a green coat, ", "runs and jumps, ", "then ", "the ", "INT. ", "SHOT 5s ", "CHARACTER A ",
    "TO: ", "CUT TO: ", "\n", "\n\n", "\r", "a\n", "A\n", "A\n\n", "@Ada\n", "ADA\na\n\n", "(a)\n", "a: b\n", "  a\n",
    "SHOT 5s\n", "SHOT\n", "EXT. A\n", "EXT. A - B\n", "# a\n", "= a\n", "> a\n", "!a\n", "===\n", "CUT TO:\n", "SUPER: a\n",
    "CHARACTER A\n", "LOCATION A\n", "INCLUDE a.sb\n", "with: Ada\n", "light: a\n", "[[\n", "]]\n", "/*\n", "*/\n", "[[n]]\n",
)  # fmt: skip


def places(place: str, size: int = 8_000) -> Iterator[Series]:
    """Every token in one place, as often as makes so many characters."""
    before, _, after = PLACES[place].partition("…")
    for token in TOKENS:
        yield Series(f"{token!r} as {place}", before, token, after, max(1, size // len(token)))


_SCENE = "INT. HOUSE - DAY\n\n"
#: Screenplays, by what grows in them.
SCREENPLAYS: tuple[Series, ...] = (
    Series("scenes", "", "INT. ROOM {i} - DAY\n\nShe waits.\n\n", "", 300),
    Series("headings", "", "INT. ROOM - DAY\n\n", "She waits.\n", 500),
    Series("paragraphs", _SCENE, "She waits by the door.\n\n", "", 500),
    Series("lines of a paragraph", _SCENE, "She waits by the door.\n", "", 1000),
    Series("words", _SCENE, "word ", "\n", 4000),
    Series("letters", _SCENE, "a", "\n", 40000),
    Series("speeches", _SCENE, "MIRA\nI never left.\n\n", "", 300),
    Series("speakers", _SCENE, "MIRA {i}\nI never left.\n\n", "", 200),
    Series("lines of a speech", f"{_SCENE}MIRA\n", "I never left.\n", "", 1000),
    Series("parentheticals", f"{_SCENE}MIRA\n", "(low)\nI never left.\n", "", 500),
    Series("extensions", f"{_SCENE}MIRA ", "(low) ", "\nI never left.\n", 500),
    Series("brackets", f"{_SCENE}MIRA ", "(", "\nI never left.\n", 4000),
    Series("dual speeches", _SCENE, "MIRA ^\nI never left.\n\n", "", 300),
    Series("notes in one paragraph", _SCENE, "x [[n]] ", "\n", 2000),
    Series("notes, one a line", _SCENE, "x [[n]]\n", "", 1000),
    Series("notes of two lines", _SCENE, "x [[n\nm]]\n", "", 500),
    Series("open notes", _SCENE, "[[ ", "\n", 2000),
    Series("open notes, one a line", _SCENE, "[[ x\n", "", 1000),
    Series("closed notes", _SCENE, "]] ", "\n", 2000),
    Series("lines of notes only", _SCENE, "[[n]]\n", "", 1000),
    Series("boneyards", _SCENE, "x /* b */\n", "", 1000),
    Series("open boneyards", _SCENE, "/* ", "\n", 4000),
    Series("open boneyards, one a line", _SCENE, "/*\n", "", 2000),
    Series("emphasis in a title", "Title: ", "*", "x\n\nINT. A - DAY\n\nShe waits.\n", 2000),
    Series("emphasis nested in a title", "Title: ", "_*", "x\n\nINT. A - DAY\n\nShe waits.\n", 2000),
    Series("emphasis", _SCENE, "*a* **b** _c_ ", "\n", 1000),
    Series("lines of a title page", "", "Contact: x\n", "\nINT. A - DAY\n\nShe waits.\n", 500),
    Series("a long value of a title page", "Notes:\n", "    line\n", "\nINT. A - DAY\n\nShe waits.\n", 1000),
    Series("transitions", _SCENE, "CUT TO:\n\n", "", 500),
    Series("forced transitions", _SCENE, "> CUT\n\n", "", 500),
    Series("centred lines", _SCENE, "> THE END <\n\n", "", 500),
    Series("lyrics", _SCENE, "~la la\n", "", 500),
    Series("sections", "", "# Act\n\n", f"{_SCENE}She waits.\n", 500),
    Series("synopses", _SCENE, "= She waits.\n\n", "", 500),
    Series("page breaks", _SCENE, "===\n\n", "She waits.\n", 500),
    Series("forced headings", "", ".ROOM {i}\n\n", "She waits.\n", 300),
    Series("forced cues", _SCENE, "@Mira\nI never left.\n\n", "", 300),
    Series("forced action", _SCENE, "!MIRA\n", "", 500),
    Series("cues without speech", _SCENE, "MIRA\n\n", "", 500),
    Series("names in action", f"{_SCENE}MIRA\nNo.\n\n", "MIRA waits. ", "\n", 1000),
    Series("parts of a heading", "INT. ", "A - ", "DAY\n\nShe waits.\n", 1000),
    Series("full stops in a heading", "INT. ", ". ", " - DAY\n\nShe waits.\n", 2000),
    Series("labels", "INT. A - DAY ", "#1", "#\n\nShe waits.\n", 2000),
    Series("blank lines", _SCENE, "\n", "She waits.\n", 8000),
    Series("blanks", _SCENE, " ", "x\n", 8000),
    Series("tabs", _SCENE, "\t", "x\n", 8000),
    Series("carriage returns", _SCENE, "x\r", "\n", 2000),
    Series("signs", _SCENE, "@", "\n", 4000),
    Series("lines of signs", _SCENE, "@ x\n", "", 1000),
    Series("capitals", _SCENE, "A ", "\n", 2000),
    Series("backslashes", _SCENE, "\\*", "\n", 2000),
    Series("wide letters", _SCENE, "中", "\n", 4000),
    Series("combining marks", f"{_SCENE}A", "\u0301\u0316", "\nHello.\n", 2000),
)  # fmt: skip
