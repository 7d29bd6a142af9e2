"""The chain of verdicts: whatever is changed, left out or moved, the first such link shows."""

from __future__ import annotations

import dataclasses
import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.common.values import canonical_json
from videre.exports.chain import BEGINNING, Breach, Broken, Head, check_chain, link_digest
from videre.exports.verdict_chain import Link

P = "films"


def chain(count: int, project: str = P) -> list[Link]:
    links: list[Link] = []
    previous = BEGINNING
    for number in range(1, count + 1):
        facts = {
            "project": project, "number": number, "media": f"m{number}", "revision": 1,
            "verdict_digest": f"{number:064x}", "libraries": ["a@1"],
        }  # fmt: skip
        previous = link_digest(previous, facts)
        text = canonical_json(facts).decode()
        links.append(Link(number, f"m{number}", 1, text, previous))
    return links


lengths = st.integers(1, 12)


@given(lengths)
def test_a_chain_fits_to_its_head(count: int) -> None:
    links = chain(count)
    assert check_chain(P, links) == (Head(count, links[-1].digest), None)
    assert check_chain(P, []) == (Head(), None)


@given(count=lengths, data=st.data())
def test_any_changed_fact_breaks_its_own_link(count: int, data: st.DataObject) -> None:
    links = chain(count)
    at = data.draw(st.integers(0, count - 1))
    name = data.draw(st.sampled_from(sorted(links[at].said())))
    changed = {**links[at].said(), name: data.draw(st.text(max_size=5) | st.integers(100, 200))}
    links[at] = dataclasses.replace(links[at], facts=canonical_json(changed).decode())
    assert check_chain(P, links)[1] == Broken(at + 1, Breach.FACTS)


@given(count=lengths, data=st.data())
def test_a_link_made_anew_breaks_the_next_one(count: int, data: st.DataObject) -> None:
    """Who changes facts and digest of one link has to change all that follow."""
    links = chain(count)
    at = data.draw(st.integers(0, count - 1))
    facts = {**links[at].said(), "verdict_digest": "f" * 64}
    before = links[at - 1].digest if at else BEGINNING
    digest = link_digest(before, facts)
    links[at] = dataclasses.replace(links[at], facts=canonical_json(facts).decode(), digest=digest)
    expected = Broken(at + 2, Breach.FACTS) if at + 1 < count else None
    assert check_chain(P, links)[1] == expected


@given(count=st.integers(2, 12), data=st.data())
def test_what_is_left_out_or_moved_shows(count: int, data: st.DataObject) -> None:
    links = chain(count)
    at = data.draw(st.integers(0, count - 2))
    assert check_chain(P, links[:at] + links[at + 1 :])[1] == Broken(at + 1, Breach.MISSING)
    swapped = [*links]
    swapped[at] = dataclasses.replace(links[at + 1], number=at + 1)
    assert check_chain(P, swapped)[1] == Broken(at + 1, Breach.FACTS)
    twice = [*links[: at + 1], *links[at:]]
    assert check_chain(P, twice)[1] == Broken(at + 2, Breach.MISSING)


def test_a_row_for_another_verdict_or_project_shows() -> None:
    links = chain(3)
    for changed in (
        dataclasses.replace(links[1], media_id="m9"), dataclasses.replace(links[1], revision=2),
    ):  # fmt: skip
        assert check_chain(P, [links[0], changed])[1] == Broken(2, Breach.PLACE)
    assert check_chain("others", links)[1] == Broken(1, Breach.PLACE)


@pytest.mark.parametrize("facts", ["", "[]", "{", '{"a": 1.5}', "null"])
def test_facts_that_are_none_show(facts: str) -> None:
    first, second = chain(2)
    broken = dataclasses.replace(second, facts=facts)
    assert check_chain(P, [first, broken]) == (Head(1, first.digest), Broken(2, Breach.FACTS))


def test_anybody_can_make_a_link() -> None:
    """The rule in words: SHA-256 of JSON with sorted keys, without blanks, in UTF-8."""
    first, second = chain(2)
    text = json.dumps(
        {"facts": json.loads(second.facts), "previous": first.digest},
        sort_keys=True, separators=(",", ":"), ensure_ascii=False,
    )  # fmt: skip
    assert hashlib.sha256(text.encode()).hexdigest() == second.digest
