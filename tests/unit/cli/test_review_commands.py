"""`videre review …`: what is sent, what is shown."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from doubles.recorded import recorded_analysis
from doubles.world import World
from google.protobuf.json_format import ParseDict
from rich.console import Console

from videre.cli.terminal_report import render_analysis
from videre.v1 import analysis_pb2, review_pb2

Run = Callable[..., Any]
REVIEW = {
    "review_id": "r1", "media_id": "m1", "revision": 1, "template": "careful@2",
    "severity": "REVIEW_SEVERITY_HIGH", "state": "REVIEW_STATE_OPEN", "overdue": True,
    "suggestion": "SUGGESTION_REVIEW", "categories": ["porn", "ad"],
    "due_time": "2026-01-15T09:30:00Z",
}  # fmt: skip


@pytest.fixture
def queue(world: World) -> World:
    """One review."""
    world.reviews["r1"] = ParseDict(REVIEW, review_pb2.Review())
    return world


def test_reviews_are_listed_and_filtered(videre: Run, queue: World) -> None:
    shown = videre("review", "list").out
    for words in ("r1", "high", "open", "2026-01-15 09:30 overdue", "porn, ad", "m1"):
        assert words in shown, words
    found = videre(
        "review", "list", "--state", "open", "--state", "claimed", "--category", "porn",
        "--severity", "high", "--reviewer", "ann", "--overdue", "--media", "m1", "--job", "j1",
        "--rule", "porn.image", "--json",
    ).json()  # fmt: skip
    assert [one["reviewId"] for one in found] == ["r1"]
    asked = queue.calls("ListReviews")[-1].filter
    assert list(asked.states) == [
        analysis_pb2.REVIEW_STATE_OPEN, analysis_pb2.REVIEW_STATE_CLAIMED,
    ]  # fmt: skip
    assert list(asked.severities) == [review_pb2.REVIEW_SEVERITY_HIGH]
    assert (list(asked.categories), asked.reviewer, asked.overdue) == (["porn"], "ann", True)
    assert (asked.media_id, asked.job_id, asked.rule_id) == ("m1", "j1", "porn.image")


@pytest.mark.usefixtures("queue")
def test_a_review_is_shown_with_its_findings(videre: Run) -> None:
    shown = videre("review", "show", "r1").out
    for words in (
        "review r1 of media m1, revision 1", "template careful@2", "have not decided",
        "porn.image", "porn 80%", "overturn, context", "ad.text", "NOT_CHECKED", "A [painting].",
        "decided", "ann",
    ):  # fmt: skip
        assert words in shown, words
    assert videre("review", "show", "r1", "--json").json()["review"]["reviewId"] == "r1"
    ran = videre("review", "show", "nothing")
    assert (ran.code, ran.err) == (1, "videre: REVIEW_NOT_FOUND: no review nothing\n")


def test_reviews_are_claimed(videre: Run, queue: World) -> None:
    shown = videre("review", "claim", "--minutes", "2", "--as", "ann", "--category", "porn").out
    assert "claimed by ann" in shown
    request = queue.calls("ClaimReviews")[-1]
    assert (request.max_reviews, request.lease.seconds, request.reviewer) == (1, 120, "ann")
    assert list(request.filter.categories) == ["porn"]
    assert request.request_id
    assert "nothing to review" in videre("review", "claim", "r1").out
    assert list(queue.calls("ClaimReviews")[-1].review_ids) == ["r1"]
    assert not queue.calls("ClaimReviews")[-1].HasField("filter")
    assert videre("review", "claim", "--json").json() == []


def test_leases_are_renewed_and_given_back(videre: Run, queue: World) -> None:
    videre("review", "claim")
    assert "ann holds r1 until" in videre("review", "renew", "r1", "--lease", "l1").out
    assert queue.calls("RenewReview")[-1].lease_id == "l1"
    assert "r1 is back in the queue" in videre("review", "release", "r1").out


def test_reviews_are_decided(videre: Run, queue: World) -> None:
    told = videre(
        "review", "decide", "r1", "overturn", "--reason", "false-positive", "--note", "A song.",
        "--ruling", "0=uphold:violation", "--ruling", "ad/text=overturn:clean", "--as", "bob",
    ).out  # fmt: skip
    assert "r1: ann advises pass" in told
    request = queue.calls("DecideReview")[-1]
    assert (request.outcome, request.reason, request.note, request.reviewer) == (
        review_pb2.REVIEW_OUTCOME_OVERTURN, review_pb2.REVIEW_REASON_FALSE_POSITIVE, "A song.",
        "bob",
    )  # fmt: skip
    first, second = request.rulings
    assert (first.finding, first.outcome) == (0, review_pb2.REVIEW_OUTCOME_UPHOLD)
    assert (second.HasField("finding"), second.category, second.medium) == (False, "ad", "text")


def test_reviews_are_passed_on(videre: Run, queue: World) -> None:
    told = videre("review", "decide", "r1", "escalate", "--reason", "second-opinion").out
    assert "r1 is open, passed on" in told
    assert queue.calls("DecideReview")[-1].outcome == review_pb2.REVIEW_OUTCOME_ESCALATE


def test_decisions_are_appealed_and_taken_back(videre: Run, queue: World) -> None:
    told = videre("review", "appeal", "r1", "--note", "A song.", "--author", "owner").out
    assert "r1 is open" in told
    request = queue.calls("AppealReview")[-1]
    assert (request.note, request.author, bool(request.request_id)) == ("A song.", "owner", True)
    assert "r1 is open" in videre("review", "undo", "r1", "--as", "ann").out
    assert queue.calls("UndoDecision")[-1].reviewer == "ann"


def test_the_same_is_said_of_similar_reviews(videre: Run, queue: World) -> None:
    assert "nothing is about the same" in videre("review", "similar", "r1").out
    queue.reviews["r2"] = ParseDict(REVIEW | {"review_id": "r2"}, review_pb2.Review())
    shown = videre("review", "similar", "r1", "--count", "5").out
    assert "r2" in shown
    assert "picture" in shown
    assert queue.calls("ListSimilarReviews")[-1].max_reviews == 5
    found = videre("review", "similar", "r1", "--json").json()
    assert found[0]["review"]["reviewId"] == "r2"
    ran = videre("review", "same", "r1", "r2", "r9", "--note", "as r1")
    assert ran.code == 1
    assert "r2: ann advises pass" in ran.out
    assert "r9: REVIEW_NOT_FOUND: no review r9" in ran.out
    assert videre("review", "same", "r1", "r2", "--json").json()["reviews"]


def test_rates_of_rules_are_shown(videre: Run, world: World) -> None:
    assert "no rule was decided about" in videre("review", "rates").out
    world.reviews["r1"] = ParseDict(REVIEW, review_pb2.Review())
    shown = videre("review", "rates", "--template", "careful", "--limit", "0.3", "--least", "5").out
    for words in ("careful@2", "porn.image", "30 (75%)", "60%–86%", "20 (50%)", "too often"):
        assert words in shown, words
    request = world.calls("GetRuleRates")[-1]
    assert (request.template, request.max_overturn_rate, request.min_reviews) == ("careful", 0.3, 5)
    assert videre("review", "rates", "--json").json()["rates"][0]["flagged"] is True


def test_what_was_overturned_is_taught(videre: Run, queue: World, tmp_path: Path) -> None:
    file = tmp_path / "house.yaml"
    told = videre(
        "review", "learn", "r1", "--template", "house", "--library", "fine", "--check", "-o", file
    ).out
    assert "house@2 would let pass: a song" in told
    assert "fine would let pass: 00ff00ff00ff00ff" in told
    assert file.read_text() == "template_id: house\n"
    request = queue.calls("LearnFromReviews")[-1]
    assert (list(request.review_ids), request.validate_only) == (["r1"], True)
    told = videre("review", "learn", "r1", "--template", "house", "--phrase", "my words").out
    assert "house@2 lets pass: my words" in told
    assert "nothing new to learn" in videre("review", "learn", "r1").out
    assert videre("review", "learn", "r1", "--template", "x", "--json").json()["phrases"]


def test_decisions_are_exported_as_labels(videre: Run, queue: World, tmp_path: Path) -> None:
    assert queue.reviews
    lines = videre("review", "export").out.splitlines()
    assert lines[0].startswith("review_id,media_id,revision,finding")
    assert len(lines) == 2, "of the two findings people have spoken of one"
    file = tmp_path / "labels.jsonl"
    videre("review", "export", "--format", "jsonl", "-o", file)
    (row,) = [json.loads(line) for line in file.read_text().splitlines()]
    assert (row["rule_id"], row["outcome"], row["holds"]) == ("porn.image", "OVERTURN", False)


@pytest.mark.usefixtures("queue")
def test_words_that_mean_nothing_are_refused(videre: Run) -> None:
    ran = videre("review", "decide", "r1", "--ruling", "0=perhaps:other")
    assert ran.code == 2
    assert "none of uphold, overturn, escalate" in ran.err
    assert videre("review", "list", "--severity", "dire").code == 2


def test_people_stand_beside_the_verdict_in_reports() -> None:
    def shown(**said: Any) -> str:
        analysis = recorded_analysis()
        analysis.review.CopyFrom(analysis_pb2.VerdictReview(review_id="r1", **said))
        console = Console(file=io.StringIO(), width=160)
        console.print(*render_analysis(analysis), sep="\n")
        return str(console.file.getvalue())  # type: ignore[attr-defined]

    assert "not decided; review r1 is open" in shown(state=analysis_pb2.REVIEW_STATE_OPEN)
    decided = shown(
        state=analysis_pb2.REVIEW_STATE_DECIDED, suggestion=analysis_pb2.SUGGESTION_PASS,
        reviewer="ann",
    )  # fmt: skip
    assert "pass  says ann, review r1" in decided
