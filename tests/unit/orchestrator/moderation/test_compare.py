"""What differs between two verdicts."""

from __future__ import annotations

from dataclasses import replace

from videre.common.values import TimeSpan
from videre.orchestrator.document import Suggestion, Verdict, VerdictGroup, VerdictSegment
from videre.orchestrator.moderation.compare import changes, differing, suggestion_of

SPAN = TimeSpan(0, 1)
HIT = VerdictSegment(SPAN, Suggestion.REVIEW, 8_000, "porn", "porn.image.review", 5_000)
CLEAN = VerdictGroup("porn", "text", Suggestion.PASS, 0, "", "", (), ())
SEEN = VerdictGroup("porn", "image", Suggestion.REVIEW, 8_000, "porn", "", (HIT,), ())


def verdict(*groups: VerdictGroup, template: str = "a@1") -> Verdict:
    worst = max((group.suggestion for group in groups), key=lambda one: one.severity)
    return Verdict(worst, template, groups, coverage_complete=True)


def test_the_template_s_name_alone_changes_nothing() -> None:
    assert changes(verdict(SEEN, CLEAN), verdict(CLEAN, SEEN, template="b@2")) == ()


def test_a_changed_group_is_told_with_its_worst_segment() -> None:
    blocked = replace(SEEN, suggestion=Suggestion.BLOCK)
    (change,) = changes(verdict(SEEN, CLEAN), verdict(blocked, CLEAN))
    assert (change.category, change.medium) == ("porn", "image")
    assert (change.before, change.after) == (Suggestion.REVIEW, Suggestion.BLOCK)
    assert (change.score, change.worst) == (8_000, HIT)


def test_a_rule_that_comes_or_goes_counts_as_pass() -> None:
    assert changes(verdict(SEEN), verdict(SEEN, CLEAN)) == ()
    (change,) = changes(verdict(SEEN, CLEAN), verdict(CLEAN))
    assert (change.before, change.after, change.worst) == (
        Suggestion.REVIEW, Suggestion.PASS, None,
    )  # fmt: skip


def test_the_same_advice_for_another_reason_is_told() -> None:
    unchecked = replace(CLEAN, suggestion=Suggestion.REVIEW, reason="NOT_CHECKED")
    failed = replace(unchecked, reason="INCOMPLETE")
    (change,) = changes(verdict(unchecked), verdict(failed))
    assert (change.before, change.after, change.reason) == (
        Suggestion.REVIEW, Suggestion.REVIEW, "INCOMPLETE",
    )  # fmt: skip


def test_without_a_verdict_before_everything_passed() -> None:
    assert suggestion_of(None) is Suggestion.PASS
    (change,) = changes(None, verdict(SEEN, CLEAN))
    assert (change.before, change.after) == (Suggestion.PASS, Suggestion.REVIEW)


def test_what_differs_is_named() -> None:
    assert differing(verdict(SEEN, CLEAN), verdict(SEEN, CLEAN)) == ()
    longer = replace(SEEN, segments=(HIT, HIT))
    assert differing(verdict(SEEN, CLEAN), verdict(longer, CLEAN)) == ("porn.image",)
    assert differing(verdict(SEEN, CLEAN), verdict(CLEAN, SEEN)) == ("order",)
    passed = replace(verdict(CLEAN, template="b@1"), coverage_complete=False)
    assert differing(verdict(SEEN, CLEAN), passed) == (
        "suggestion", "template", "coverage_complete", "porn.image",
    )  # fmt: skip
