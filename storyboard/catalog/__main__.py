"""`python -m storyboard.catalog`: write the cached tables of the data files."""

from storyboard.catalog.tables import KEPT, kept_text

if __name__ == "__main__":
    KEPT.write_text(kept_text(), encoding="utf-8", newline="\n")
    print(f"wrote {KEPT}")  # noqa: T201 # a maintainer runs it
