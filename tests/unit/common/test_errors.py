"""The table of reasons, and errors that survive a journal."""

import pickle

import grpc
from google.rpc import error_details_pb2, status_pb2
from hypothesis import given
from hypothesis import strategies as st

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


def test_every_reason_makes_a_status() -> None:
    made = {reason: to_status(VidereError(reason, "x")).code.name for reason in Reason}
    assert made == {reason: REASONS[reason].code for reason in Reason}


def sent(metadata: dict[str, str]) -> dict[str, str]:
    """Return the metadata that a caller gets of an error."""
    status = to_status(VidereError(Reason.FIELD_INVALID, "x", metadata=metadata))
    packed = next(
        value
        for key, value in status.trailing_metadata or ()
        if key == "grpc-status-details-bin" and isinstance(value, bytes)
    )
    info = error_details_pb2.ErrorInfo()
    assert status_pb2.Status.FromString(packed).details[0].Unpack(info)
    return dict(info.metadata)


def test_a_list_of_names_is_told_whole() -> None:
    names = ", ".join(f"a_list_of_many_{number}" for number in range(40))
    metadata = {"field": "filter.kinds[0]", "limit": names, "actual": "x"}
    assert len(names) > 700
    assert sent(metadata) == metadata


@given(st.dictionaries(st.sampled_from("abcdefghij"), st.text(max_size=2_000), max_size=10))
def test_metadata_keep_to_their_room(metadata: dict[str, str]) -> None:
    got = sent(metadata)
    assert sum(len(value.encode()) for value in got.values()) <= 960
    for key, value in got.items():
        whole = metadata[key]
        assert value == whole or (value.endswith("…") and whole.startswith(value[:-1]))
        assert value == whole or len(value.encode()) > 110, "cut although there was room"
