"""An analysis in pages: none is too large, nothing is lost or told twice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from doubles.shown_film import ANALYSIS, BASIC, FULL, REF, RICH, TAXONOMY, TIMELINE, line, view
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from videre.common.errors import Reason, VidereError
from videre.common.values import NS, TimeSpan
from videre.orchestrator import document as d
from videre.orchestrator.api.analyses.view import known_to_proto, parts_to_proto, to_proto
from videre.orchestrator.api.messages.segments import MAKERS
from videre.orchestrator.api.replies import LARGEST_REPLY
from videre.orchestrator.document import Analysis, Music, Verdict, WordHit
from videre.orchestrator.document.canonical import result_document
from videre.orchestrator.document.stream import StreamedDocument
from videre.v1 import analysis_pb2 as pb


@given(st.integers(1, 20))
def test_pages_put_together_are_the_whole(size: int) -> None:
    whole, _ = view()
    token, together = "", pb.Analysis()
    for _ in range(20):
        page, token = view(size=size, token=token)
        assert sum(len(getattr(page, k)) for k in ("shots", "labels", "text_lines")) <= size
        together.shots.extend(page.shots)
        together.labels.extend(page.labels)
        together.text_lines.extend(page.text_lines)
        if not token:
            break
    assert (together.shots, together.labels, together.text_lines) == (
        whole.shots,
        whole.labels,
        whole.text_lines,
    )


def test_only_the_first_page_carries_verdict_and_beats() -> None:
    _, token = view(size=5)
    second, _ = view(size=5, token=token)
    assert not second.HasField("verdict")
    assert not second.HasField("music")
    assert second.HasField("media_info")


def test_a_page_stays_below_the_largest_reply() -> None:
    refs = tuple(structs.replace(REF, id=f"{i:016x}/0", picture="f" * 64) for i in range(20))
    lines = tuple(structs.replace(line(i), text="长" * 500, evidence=refs) for i in range(600))
    verdict = ANALYSIS.verdict
    assert verdict is not None
    segments = (replace(verdict.groups[0].segments[0], evidence=refs),) * 800
    verdict = replace(verdict, groups=(replace(verdict.groups[0], segments=segments),))
    analysis = replace(ANALYSIS, text_lines=lines, verdict=verdict)
    token, seen = "", 0
    for _ in range(20):
        page, token = view(analysis, size=1_000, token=token)
        assert page.ByteSize() < 4 * 2**20 - 64 * 2**10
        seen += len(page.text_lines)
        if not token:
            break
    assert seen == 600


def pages_of(analysis: Analysis, **given: Any) -> list[pb.Analysis]:
    """Return all pages, each below the largest reply."""
    found, token = [], ""
    while token or not found:
        page, token = view(analysis, token=token, **given)
        assert page.ByteSize() < LARGEST_REPLY + 16 * 2**10
        found.append(page)
        assert len(found) < 100
    return found


def judged(count: int, hits: int = 0) -> Verdict:
    """Return a verdict of two groups with so many segments each, and so many words in each."""
    assert ANALYSIS.verdict is not None
    group = ANALYSIS.verdict.groups[0]
    words = tuple(
        WordHit("word", "list@1", "word" * 8, i, i + 4, ("case",), span=TimeSpan(i, i + 1))
        for i in range(hits)
    )
    segments = tuple(
        replace(group.segments[0], word_hits=words, score=9_999 - i % 7_000, picture="f" * 64)
        for i in range(count)
    )
    other = replace(group, medium="text")
    return replace(
        ANALYSIS.verdict,
        groups=tuple(replace(one, segments=segments) for one in (group, other)),
    )


@pytest.mark.parametrize("kind", [BASIC, pytest.param(FULL, marks=pytest.mark.long)])
def test_a_verdict_that_fills_a_reply_goes_on_in_the_next(kind: pb.AnalysisView.ValueType) -> None:
    analysis = replace(ANALYSIS, verdict=judged(8_000, hits=4))
    found = pages_of(analysis, kind=kind, size=5)
    with_verdict = [page for page in found if page.HasField("verdict")]
    assert len(with_verdict) > 1
    first, last = with_verdict[0].verdict.groups[0], with_verdict[-1].verdict.groups[0]
    assert first.segments[0].confidence > last.segments[0].confidence, "worst first"
    for group in (0, 1):
        numbers = [len(page.verdict.groups[group].segments) for page in with_verdict]
        assert sum(numbers) == 8_000
    assert sum(len(page.labels) for page in found) == 3
    assert sum(page.HasField("music") for page in found) == (kind == FULL)


def test_beats_that_do_not_fit_beside_a_verdict_come_with_the_next_page() -> None:
    beats = tuple(NS // 4 * i for i in range(12 * 3_600 * 4))
    music = Music(240_000, beats, 8_000)
    found = pages_of(replace(ANALYSIS, verdict=judged(6_500), music=music))
    with_beats = [page for page in found if page.HasField("music")]
    assert len(with_beats) == 1
    assert len(with_beats[0].music.beat_offsets) == len(beats)


def test_a_segment_shows_some_of_a_million_words() -> None:
    found = pages_of(replace(ANALYSIS, verdict=judged(2, hits=100_000)))
    hits = found[0].verdict.groups[0].segments[0].word_hits
    assert 500 < len(hits) < 2_000
    assert (list(hits[7].folds), hits[7].span.start_offset.nanos) == (["case"], 7)
    assert [hit.start for hit in hits] == list(range(len(hits)))


def test_a_page_keeps_to_the_room_that_is_left_but_always_goes_on() -> None:
    token, seen = "", 0
    lists = (ANALYSIS.shots, ANALYSIS.labels, ANALYSIS.text_lines, ANALYSIS.people)
    for _ in range(sum(map(len, lists)) + 2):
        page, token = to_proto(
            ANALYSIS, TIMELINE, TAXONOMY, FULL, pb.AnalysisFilter(), 1_000, token, room=0
        )
        seen += len(page.shots) + len(page.labels) + len(page.text_lines) + len(page.people)
    assert (token, seen) == ("", 17)


def test_a_token_belongs_to_its_question() -> None:
    _, token = view(size=2)
    for wrong in (token[:-3] + "abc", "nonsense"):
        with pytest.raises(VidereError) as refused:
            view(size=2, token=wrong)
        assert refused.value.reason is Reason.PAGE_TOKEN_INVALID
    with pytest.raises(VidereError):
        view(size=2, token=token, kinds=["shots"])
    with pytest.raises(VidereError):
        view(kind=BASIC, size=2, token=token)


def test_parts_put_together_are_the_full_view() -> None:
    whole, _ = to_proto(RICH, TIMELINE, TAXONOMY, FULL, pb.AnalysisFilter(), 1 << 20, "", 1 << 30)
    head, entries = parts_to_proto(
        StreamedDocument(result_document(RICH)), TIMELINE, TAXONOMY, pb.AnalysisFilter()
    )
    for name in MAKERS:
        assert not getattr(head, name)
        getattr(head, name).extend(entries(name))
    assert head == whole


def test_music_tells_bars_key_and_form_and_production_gets_it_when_it_asks() -> None:
    told = d.Music(
        120_000, (0, NS // 2), 9_000, downbeats_ns=(0,), beats_per_bar=4, downbeat_score=7_500,
        levels=(d.TempoLevel(120_000, 10_000),), changes=(d.TempoChange(0, 120_000),),
        key=d.MusicKey(9, d.MusicMode.MINOR, 8_000),
        sections=(d.MusicSection(TimeSpan(0, NS), 27, chorus=True, score=6_000),),
    )  # fmt: skip
    analysis = replace(ANALYSIS, music=told)
    music = to_proto(analysis, TIMELINE, TAXONOMY, FULL, pb.AnalysisFilter())[0].music
    assert (music.beats_per_bar, music.downbeat_confidence) == (4, 0.75)
    assert (music.key.tonic, music.key.mode) == ("A", pb.MUSIC_MODE_MINOR)
    (part,) = music.sections
    assert (part.group, part.chorus, part.span.end_offset.seconds) == ("AB", True, 1)
    assert [one.tempo_bpm for one in music.tempo_changes] == [120.0]
    assert known_to_proto(analysis, TIMELINE, TAXONOMY, ["music", "shots"]).music == music
    assert not known_to_proto(analysis, TIMELINE, TAXONOMY, ["shots"]).HasField("music")
    nothing = replace(ANALYSIS, music=None)
    assert not known_to_proto(nothing, TIMELINE, TAXONOMY, ["music"]).HasField("music")
