"""W3C trace context: continued when well-formed, begun anew when not."""

import re

import pytest

from videre.common.tracing import child_of, trace_id

RECEIVED = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"


def test_a_child_keeps_trace_and_flags_and_has_its_own_span() -> None:
    child = child_of(RECEIVED)
    assert trace_id(child) == trace_id(RECEIVED)
    assert child.endswith("-00")
    assert child != RECEIVED


@pytest.mark.parametrize(
    "received",
    [
        None,
        "",
        "nonsense",
        RECEIVED.upper(),
        "ff" + RECEIVED[2:],
        f"00-{'0' * 32}-b7ad6b7169203331-01",
        f"00-0af7651916cd43dd8448eb211c80319c-{'0' * 16}-01",
    ],
)
def test_what_is_malformed_starts_a_new_trace(received: str | None) -> None:
    child = child_of(received)
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-01", child)
    assert trace_id(child) != trace_id(RECEIVED)
