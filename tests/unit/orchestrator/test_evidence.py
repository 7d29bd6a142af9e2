"""Evidence: what the key holds, and blobs that come back to the byte."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from videre.common.values import TimeSpan, sha256_hex
from videre.orchestrator.evidence import (
    Evidence,
    EvidenceBlob,
    Spans,
    Word,
    decode_blob,
    evidence_key,
)

KEY: dict[str, Any] = {
    "project": "films",
    "media_digest": "a" * 64,
    "feature": "text",
    "engine": "reader@1",
    "model_digests": ["b" * 64, "c" * 64],
    "params": {"interval_ns": 3, "sampler": "s@1"},
    "plan_version": "plan-1",
    "start_ns": 0,
    "end_ns": 20,
}
OTHERS: dict[str, list[Any]] = {
    "project": ["others", ""],
    "media_digest": ["b" * 64],
    "feature": ["texts"],
    "engine": ["reader@2", "reader"],
    "model_digests": [["b" * 64], ["c" * 64, "b" * 64], []],
    "params": [{}, {"interval_ns": 4, "sampler": "s@1"}, {"interval_ns": "3", "sampler": "s@1"}],
    "plan_version": ["plan-2"],
    "start_ns": [1],
    "end_ns": [21],
}


def test_each_part_of_a_key_counts() -> None:
    assert OTHERS.keys() == KEY.keys()
    changed = [evidence_key(**KEY | {name: v}) for name, values in OTHERS.items() for v in values]
    assert len({evidence_key(**KEY), *changed}) == 1 + len(changed)


def test_the_order_of_params_does_not_count() -> None:
    turned = dict(reversed(KEY["params"].items()))
    assert evidence_key(**KEY | {"params": turned}) == evidence_key(**KEY)


def test_a_float_in_a_key_is_a_defect() -> None:
    with pytest.raises(TypeError, match="float"):
        evidence_key(**KEY | {"params": {"interval": 0.5}})


def test_a_key_stays_the_same_from_release_to_release() -> None:
    """Evidence of earlier releases is found by it: a change here orphans all of it."""
    assert evidence_key(**KEY) == (
        sha256_hex(
            b'{"end":20,"engine":"reader@1","feature":"text","media":"' + b"a" * 64
            + b'","models":["' + b"b" * 64 + b'","' + b"c" * 64
            + b'"],"params":{"interval_ns":3,"sampler":"s@1"},"plan":"plan-1",'
            b'"project":"films","start":0}'
        )
    )  # fmt: skip


text = st.text(st.characters(codec="utf-8"), max_size=12)
e4 = st.integers(0, 10_000)
times = st.tuples(st.integers(0, 2**53), st.integers(0, 10**12)).map(lambda t: (t[0], t[0] + t[1]))


@st.composite
def spans(draw: st.DrawFn) -> TimeSpan:
    start, end = draw(times)
    frames = draw(st.none() | st.integers(0, 10**6))
    return TimeSpan(start, end) if frames is None else TimeSpan(start, end, frames, frames + 3)


words = st.builds(lambda t, at, s: Word(t, at[0], at[1], s), text, times, e4)
records = st.builds(
    Evidence,
    feature=st.just("text"),
    engine=st.just("reader@1"),
    span=spans(),
    class_name=text,
    score=e4,
    box=st.none() | st.tuples(e4, e4, e4, e4),
    points=st.lists(st.integers(-10_000, 20_000), max_size=8).map(tuple),
    text=text,
    words=st.lists(words, max_size=3).map(tuple),
    attributes=st.dictionaries(text, st.integers(-(2**53), 2**53), max_size=3),
    embedding=text,
    picture=text,
)


@given(spans(), st.lists(records, max_size=4))
def test_a_blob_comes_back_with_ids(span: TimeSpan, kept: list[Evidence]) -> None:
    blob = EvidenceBlob("text", "reader@1", span, tuple(kept))
    data = blob.encode()
    read = decode_blob(data)
    assert read.span == span
    prefix = sha256_hex(data)[:16]
    assert [record.id for record in read.records] == [f"{prefix}/{i}" for i in range(len(kept))]
    plain = [
        structs.replace(record, id="", attributes=dict(record.attributes))
        for record in read.records
    ]
    assert plain == kept
    assert replace(read, records=tuple(plain)).encode() == data, "the same bytes again"


@given(st.lists(records, min_size=2, max_size=2))
def test_another_order_is_another_blob(kept: list[Evidence]) -> None:
    span = TimeSpan(0, 1)
    one = EvidenceBlob("text", "reader@1", span, tuple(kept)).encode()
    other = EvidenceBlob("text", "reader@1", span, tuple(reversed(kept))).encode()
    assert (one == other) == (kept[0] == kept[1])


def test_a_blob_of_another_schema_is_refused() -> None:
    data = EvidenceBlob("text", "reader@1", TimeSpan(0, 1), ()).encode()
    newer = json.dumps(json.loads(data) | {"schema": 2}).encode()
    with pytest.raises(ValueError, match="schema 2 is not 1"):
        decode_blob(newer)


@pytest.mark.parametrize("span", [[], [0], [0, 9, 0], [0, 9, 0, 0, 1]])
def test_a_span_is_two_or_four_numbers(span: list[int]) -> None:
    data = EvidenceBlob("text", "reader@1", TimeSpan(0, 1), ()).encode()
    record = {"span": span, "score": 1}
    with pytest.raises(ValueError, match=f"a span of {len(span)} numbers"):
        decode_blob(json.dumps(json.loads(data) | {"records": [record]}).encode())


@given(st.lists(records, max_size=6), st.frozensets(text, max_size=3))
def test_records_of_some_classes_are_those_of_all(
    kept: list[Evidence], more: frozenset[str]
) -> None:
    classes = more | {record.class_name for record in kept[:2]}
    data = EvidenceBlob("text", "reader@1", TimeSpan(0, 1), tuple(kept)).encode()
    every = decode_blob(data).records
    some = decode_blob(data, classes={"text": classes}).records
    assert some == tuple(record for record in every if record.class_name in classes)
    assert decode_blob(data, classes={"sound": classes}).records == every


def test_blobs_of_a_media_share_the_spans_of_their_records() -> None:
    span = TimeSpan(0, 40, 0, 1)
    blobs = [
        EvidenceBlob(name, "engine@1", span, (Evidence(name, "engine@1", span),)).encode()
        for name in ("objects", "colors")
    ]
    spans: Spans = {}
    objects, colors = (decode_blob(blob, spans).records[0] for blob in blobs)
    assert objects.span is colors.span
    assert (objects, colors) == tuple(decode_blob(blob).records[0] for blob in blobs)
