"""`python -m storyboard.compiler.parse`: write the lists of words into the grammars, and keep their tables."""

from pathlib import Path

from storyboard.compiler.parse import word_lists
from storyboard.compiler.parse.tables import KEPT, grammar_text, write

if __name__ == "__main__":
    word_lists.write(Path(__file__).parents[3] / "grammar")
    grammar_text.cache_clear()
    write()
    print(f"wrote {KEPT}")  # noqa: T201 # a maintainer runs it
