"""Limits of the calls about triggers."""

from __future__ import annotations

from typing import Any

from limits.rows import Row, id_rows

_ID = "[a-z0-9][a-z0-9_-]{0,49}"
_NUMBER = f"0..{2**63 - 1}"
_STATES = (
    "TRIGGER_FILE_STATE_SEEN, TRIGGER_FILE_STATE_SUBMITTED, TRIGGER_FILE_STATE_DONE, "
    "TRIGGER_FILE_STATE_ERROR"
)


def _rows(call: str) -> list[Row]:
    def row(field: str, given: Any, limit: str, actual: str) -> Row:
        trigger = {"trigger_id": "t", "uri": "file:///x", field.partition("[")[0]: given}
        return Row(call, f"trigger.{field}", {"trigger": trigger}, limit, actual)

    return [
        row("trigger_id", "A", _ID, "A"),
        row("name", "字" * 43, "128 bytes", "129"),
        row("uri", "f" * 2_049, "2048 bytes", "2049"),
        row("include", ["*"] * 33, "32", "33"),
        row("include[0]", ["*" * 257], "256 bytes", "257"),
        row("exclude", ["*"] * 33, "32", "33"),
        row("exclude[0]", ["*" * 257], "256 bytes", "257"),
        row("stable_for", {"seconds": 86_401}, "0..86400", "86401.0"),
        row("interval", {"nanos": 500_000_000}, "1..86400", "0.5"),
    ]


TRIGGER_ROWS = [
    *_rows("SetTrigger"),
    *_rows("TestTrigger"),
    *id_rows("trigger_id", "an id", "GetTrigger", "DeleteTrigger", "ListTriggerFiles",
             "RetryTriggerFiles"),
    Row("GetTrigger", "version", {"version": -1}, _NUMBER, "-1", beside={"trigger_id": "t"}),
    Row("ListTriggerFiles", "state", {"state": 9}, _STATES, "9", beside={"trigger_id": "t"}),
    Row("ListTriggerFiles", "page_size", {"page_size": 1_001}, "0..1000", "1001",
        beside={"trigger_id": "t"}),
    Row("ListTriggerFiles", "page_token", {"page_token": "x"}, "a token of this call", "x",
        "PAGE_TOKEN_INVALID", beside={"trigger_id": "t"}),
    Row("RetryTriggerFiles", "numbers", {"numbers": [1] * 1_001}, "1000", "1001",
        beside={"trigger_id": "t"}),
    Row("RetryTriggerFiles", "numbers[1]", {"numbers": [1, 0]}, f"1..{2**63 - 1}", "0",
        beside={"trigger_id": "t"}),
]  # fmt: skip
