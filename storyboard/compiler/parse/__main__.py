"""`python -m storyboard.compiler.parse`: keep the tables of the grammar, after an edit of it."""

from storyboard.compiler.parse.tables import KEPT, write

if __name__ == "__main__":
    write()
    print(f"wrote {KEPT}")  # noqa: T201 # a maintainer runs it
