"""The policy table: closed unless somebody decided."""

import pytest

from videre.common.auth import Principal, Role, authorise, check_policy, methods_of
from videre.common.errors import Reason, VidereError
from videre.internal.v1 import asr_pb2

SERVICE = asr_pb2.DESCRIPTOR.services_by_name["AsrService"]
DETECT, TRANSCRIBE, DIARIZE = methods_of(SERVICE)
ADA = Principal("ada", "films", frozenset({Role.VIEWER, Role.SUBMITTER}))


def test_a_complete_table_has_no_problems() -> None:
    table = {DETECT: Role.VIEWER, TRANSCRIBE: Role.ADMIN, DIARIZE: Role.SUBMITTER}
    assert check_policy([SERVICE], table) == []


def test_missing_and_stale_rows_are_named() -> None:
    table = {DETECT: Role.VIEWER, DIARIZE: Role.VIEWER, "/gone/Method": Role.ADMIN}
    problems = check_policy([SERVICE], table)
    assert problems == [f"no row for {TRANSCRIBE}", "no method for the row /gone/Method"]


def test_a_role_in_the_table_is_enough() -> None:
    authorise(DETECT, ADA, {DETECT: Role.SUBMITTER})


@pytest.mark.parametrize("policy", [{DETECT: Role.ADMIN}, {}, {TRANSCRIBE: Role.VIEWER}])
def test_anything_else_is_refused(policy: dict[str, Role]) -> None:
    with pytest.raises(VidereError) as refused:
        authorise(DETECT, ADA, policy)
    assert refused.value.reason is Reason.ROLE_MISSING
