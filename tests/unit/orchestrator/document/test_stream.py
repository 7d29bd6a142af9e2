"""A stored document read list by list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from videre.common.values import TimeSpan
from videre.orchestrator import document as d
from videre.orchestrator.document.canonical import result_document
from videre.orchestrator.document.stream import StreamedDocument

SPAN = TimeSpan(0, 40, 0, 1)
SHORT = d.TextLine("短", SPAN, (), None, 9_000, "zh-Hans", d.TextKind.UNKNOWN, ())
#: Longer than what is looked at together, with what could be taken for the end of a text.
LONG = d.TextLine('"}],\\ 长\n' * 40_000, SPAN, (1, 2), (1, 2, 3, 4), 1, "und", d.TextKind.CODE, ())
HITS = tuple(d.WordHit(f"word {n}", "list@1", "字" * n, n, n + 1) for n in range(300))
SEGMENT = d.VerdictSegment(SPAN, d.Suggestion.REVIEW, 1, "porn", "rule", 2, HITS)
GROUP = d.VerdictGroup("porn", "text", d.Suggestion.REVIEW, 9, "porn", "", (SEGMENT,) * 9, ())
ANALYSIS = d.Analysis(
    media=d.MediaFacts("e" * 64, 1, d.MediaKind.VIDEO, "mp4", 40),
    text_lines=(SHORT, LONG, SHORT),
    shots=(d.Shot(0, SPAN, d.Transition.START, 10_000),),
    verdict=d.Verdict(d.Suggestion.REVIEW, "careful@1", (GROUP, GROUP), True),
)


def lists() -> Iterator[tuple[str, Any]]:
    for name in ("text_lines", "shots", "labels"):
        yield name, getattr(ANALYSIS, name)


def test_lists_and_the_rest_are_the_document() -> None:
    stored = StreamedDocument(result_document(ANALYSIS))
    assert stored.without(()) == ANALYSIS
    for name, expected in lists():
        assert tuple(stored.entries(name)) == expected
        assert getattr(stored.without({name}), name) == ()
    assert stored.without({"shots"}).text_lines == ANALYSIS.text_lines


def test_what_is_cut_off_or_something_else_is_no_document() -> None:
    data = result_document(ANALYSIS)
    for damaged in (b"", data[:-1], data[: len(data) // 2], b"[1]", data.replace(b":1}", b":2}")):
        with pytest.raises(ValueError, match=r"not a result document|utf-8"):
            StreamedDocument(damaged)
    stored = StreamedDocument(data.replace(b'"shots":[{', b'"shots":["odd",{'))
    with pytest.raises(ValueError, match=r"not a result document|utf-8"):
        list(stored.entries("shots"))
