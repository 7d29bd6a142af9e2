"""Limits of the calls about events and webhooks."""

from __future__ import annotations

from typing import Any

from limits.rows import Row, id_rows, page_rows

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


EVENT_ROWS = [
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
