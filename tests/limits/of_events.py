"""Limits of the calls about events and webhooks."""

from __future__ import annotations

from typing import Any

from limits.rows import REQUEST_ID, Row, id_rows, page_rows

_TYPES = (
    "job.queued, job.running, job.succeeded, job.partial, job.failed, job.cancelled, "
    "analysis.published, review.changed, job.*, analysis.*, review.*"
)
_STATES = "DELIVERY_STATE_PENDING, DELIVERY_STATE_DELIVERED, DELIVERY_STATE_DEAD"
_NUMBER = f"0..{2**63 - 1}"
_HOOK = {"uri": "https://example.com/hook"}


def _type_rows(call: str, **beside: Any) -> list[Row]:
    return [
        Row(call, "types", {"types": ["job.*"] * 33}, "32", "33", beside=beside),
        Row(call, "types[1]", {"types": ["job.*", "x"]}, _TYPES, "x", beside=beside),
    ]


def _uri_rows(call: str, **beside: Any) -> list[Row]:
    return [
        Row(call, "uri", {"uri": ""}, "an address", "", beside=beside),
        Row(call, "uri", {"uri": "h" * 2_049}, "2048 bytes", "2049", beside=beside),
    ]


_RULE = {"rule_id": "r", "webhook_ids": ["x"]}
_STATE_NAMES = (
    "JOB_STATE_QUEUED, JOB_STATE_RUNNING, JOB_STATE_SUCCEEDED, JOB_STATE_PARTIAL, "
    "JOB_STATE_FAILED, JOB_STATE_CANCELLED, each once"
)
_OCCASIONS = ("ROUTE_OCCASION_FINISH, ROUTE_OCCASION_CHANGE, ROUTE_OCCASION_VERDICT, "
              "ROUTE_OCCASION_REVIEWED, each once")  # fmt: skip
_SUGGESTIONS = "SUGGESTION_PASS, SUGGESTION_REVIEW, SUGGESTION_BLOCK, each once"


def _rule_rows(call: str) -> list[Row]:
    """Return rows for the rules of a call."""

    def row(field: str, given: dict[str, Any], limit: str, actual: str) -> Row:
        return Row(call, f"rules[0].{field}", {"rules": [_RULE | given]}, limit, actual)

    return [
        Row(
            call,
            "rules",
            {"rules": [_RULE | {"rule_id": f"r{n}"} for n in range(101)]},
            "100",
            "101",
        ),
        row("rule_id", {"rule_id": ""}, REQUEST_ID, ""),
        Row(call, "rules[1].rule_id", {"rules": [_RULE, _RULE]}, "unique ids", "r"),
        row("on[0]", {"on": [9]}, _OCCASIONS, "9"),
        row("on[1]", {"on": [1, 1]}, _OCCASIONS, "1"),
        row("states[0]", {"states": [99]}, _STATE_NAMES, "99"),
        row("verdicts[0]", {"verdicts": [9]}, _SUGGESTIONS, "9"),
        row("types", {"types": ["job.*"] * 33}, "32", "33"),
        row("types[0]", {"types": ["x"]}, _TYPES, "x"),
        row("labels", {"labels": ["x"] * 33}, "32", "33"),
        row("labels[0]", {"labels": ["x" * 129]}, "128 bytes", "129"),
        row("pipeline_ids", {"pipeline_ids": ["x"] * 33}, "32", "33"),
        row("pipeline_ids[0]", {"pipeline_ids": ["x" * 65]}, "64 bytes", "65"),
        row("branch_ids", {"branch_ids": ["x"] * 33}, "32", "33"),
        row("branch_ids[0]", {"branch_ids": ["x" * 65]}, "64 bytes", "65"),
        row("tags", {"tags": {f"k{n}": "*" for n in range(65)}}, "64", "65"),
        row("tags[k]", {"tags": {"k": "v" * 257}}, "256 bytes", "257"),
        row("webhook_ids", {"webhook_ids": []}, "1..16", "0"),
        row("webhook_ids", {"webhook_ids": ["x"] * 17}, "1..16", "17"),
    ]


EVENT_ROWS = [
    *_rule_rows("SetRoutes"),
    *_rule_rows("TestRoutes"),
    Row("GetRoutes", "version", {"version": -1}, _NUMBER, "-1"),
    Row("TestRoutes", "after_number", {"after_number": -1}, _NUMBER, "-1"),
    Row("TestRoutes", "page_size", {"page_size": 1_001}, "0..1000", "1001"),
    Row("CreateWebhook", "routed", {"routed": True, "types": ["job.*"]}, "one of the two", "both",
        beside=_HOOK),
    Row("UpdateWebhook", "routed", {"routed": True, "types": ["job.*"]}, "one of the two", "both",
        beside={"webhook_id": "x"}),
    Row("CreateWebhook", "binary", {"binary": True}, "structured mode", "binary",
        beside={"uri": "file:///x"}),
    *(Row(call, "after_number", {"after_number": -1}, _NUMBER, "-1")
      for call in ("ListEvents", "WatchEvents")),
    Row("ListEvents", "page_size", {"page_size": 1_001}, "0..1000", "1001"),
    *_type_rows("ListEvents"),
    *_type_rows("WatchEvents"),
    *_type_rows("CreateWebhook", **_HOOK),
    *_type_rows("UpdateWebhook", webhook_id="x"),
    *_uri_rows("CreateWebhook"),
    *_uri_rows("UpdateWebhook", webhook_id="x"),
    Row("CreateWebhook", "name", {"name": "n" * 129}, "128 bytes", "129", beside=_HOOK),
    Row("UpdateWebhook", "name", {"name": "n" * 129}, "128 bytes", "129",
        beside={"webhook_id": "x"}),
    Row("UpdateWebhook", "clear_types", {"clear_types": True, "types": ["job.*"]},
        "one of the two", "both", beside={"webhook_id": "x"}),
    *page_rows("ListWebhooks"),
    *id_rows("webhook_id", "an id", "GetWebhook", "UpdateWebhook", "DeleteWebhook",
             "RotateWebhookSecret", "ListDeliveries", "Redeliver"),
    Row("RemoveWebhookSecret", "webhook_id", {"webhook_id": ""}, "an id", "",
        beside={"key_id": "x"}),
    Row("RemoveWebhookSecret", "key_id", {"key_id": ""}, "an id", "", beside={"webhook_id": "x"}),
    *page_rows("ListDeliveries", webhook_id="x"),
    Row("ListDeliveries", "state", {"state": 9}, _STATES, "9", beside={"webhook_id": "x"}),
    Row("Redeliver", "numbers", {"numbers": [1] * 1_001}, "1000", "1001",
        beside={"webhook_id": "x"}),
    Row("Redeliver", "numbers[1]", {"numbers": [1, 0]}, f"1..{2**63 - 1}", "0",
        beside={"webhook_id": "x"}),
]  # fmt: skip
