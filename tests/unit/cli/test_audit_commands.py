"""`videre audit …`: what is sent, what is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from doubles.world import World

Run = Callable[..., Any]


def test_entries_are_listed_the_last_first(videre: Run, world: World) -> None:
    shown = videre("audit", "list", "--project", "films", "--method", "JobService/SubmitJob").out
    for words in ("ada [lab]", "JobService/CancelJob", "j2", "aaaaaaaa", "bbbbbbbb", "… 29 more"):
        assert words in shown, words
    assert shown.index("j2") < shown.index("j1")
    first, second = world.calls("ListAuditEntries")
    assert (first.project_id, first.method, second.page_token) == (
        "films", "JobService/SubmitJob", "1",
    )  # fmt: skip
    found = videre("audit", "list", "--limit", "1", "--json").json()
    assert [entry["number"] for entry in found] == ["2"]


def test_the_chain_is_verified(videre: Run, world: World) -> None:
    ran = videre("audit", "verify")
    assert (ran.code, f"chain intact 2 links, head 2:{'c' * 64}" in ran.out) == (0, True)
    broken = videre("audit", "verify", "--known", "1:dd", "--json")
    assert (broken.code, broken.json()["brokenNumber"]) == (1, "1")
    assert world.calls("VerifyAuditLog")[1].known_entry_digest == "dd"
    assert videre("audit", "verify", "--known", "x").code == 2
