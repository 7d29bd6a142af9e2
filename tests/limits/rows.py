"""A row of the table of limits, and the rows that several calls share."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from videre.orchestrator.api.messages.segments import MAKERS

HEX = "[0-9a-f]{64}"
REQUEST_ID = "[A-Za-z0-9\\-_.:]{1,64}"
VIEWS = (
    "ANALYSIS_VIEW_BASIC, ANALYSIS_VIEW_FULL, ANALYSIS_VIEW_LABELS, ANALYSIS_VIEW_PERSONS, "
    "ANALYSIS_VIEW_TIMELINE"
)
LISTS = ", ".join(MAKERS)


@dataclass(frozen=True, slots=True)
class Row:
    """A call with one field out of range, and what it is refused with."""

    call: str
    field: str
    given: dict[str, Any]
    limit: str
    actual: str
    reason: str = "FIELD_INVALID"
    beside: dict[str, Any] = dataclasses.field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.call}.{self.field}={self.actual[:20]}"


def tag_rows(call: str, **beside: Any) -> list[Row]:
    return [
        Row(call, "tags", {"tags": {f"k{i}": "v" for i in range(65)}}, "64", "65", beside=beside),
        Row(call, "tags", {"tags": {"": "v"}}, "1..128 bytes", "", beside=beside),
        Row(call, f"tags[{'k' * 32}] key", {"tags": {"k" * 129: "v"}}, "128 bytes", "129",
            beside=beside),
        Row(call, "tags[k]", {"tags": {"k": "v" * 257}}, "256 bytes", "257", beside=beside),
    ]  # fmt: skip


def text_rows(call: str, **beside: Any) -> list[Row]:
    return [
        Row(call, "title", {"title": "字" * 86}, "256 bytes", "258", beside=beside),
        Row(call, "description", {"description": "d" * 1_025}, "1024 bytes", "1025",
            beside=beside),
    ]  # fmt: skip


def page_rows(call: str, **beside: Any) -> list[Row]:
    bad = {"page_token": "x"}
    return [
        Row(call, "page_size", {"page_size": -1}, "0..1000", "-1", beside=beside),
        Row(call, "page_size", {"page_size": 1_001}, "0..1000", "1001", beside=beside),
        Row(call, "page_token", bad, "a token of this call", "x", "PAGE_TOKEN_INVALID", beside),
    ]


def filter_rows(call: str, **beside: Any) -> list[Row]:
    return [
        Row(call, "filter.kinds[1]", {"filter": {"kinds": ["shots", "x"]}}, LISTS, "x",
            beside=beside),
        Row(call, "filter.min_confidence", {"filter": {"min_confidence": 1.5}}, "0..1", "1.5",
            beside=beside),
        Row(call, "filter.min_confidence", {"filter": {"min_confidence": float("nan")}}, "0..1",
            "nan", beside=beside),
    ]  # fmt: skip


def question_rows(call: str, **beside: Any) -> list[Row]:
    view = Row(call, "view", {"view": 6}, VIEWS, "6", beside=beside)
    return [view, *filter_rows(call, **beside)]


def id_rows(name: str, limit: str, *calls: str) -> list[Row]:
    return [Row(call, name, {name: ""}, limit, "") for call in calls]


def named_rows(call: str, **beside: Any) -> list[Row]:
    """Return rows for a name and a description of 256 and 1,024 bytes."""
    return [
        Row(call, "name", {"name": "字" * 86}, "256 bytes", "258", beside=beside),
        Row(call, "name", {"name": "a\0"}, "no zero character", "a\0", beside=beside),
        Row(call, "description", {"description": "d" * 1_025}, "1024 bytes", "1025",
            beside=beside),
    ]  # fmt: skip
