"""Rules that route events, held against a plain reading of them."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from videre.orchestrator.notify.messages import FeedEvent
from videre.orchestrator.notify.routing import facts_of, routed, rules_of
from videre.orchestrator.notify.types import TYPES
from videre.orchestrator.notify.wildcards import is_like

LABELS = ("vehicle.car", "vehicle.boat", "animal.dog", "violence.blood")
PATTERNS = ("vehicle.*", "*.dog", "violence.blood", "*", "none.*")
TAGS = ("news*", "*port", "*")
WORDS = ("news", "newsroom", "sport", "")
ON = {
    "FINISH": {"job.succeeded", "job.partial", "job.failed", "job.cancelled"},
    "CHANGE": {one for one in TYPES if one.startswith("job.")},
    "VERDICT": {"analysis.published"},
    "REVIEWED": {"review.changed"},
}


def some(rng: random.Random, of: Sequence[str], most: int) -> list[str]:
    return rng.sample(of, rng.randint(0, most))


def a_rule(rng: random.Random, number: int) -> dict[str, Any]:
    return {
        "id": f"rule-{number}",
        "on": some(rng, tuple(ON), 2),
        "types": some(rng, (*TYPES, "job.*", "review.*"), 2),
        "states": some(rng, ("QUEUED", "SUCCEEDED", "FAILED"), 1),
        "verdicts": some(rng, ("PASS", "REVIEW", "BLOCK"), 2),
        "labels": some(rng, PATTERNS, 2),
        "tags": {
            key: rng.choice(("news*", "*port", "*")) for key in some(rng, ("desk", "show"), 1)
        },
        "targets": rng.sample(("a", "b", "c", "d"), rng.randint(1, 3)),
        "branches": some(rng, ("good", "bad"), 1) if number % 4 == 0 else [],
    }


def an_event(rng: random.Random, number: int) -> FeedEvent:
    kind = rng.choice(TYPES)
    payload = {"state": kind.removeprefix("job.").upper()} if kind.startswith("job.") else {}
    facts = {
        "tags": {key: rng.choice(WORDS) for key in some(rng, ("desk", "show"), 2)},
        "verdict": rng.choice(("", "pass", "review", "BLOCK")),
        "branch": rng.choice(("", "good", "bad")),
        "labels": some(rng, LABELS, 3),
    }
    return FeedEvent("p", number, kind, "j", number, payload, 0, facts)


def meets_plainly(rule: Mapping[str, Any], event: FeedEvent) -> bool:
    """Read a rule as its documentation says it, by regular expressions and sets."""

    def like(pattern: str, text: str) -> bool:
        return re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), text, re.DOTALL) is not None

    facts = event.facts or {}
    tags, said = facts["tags"], []
    if rule["on"]:
        said.append(event.type in set().union(*(ON[one] for one in rule["on"])))
    if rule["types"]:
        said.append(any(like(one, event.type) for one in rule["types"]))
    if rule["states"]:
        said.append(event.payload.get("state") in rule["states"])
    if rule["verdicts"]:
        said.append(facts["verdict"].upper() in rule["verdicts"])
    if rule["branches"]:
        said.append(facts["branch"] in rule["branches"])
    if rule["labels"]:
        said.append(any(like(one, label) for one in rule["labels"] for label in facts["labels"]))
    said += [key in tags and like(pattern, tags[key]) for key, pattern in rule["tags"].items()]
    return all(said)


def test_20_rules_and_1000_events_go_where_a_plain_reading_sends_them() -> None:
    sent = 0
    rng = random.Random(1)
    documents = [a_rule(rng, number) for number in range(20)]
    rules = rules_of(documents)
    for event in (an_event(rng, number) for number in range(1_000)):
        expected: dict[str, str] = {}
        for document in documents:
            if meets_plainly(document, event):
                for target in document["targets"]:
                    expected.setdefault(target, document["id"])
        assert routed(rules, facts_of(event)) == expected
        sent += len(expected)
    assert sent > 900


@settings(max_examples=300)
@given(st.text("ab*", max_size=8), st.text("ab", max_size=10))
def test_wildcards_are_what_a_regular_expression_says(pattern: str, text: str) -> None:
    meant = re.escape(pattern).replace(r"\*", ".*")
    assert is_like(pattern, text) == (re.fullmatch(meant, text) is not None)


def test_a_pattern_of_many_wildcards_is_matched_at_once() -> None:
    assert not is_like("a*" * 60 + "b", "a" * 20_000)


def test_events_of_earlier_releases_have_no_facts() -> None:
    old = FeedEvent("p", 1, "job.failed", "j", 2, {"state": "FAILED"}, 0)
    rules = rules_of([{"id": "r", "on": ["FINISH"], "targets": ["a"]},
                      {"id": "s", "verdicts": ["PASS"], "targets": ["b"]}])  # fmt: skip
    assert routed(rules, facts_of(old)) == {"a": "r"}
