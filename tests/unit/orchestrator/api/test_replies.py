"""Cutting lists by bytes: what fits, in order, at least one, none made in vain."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from google.protobuf.wrappers_pb2 import BytesValue

from videre.orchestrator.api.replies import FRAMING, fitting

ONE = BytesValue(value=bytes(100)).ByteSize() + FRAMING


@pytest.mark.parametrize(
    ("room", "count"),
    [(0, 1), (ONE, 1), (2 * ONE - 1, 1), (2 * ONE, 2), (9 * ONE, 5)],
)
def test_as_many_as_fit_but_at_least_one(room: int, count: int) -> None:
    made = 0

    def messages() -> Iterator[BytesValue]:
        nonlocal made
        for number in range(5):
            made += 1
            yield BytesValue(value=bytes([number]) * 100)

    kept = fitting(messages(), room)
    assert [message.value[0] for message in kept] == list(range(count))
    assert made <= count + 1


def test_nothing_of_nothing() -> None:
    assert fitting([]) == []
