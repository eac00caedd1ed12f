"""A writer's words in Markdown and out of it again."""

from __future__ import annotations

import html

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from storyboard.lsp.markdown import escape, unmarked_text

_TEXTS = st.text(alphabet="\\`*_{}[]()#+-.!|<>~&;=:a1 é'\"", min_size=1).map(lambda text: " ".join(text.split()))


@given(_TEXTS.filter(bool))
def test_words_are_shown_as_they_are(text: str) -> None:
    shown = MarkdownIt().render(escape(text))
    assert html.unescape(shown) == f"<p>{text}</p>\n"
    assert unmarked_text(escape(text)) == text


def test_a_mark_that_means_nothing_has_no_backslash() -> None:
    for text in ("refs/mira-front_2.png", "a dark-blue coat (her father's)!", "Tom & Jerry", "3.5 kg"):
        assert escape(text) == text


def test_what_stands_in_fences_stays() -> None:
    assert (
        unmarked_text("**Bad** [page](a.md)\n```sb\n**@Mira** [[x]]\n```\n")
        == "Bad page\n```sb\n**@Mira** [[x]]\n```\n"
    )
