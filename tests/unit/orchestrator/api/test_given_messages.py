"""The verdicts on given texts as callers see them, also very many of them."""

from __future__ import annotations

from doubles.shown_film import ANALYSIS, TAXONOMY, TIMELINE

from videre.common.values import NS, TimeSpan
from videre.orchestrator.api.messages.statements import Messages
from videre.orchestrator.api.messages.verdicts import put_given
from videre.orchestrator.document import (
    Coverage,
    EvidenceRef,
    GivenCoverage,
    GivenKind,
    GivenVerdict,
    Suggestion,
    Verdict,
    VerdictGroup,
    VerdictSegment,
    WordHit,
)
from videre.v1 import analysis_pb2 as pb

assert ANALYSIS.verdict is not None
MAKE = Messages(TIMELINE, TAXONOMY, "en")
AT = TimeSpan(NS, NS)


def one(place: int, suggestion: Suggestion) -> GivenVerdict:
    word = WordHit("bad", "list@1", "b" * 200, 0, 200, category="porn", span=AT)
    ref = EvidenceRef(f"metadata/comment/{place}", "metadata", "context@1", 10_000, AT)
    segment = VerdictSegment(AT, suggestion, 9_000, "porn", f"porn.metadata.{suggestion}", 7_500,
                             (word,), (ref,))  # fmt: skip
    group = VerdictGroup("porn", "metadata", suggestion, 9_000, "porn", "", (segment,), ())
    groups = () if suggestion is Suggestion.PASS else (group,)
    return GivenVerdict(GivenKind.COMMENT, f"c{place}", suggestion, groups, AT)


def shown(*given: GivenVerdict) -> pb.Verdict:
    looked = GivenCoverage(GivenKind.COMMENT, len(given), Coverage.CHECKED, "", ("porn",))
    message = pb.Verdict()
    put_given(message, Verdict(Suggestion.PASS, "t@1", (), True, given, (looked,)), MAKE)
    return message


def test_a_verdict_comes_whole() -> None:
    message = shown(one(0, Suggestion.PASS), one(1, Suggestion.REVIEW))
    first, second = message.given
    assert (first.kind, first.given_id, first.suggestion) == (
        pb.GIVEN_KIND_COMMENT, "c0", pb.SUGGESTION_PASS,
    )  # fmt: skip
    assert first.span.start_offset.seconds == 1
    assert not first.groups
    (group,) = second.groups
    assert (group.category, group.segments[0].word_hits[0].entry) == ("porn", "bad")
    (looked,) = message.given_coverage
    assert (looked.kind, looked.count, looked.state, list(looked.categories)) == (
        pb.GIVEN_KIND_COMMENT, 2, pb.COVERAGE_STATE_CHECKED, ["porn"],
    )  # fmt: skip


def test_the_most_that_may_be_given_fits_and_the_worst_say_most() -> None:
    mild = [one(place, Suggestion.REVIEW) for place in range(9_999)]
    message = shown(*mild, one(9_999, Suggestion.BLOCK))
    assert message.ByteSize() < 2_500_000
    assert [entry.given_id for entry in message.given] == [f"c{place}" for place in range(10_000)]
    assert message.given[-1].groups[0].segments
    assert message.given[0].groups[0].segments
    assert not message.given[9_998].groups
