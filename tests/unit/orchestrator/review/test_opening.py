"""Which verdicts people are asked about, about what, how urgently."""

from __future__ import annotations

import pytest

from videre.common.values import TimeSpan
from videre.orchestrator.document import (
    Suggestion,
    Verdict,
    VerdictGroup,
    VerdictSegment,
    WordHit,
)
from videre.orchestrator.review import opening
from videre.orchestrator.review.model import MAX_FINDINGS, ReviewPolicy, Severity
from videre.orchestrator.review.opening import due_ns, findings_of, opens, rule_of, severity_of

PASS, REVIEW, BLOCK = Suggestion.PASS, Suggestion.REVIEW, Suggestion.BLOCK


def segment(score: int, suggestion: Suggestion = REVIEW, **fields: object) -> VerdictSegment:
    given: dict[str, object] = {
        "span": TimeSpan(0, 1), "suggestion": suggestion, "score": score, "label": "x",
        "rule_id": f"rule.{suggestion}", "threshold": 5_000,
    }  # fmt: skip
    return VerdictSegment(**(given | fields))  # type: ignore[arg-type]


def group(
    category: str, *segments: VerdictSegment, suggestion: Suggestion = REVIEW, reason: str = ""
) -> VerdictGroup:
    score = max((one.score for one in segments), default=0)
    return VerdictGroup(category, "image", suggestion, score, "x", reason, segments, ())


def verdict(suggestion: Suggestion, *groups: VerdictGroup) -> Verdict:
    return Verdict(suggestion, "careful@2", groups, True)


@pytest.mark.parametrize(
    ("suggestion", "blocked", "expected"),
    [(PASS, True, False), (REVIEW, False, True), (BLOCK, False, False), (BLOCK, True, True)],
)
def test_people_are_asked_about_reviews_and_where_wanted_about_blocks(
    suggestion: Suggestion, blocked: bool, expected: bool
) -> None:
    assert opens(verdict(suggestion), ReviewPolicy(blocked=blocked)) is expected
    assert not opens(None, ReviewPolicy(blocked=True))


def test_findings_are_what_is_more_than_pass_worst_first() -> None:
    word = WordHit("cocaine", "drugs-en@2", "c0caine", 0, 7)
    again = WordHit("cocaine", "drugs-en@2", "cocaine", 9, 16)
    given = verdict(
        BLOCK,
        group("ad", segment(6_000, rule_id="house.ads.review"), segment(9_000, PASS)),
        group("porn", suggestion=PASS),
        group(
            "prohibited",
            segment(9_500, BLOCK, word_hits=(word, again), picture="p" * 64),
            segment(7_000),
            suggestion=BLOCK,
        ),
        group("terrorism", reason="NOT_CHECKED"),
    )
    found = findings_of(given)
    told = [(one.index, one.category, one.group, one.segment, one.reason) for one in found]
    assert told == [
        (0, "prohibited", 2, 0, ""),
        (1, "prohibited", 2, 1, ""),
        (2, "ad", 0, 0, ""),
        (3, "terrorism", 3, None, "NOT_CHECKED"),
    ]
    assert (found[0].words, found[0].picture) == (("drugs-en:cocaine",), "p" * 64)
    assert (found[2].rule_id, found[3].rule_id) == ("house.ads", "")
    assert found == findings_of(given)


def test_the_worst_of_many_findings_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "MAX_FINDINGS", 2)
    found = findings_of(verdict(REVIEW, group("ad", *(segment(score) for score in (1, 3, 2)))))
    assert [one.score for one in found] == [3, 2]
    assert MAX_FINDINGS == 1_000


@pytest.mark.parametrize(
    ("category", "suggestion", "reason", "expected"),
    [
        ("ad", REVIEW, "", Severity.LOW),
        ("porn", REVIEW, "NOT_CHECKED", Severity.LOW),
        ("political", REVIEW, "", Severity.MEDIUM),
        ("terrorism", REVIEW, "", Severity.HIGH),
        ("ad", BLOCK, "", Severity.CRITICAL),
    ],
)
def test_how_urgent_it_is(
    category: str, suggestion: Suggestion, reason: str, expected: Severity
) -> None:
    segments = () if reason else (segment(9_000, suggestion),)
    given = verdict(suggestion, group(category, *segments, suggestion=suggestion, reason=reason))
    assert severity_of(given, findings_of(given)) is expected


def test_a_template_says_until_when_or_else_the_installation() -> None:
    usual = dict.fromkeys(Severity, 100)
    policy = ReviewPolicy(due_ns={Severity.HIGH: 7})
    assert due_ns(Severity.HIGH, policy, usual, 1_000) == 1_007
    assert due_ns(Severity.LOW, policy, usual, 1_000) == 1_100


def test_the_rule_is_that_of_the_threshold() -> None:
    assert rule_of("porn.image.review") == "porn.image"
    assert rule_of("mine.block") == "mine"
