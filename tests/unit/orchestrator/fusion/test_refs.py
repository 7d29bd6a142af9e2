"""The strongest proofs are the same, whichever way they come."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from videre.common.values import TimeSpan
from videre.orchestrator.document import MAX_REFS
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.fusion.refs import Proof, reference, strength, strongest, strongest_of

RECORDS = st.lists(
    st.builds(
        lambda number, score, start, engine: Evidence(
            "objects", engine, TimeSpan(start, start + 1), score=score, id=f"{number:016x}/0"
        ),
        st.integers(0, 200), st.integers(0, 5), st.integers(0, 3), st.sampled_from(["a@1", "b@1"]),
    ),
    max_size=60,
    unique_by=lambda record: record.id,
)  # fmt: skip


@given(RECORDS, st.integers(0, 60))
def test_the_strongest_come_in_the_order_of_their_strength(
    records: list[Evidence], referred: int
) -> None:
    items: list[Proof] = [*map(reference, records[:referred]), *records[referred:]]
    assert strongest(items) == sorted(items, key=strength)[:MAX_REFS]


@given(RECORDS, st.lists(st.integers(0, 60), max_size=40))
def test_groups_have_the_strongest_of_all_their_proofs(
    records: list[Evidence], cuts: list[int]
) -> None:
    borders = sorted([0, *cuts, len(records)])
    groups = [strongest(records[a:b]) for a, b in pairwise(borders)]
    assert strongest_of([*groups, *groups]) == strongest([item for one in groups for item in one])
