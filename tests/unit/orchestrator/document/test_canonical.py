"""Parts of a result document, read alone."""

from __future__ import annotations

import pytest

from videre.orchestrator.document import Analysis, Suggestion, Verdict
from videre.orchestrator.document.canonical import parts_from_json, result_document
from videre.orchestrator.media.facts import media_facts
from videre.orchestrator.media.index import MediaIndex, MediaKind

FACTS = media_facts(MediaIndex(MediaKind.TEXT, "srt", 3))


@pytest.mark.parametrize("verdict", [None, Verdict(Suggestion.PASS, "careful@1", (), True)])
def test_the_verdict_is_the_document_s(verdict: Verdict | None) -> None:
    data = result_document(Analysis(media=FACTS, verdict=verdict))
    assert parts_from_json(data, "people", "verdict") == ((), verdict)


@pytest.mark.parametrize("data", [b"[]", b"{}", b'{"schema":1}', b'{"schema":1,"analysis":[]}'])
def test_another_document_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="result document"):
        parts_from_json(data, "verdict")
