"""What a decision says of every finding, and what people advise then."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.common.errors import VidereError
from videre.orchestrator.document import Suggestion
from videre.orchestrator.review.model import Cause, Outcome, Ruling, Said
from videre.orchestrator.review.rulings import advised, ruled

UPHOLD = Said(Outcome.UPHOLD, Cause.VIOLATION)
OVERTURN = Said(Outcome.OVERTURN, Cause.FALSE_POSITIVE)


@dataclass(frozen=True, slots=True)
class At:
    index: int
    category: str
    medium: str


FOUND = (At(0, "porn", "image"), At(1, "porn", "text"), At(2, "ad", "text"))


def ruling(said: Said, finding: int | None = None, category: str = "", medium: str = "") -> Ruling:
    return Ruling(finding, category, medium, said.outcome, said.cause)


def test_the_whole_is_said_of_all_that_no_ruling_names() -> None:
    said = ruled(FOUND, Outcome.OVERTURN, Cause.FALSE_POSITIVE, [ruling(UPHOLD, 1)])
    assert said == {0: OVERTURN, 1: UPHOLD, 2: OVERTURN}


def test_a_category_is_named_in_all_media_or_one() -> None:
    said = ruled(FOUND, None, None, [ruling(UPHOLD, None, "porn"), ruling(OVERTURN, 2)])
    assert said == {0: UPHOLD, 1: UPHOLD, 2: OVERTURN}
    said = ruled(FOUND, *(OVERTURN.outcome, OVERTURN.cause), [ruling(UPHOLD, None, "porn", "text")])
    assert [one.outcome for one in said.values()] == ["OVERTURN", "UPHOLD", "OVERTURN"]


def test_the_last_ruling_on_a_finding_counts() -> None:
    said = ruled(FOUND[:1], None, None, [ruling(UPHOLD, 0), ruling(OVERTURN, 0)])
    assert said == {0: OVERTURN}


@pytest.mark.parametrize(
    ("rulings", "field", "actual"),
    [
        ([ruling(UPHOLD, 3)], "rulings[0]", "3"),
        ([ruling(UPHOLD, 0), ruling(UPHOLD, None, "ad", "image")], "rulings[1]", "ad/image"),
        ([ruling(UPHOLD, 0)], "rulings", "1: porn/text"),
    ],
)
def test_rulings_name_findings_and_leave_none_out(
    rulings: list[Ruling], field: str, actual: str
) -> None:
    with pytest.raises(VidereError) as refused:
        ruled(FOUND, None, None, rulings)
    (violation,) = refused.value.violations
    assert (violation.field, violation.actual) == (field, actual)


@given(st.lists(st.sampled_from([UPHOLD, OVERTURN])))
def test_people_advise_the_worst_of_what_they_say(said: list[Said]) -> None:
    expected = Suggestion.BLOCK if UPHOLD in said else Suggestion.PASS
    assert advised(said) is expected
    assert advised(reversed(said)) is expected
