"""What is sent, when again, and who wants it: pure."""

from __future__ import annotations

import base64
import hmac
import json
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.common.errors import VidereError
from videre.common.sealing import Seal
from videre.common.values import NS
from videre.orchestrator.notify.backoff import GIVE_UP_S, next_ns, pause_s
from videre.orchestrator.notify.messages import (
    FeedEvent,
    Message,
    Secret,
    instant,
    message,
    secret_text,
)
from videre.orchestrator.notify.types import PATTERNS, TYPES, is_wanted, type_of, types_of

EVENT = FeedEvent(
    "films", 7, "job.failed", "j1", 3, {"state": "FAILED", "title": "字"}, 1_700_000_000_123_456_789
)
NEW, OLD = Secret("k2", b"2" * 32), Secret("k1", b"1" * 32)


def verified(sent: Message, key: bytes) -> bool:
    """Verify a message as a receiver does that knows the scheme only from its specification."""
    head = sent.headers
    signed = f"{head['webhook-id']}.{head['webhook-timestamp']}.".encode() + sent.body
    expected = base64.b64encode(hmac.new(key, signed, sha256).digest()).decode()
    return f"v1,{expected}" in head["webhook-signature"].split(" ")


def test_a_structured_message_holds_everything_in_its_body() -> None:
    sent = message(EVENT, [NEW], binary=False, now_s=5)
    assert sent.headers["content-type"].startswith("application/cloudevents+json")
    body = json.loads(sent.body)
    assert body | {"data": None} == {
        "specversion": "1.0",
        "id": "films-7",
        "source": "/projects/films",
        "type": "dev.videre.job.failed",
        "subject": "jobs/j1",
        "time": "2023-11-14T22:13:20.123456Z",
        "sequence": "00000000000000000003",
        "datacontenttype": "application/json",
        "data": None,
    }
    assert body["data"] == {
        "state": "FAILED", "title": "字", "type": "job.failed", "project_id": "films",
        "number": 7, "job_id": "j1", "seq": 3,
    }  # fmt: skip


def test_a_binary_message_holds_the_attributes_in_headers() -> None:
    sent = message(EVENT, [NEW], binary=True, now_s=5)
    structured = json.loads(message(EVENT, [NEW], binary=False, now_s=5).body)
    assert json.loads(sent.body) == structured["data"]
    for name in ("specversion", "id", "source", "type", "subject", "time", "sequence"):
        assert sent.headers[f"ce-{name}"] == structured[name]
    assert sent.headers["content-type"] == "application/json"


@pytest.mark.parametrize("binary", [False, True])
def test_every_secret_signs_and_no_other_one_fits(binary: bool) -> None:
    sent = message(EVENT, [NEW, OLD], binary=binary, now_s=5)
    assert verified(sent, NEW.key)
    assert verified(sent, OLD.key)
    assert not verified(sent, b"3" * 32)
    assert sent.headers["videre-key-id"] == "k2 k1"
    assert not verified(Message(sent.body + b" ", sent.headers), NEW.key)
    later = Message(sent.body, {**sent.headers, "webhook-timestamp": "6"})
    assert not verified(later, NEW.key)


def test_a_secret_is_written_as_receivers_read_it() -> None:
    assert secret_text(NEW.key) == "whsec_" + base64.b64encode(NEW.key).decode()


@given(st.integers(0, 2**62))
def test_times_sort_as_they_are(time_ns: int) -> None:
    assert instant(time_ns) <= instant(time_ns + 1_000)


@given(st.integers(1, 10_000), st.floats(0, 1), st.none() | st.floats(0, 1e9))
def test_pauses_stay_within_their_bounds(attempts: int, luck: float, asked: float | None) -> None:
    pause = pause_s(attempts, luck, asked)
    assert 2.5 <= pause <= 3_600
    if asked is not None:
        assert pause >= min(asked, 3_600)


@given(st.integers(0, 2**60), st.floats(0, 2 * GIVE_UP_S), st.floats(2.5, 3_600))
def test_an_event_is_tried_for_a_day_and_a_last_time_at_its_end(
    since: int, passed: float, pause: float
) -> None:
    now = since + round(passed * NS)
    end = since + round(GIVE_UP_S * NS)
    again = next_ns(since, now, pause)
    assert (again is None) == (now >= end)
    if again is not None:
        assert now < again <= end


def test_the_types_of_a_job_s_events() -> None:
    assert type_of("state", {"state": "PARTIAL"}) == "job.partial"
    assert type_of("analysis", {}) == "analysis.published"
    assert type_of("review", {}) == "review.changed"
    assert type_of("segment", {}) is None
    assert type_of("stage", {"state": "RUNNING"}) is None


@given(st.lists(st.sampled_from(PATTERNS)))
def test_patterns_mean_the_types_that_they_want(patterns: list[str]) -> None:
    assert types_of(patterns) == tuple(one for one in TYPES if is_wanted(patterns, one))
    assert set(types_of(patterns)) == set(TYPES) if not patterns else True


def test_what_is_sealed_opens_for_what_it_belongs_to_only() -> None:
    seal = Seal(b"k" * 32)
    sealed = seal.close(b"secret", "w1")
    assert seal.open(sealed, "w1") == b"secret"
    assert "secret" not in sealed
    assert seal.close(b"secret", "w1") != sealed
    for other, belongs in ((seal, "w2"), (Seal(b"x" * 32), "w1")):
        with pytest.raises(VidereError):
            other.open(sealed, belongs)
