"""Parts of a result document, read alone."""

from __future__ import annotations

import json

import pytest

from videre.common.values import TimeSpan
from videre.orchestrator.document import (
    Analysis,
    Suggestion,
    Verdict,
    VerdictGroup,
    VerdictSegment,
    WordHit,
)
from videre.orchestrator.document.canonical import parts_from_json, result_document
from videre.orchestrator.media.facts import media_facts
from videre.orchestrator.media.index import MediaIndex, MediaKind

FACTS = media_facts(MediaIndex(MediaKind.TEXT, "srt", 3))


@pytest.mark.parametrize("verdict", [None, Verdict(Suggestion.PASS, "careful@1", (), True)])
def test_the_verdict_is_the_document_s(verdict: Verdict | None) -> None:
    data = result_document(Analysis(media=FACTS, verdict=verdict))
    assert parts_from_json(data, "people", "verdict") == ((), verdict)


def test_a_word_is_read_that_was_found_by_earlier_rules() -> None:
    hit = WordHit("cocaine", "drugs-en@1", "Cocaine", 3, 10)
    segment = VerdictSegment(
        TimeSpan(0, 5), Suggestion.REVIEW, 8_000, "drugs", "prohibited.text.review", 7_500, (hit,),
    )  # fmt: skip
    group = VerdictGroup(
        "prohibited", "text", Suggestion.REVIEW, 8_000, "drugs", "", (segment,), ()
    )
    verdict = Verdict(Suggestion.REVIEW, "careful@1", (group,), True)
    data = result_document(Analysis(media=FACTS, verdict=verdict))
    document = json.loads(data)
    (stored,) = document["analysis"]["verdict"]["groups"][0]["segments"][0]["word_hits"]
    assert stored.keys() == {"entry", "word_list", "text", "start", "end"}
    assert parts_from_json(data, "verdict") == (verdict,)


@pytest.mark.parametrize("data", [b"[]", b"{}", b'{"schema":1}', b'{"schema":1,"analysis":[]}'])
def test_another_document_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="result document"):
        parts_from_json(data, "verdict")
