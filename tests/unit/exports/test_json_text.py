"""The JSON of an export is protobuf's own, byte for byte."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest
from doubles.drop_frame_film import drop_frame_subject, rich_analysis
from google.protobuf import json_format
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from hypothesis import given
from hypothesis import strategies as st

from videre.exports.csv_table import csv_pieces, to_csv
from videre.exports.json_result import json_pieces, to_json
from videre.exports.json_text import message_pieces, message_text
from videre.exports.segments import LISTS
from videre.v1 import analysis_pb2, job_pb2, template_pb2

TEXTS = ("", "a", "火箭 🚀", 'quote " \\ \n\t\x00\x1f\x7f\u2028 </script>', "é" * 3)
FLOATS = (0.0, -0.0, 1.0, 0.9876, 1 / 3, 1e-30, 3.4e38, -2.5, math.inf, -math.inf, math.nan)


def plain(message: Message) -> str:
    return json_format.MessageToJson(message, indent=1, ensure_ascii=False)


def fill(message: Message, rng: random.Random, depth: int) -> None:
    """Set some fields of a message to something, whatever they are."""
    for field in message.DESCRIPTOR.fields:
        if rng.random() < 0.4:
            continue
        inner = field.message_type
        if inner is not None and inner.GetOptions().map_entry:
            for key in rng.sample(TEXTS, 2):
                getattr(message, field.name)[key] = rng.choice(TEXTS)
        elif inner is not None:
            if depth:
                held = getattr(message, field.name)
                if field.is_repeated:
                    for _ in range(rng.randrange(3)):
                        fill_message(held.add(), rng, depth - 1)
                else:
                    held.SetInParent()
                    fill_message(held, rng, depth - 1)
        elif field.is_repeated:
            getattr(message, field.name).extend(value_of(field, rng) for _ in range(2))
        else:
            setattr(message, field.name, value_of(field, rng))


def fill_message(message: Any, rng: random.Random, depth: int) -> None:
    name = message.DESCRIPTOR.full_name
    if name == "google.protobuf.Duration":
        sign = rng.choice((1, 1, -1))
        message.seconds = sign * rng.randrange(10**6)
        message.nanos = sign * rng.choice((0, 5_000_000, 120_000_000, 7_000, 7, 999_999_999))
    elif name == "google.protobuf.Timestamp":
        message.seconds, message.nanos = rng.randrange(10**9), rng.choice((0, 1, 500_000_000))
    else:
        fill(message, rng, depth)


def value_of(field: FieldDescriptor, rng: random.Random) -> Any:
    if field.enum_type is not None:
        return rng.choice([*(value.number for value in field.enum_type.values), 99])
    if field.type == FieldDescriptor.TYPE_BYTES:
        return rng.randbytes(rng.randrange(5))
    kind = field.cpp_type
    if kind == FieldDescriptor.CPPTYPE_STRING:
        return rng.choice(TEXTS)
    if kind == FieldDescriptor.CPPTYPE_BOOL:
        return rng.random() < 0.5
    if kind in (FieldDescriptor.CPPTYPE_FLOAT, FieldDescriptor.CPPTYPE_DOUBLE):
        return rng.choice((*FLOATS, rng.random(), rng.randrange(10_001) / 10_000))
    return rng.choice((0, 1, 2**31 - 1))


@pytest.mark.parametrize(
    "kind", [analysis_pb2.Analysis, job_pb2.QueryJobResponse, template_pb2.Template]
)
@given(seed=st.integers(0, 2**32))
def test_any_message_has_the_text_of_the_mapping(kind: type[Message], seed: int) -> None:
    message = kind()
    fill(message, random.Random(seed), depth=5)
    assert message_text(message) == plain(message)
    for depth in range(3):
        assert "".join(message_pieces(message, "", depth)) == plain(message)


@given(st.floats(width=32) | st.integers(0, 10_000).map(lambda n: n / 10_000))
def test_any_float_has_its_shortest_digits(value: float) -> None:
    label = analysis_pb2.Label(confidence=value)
    assert message_text(label) == plain(label)


@pytest.mark.parametrize("analysis", [rich_analysis(), analysis_pb2.Analysis()])
def test_a_file_in_pieces_is_the_whole(analysis: analysis_pb2.Analysis) -> None:
    subject = drop_frame_subject(analysis=analysis)
    answer = job_pb2.QueryJobResponse(job=subject.job, analysis=analysis)
    assert to_json(subject).decode() == plain(answer)
    head = analysis_pb2.Analysis()
    head.CopyFrom(analysis)
    for name in LISTS:
        head.ClearField(name)
    table = csv_pieces(subject.job, head, lambda name: iter(getattr(analysis, name)))
    assert "".join(table).encode() == to_csv(subject)
    pieces = json_pieces(subject.job, head, lambda name: iter(getattr(analysis, name)))
    assert "".join(pieces) == plain(answer)
