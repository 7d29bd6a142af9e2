"""The table of reasons, and errors that survive a journal."""

import pickle

import grpc
import pytest

from videre.common.errors import REASONS, Reason, VidereError, invalid
from videre.common.wire_errors import to_status


def test_every_reason_has_a_code_of_grpc_and_a_meaning() -> None:
    assert set(REASONS) == set(Reason)
    for reason, spec in REASONS.items():
        assert reason.value == reason.name
        assert spec.code in grpc.StatusCode.__members__
        assert spec.meaning.endswith(".")


def test_an_error_survives_pickling_whole() -> None:
    error = VidereError(
        Reason.OVERLOADED,
        "full",
        violations=invalid("a", "b", limit="c", actual="d").violations,
        metadata={"k": "v"},
        retry_after_s=1.5,
    )
    again = pickle.loads(pickle.dumps(error))
    assert vars(again) == vars(error)
    assert str(again) == "OVERLOADED: full"


def test_a_violation_names_field_limit_and_actual_value() -> None:
    error = invalid("priority", "is not 0..9", limit="0..9", actual="12")
    assert error.reason is Reason.FIELD_INVALID
    assert error.metadata == {"field": "priority", "limit": "0..9", "actual": "12"}


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_makes_a_status(reason: Reason) -> None:
    status = to_status(VidereError(reason, "x"))
    assert status.code.name == REASONS[reason].code
