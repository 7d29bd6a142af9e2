"""Who a caller is, and in which project: pure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.common.auth import LOCAL, Principal, Role
from videre.common.errors import Reason, VidereError
from videre.orchestrator.access.gate import placed
from videre.orchestrator.access.keys import digest_of, is_told_by, key_id, new_key

NAMES = st.sampled_from(["default", "films", "news", "sport"])
ADA = Principal("ada", "films", frozenset({Role.VIEWER}))


def test_a_key_is_told_by_its_digest_and_by_no_other_key() -> None:
    first, second = new_key(), new_key()
    assert key_id(first.secret) == first.id
    assert is_told_by(first.secret, first.digest)
    assert not is_told_by(second.secret, first.digest)
    assert first.secret not in first.digest


@pytest.mark.parametrize(
    "text", ["", "videre_", "videre_0123456789abcdef_short", "Videre_" + "0" * 60, "a.b.c"]
)
def test_what_is_no_key_has_no_id(text: str) -> None:
    assert key_id(text) is None


@given(st.text())
def test_a_digest_is_of_one_text(text: str) -> None:
    assert is_told_by(text, digest_of(text))
    assert not is_told_by(text + "x", digest_of(text))


@given(NAMES, st.frozensets(NAMES), st.frozensets(NAMES), st.just("") | NAMES)
def test_nobody_is_placed_where_they_do_not_belong(
    own: str, others: frozenset[str], opened: frozenset[str], named: str
) -> None:
    caller = Principal("ada", own, frozenset(Role), others=others)
    if own not in opened or named not in {"", *({own} | others) & opened}:
        with pytest.raises(VidereError) as refused:
            placed(caller, opened, named)
        assert refused.value.reason is Reason.PROJECT_FORBIDDEN
        return
    found = placed(caller, opened, named)
    assert found.project == (named or own)
    assert {found.project, *found.others} <= ({own} | others) & opened
    assert found.roles == caller.roles


def test_the_owner_may_name_every_open_project() -> None:
    found = placed(LOCAL, frozenset({"default", "films"}), "films")
    assert found.project == "films"
    assert "default" in found.others
    with pytest.raises(VidereError):
        placed(LOCAL, frozenset({"default"}), "films")


def test_a_closed_project_refuses_its_own_callers() -> None:
    with pytest.raises(VidereError, match="films"):
        placed(ADA, frozenset({"default"}), "")
