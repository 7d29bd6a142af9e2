"""Plain text and Markdown → paragraphs that are stretches of the text."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.orchestrator.media.paragraphs import MAX_PARAGRAPH, paragraphs

MARKDOWN = """\
---
title: hidden
---
# Sea and *sky*

The harbour of the United
States Navy lies
[here](https://example.com/some/path).

- first item
  goes on
- second item

    still the item

> quoted words
> go on

| Cell one | Cell two |
|----------|----------|
| Cell 3   | Cell 4   |

```python
import torpedo
```

    indented_code()

Underlined
==========

[ref]: https://example.com/hidden
"""


def _texts(text: str, *, markdown: bool = True, code: bool = False) -> list[str]:
    return [text[p.start : p.end] for p in paragraphs(text, markdown=markdown) if p.is_code == code]


def test_markdown_is_read_block_by_block() -> None:
    assert _texts(MARKDOWN) == [
        "Sea and *sky*",
        "The harbour of the United\nStates Navy lies\n[here](https://example.com/some/path).",
        "first item\n  goes on",
        "second item",
        "still the item",
        "quoted words\n> go on",
        "| Cell one | Cell two |",
        "| Cell 3   | Cell 4   |",
        "Underlined",
        "[ref]: https://example.com/hidden",
    ]


def test_code_and_front_matter_are_marked() -> None:
    assert _texts(MARKDOWN, code=True) == ["title: hidden", "import torpedo", "indented_code()"]


def test_a_rule_at_the_beginning_is_no_front_matter() -> None:
    assert _texts("---\n\nWords after a rule\n") == ["Words after a rule"]


def test_an_open_code_block_goes_to_the_end() -> None:
    assert _texts("~~~\ncode\n\nmore", code=True) == ["code", "more"]


def test_lines_that_were_wrapped_belong_together() -> None:
    text = (
        "The ship was built for the navy of the United\nStates and sank in the bay.\n"
        "The ship was built for the navy of the United States of\nAmerica.\n"
        "milk\nbread\n- The ship was built for the navy of the United States of\n- America\n"
    )
    assert _texts(text, markdown=False) == [
        "The ship was built for the navy of the United",
        "States and sank in the bay.",
        "The ship was built for the navy of the United States of\nAmerica.",
        "milk",
        "bread",
        "- The ship was built for the navy of the United States of",
        "- America",
    ]


def test_a_long_paragraph_is_cut_after_sentences() -> None:
    text = "Some words stand here. " * 500
    found = _texts(text, markdown=False)
    assert all(piece.startswith("Some") and piece.endswith("here.") for piece in found)
    assert max(map(len, found)) <= MAX_PARAGRAPH


@given(st.text(alphabet="ab #-*>`~|[]()\n\t.。1）漢\u2028", max_size=300), st.booleans())
def test_paragraphs_are_in_order_apart_and_miss_no_word(text: str, markdown: bool) -> None:
    found = list(paragraphs(text, markdown=markdown))
    assert all(0 <= p.start < p.end <= len(text) for p in found)
    assert all(p.end - p.start <= MAX_PARAGRAPH for p in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(text[p.start : p.end].strip() == text[p.start : p.end] for p in found)
    inside = {at for p in found for at in range(p.start, p.end)}
    missed = "".join(c for at, c in enumerate(text) if at not in inside)
    # Markdown's marks (numbers of items, names of code blocks) are no words.
    assert markdown or not any(c.isalnum() for c in missed if c != "1")


@pytest.mark.parametrize(
    "piece", ["> ", "- ", "[", "](", "`", "#", "| a ", "    ", "a" * 999 + "\n"]
)
def test_hostile_text_is_read_in_time(piece: str) -> None:
    text = (piece * (1_000_000 // len(piece))) + "word"
    start = time.process_time()
    for markdown in (True, False):
        list(paragraphs(text, markdown=markdown))
    assert time.process_time() - start < 10
