"""Pages of recorded analyses, and of lists. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeVar

import grpc
from google.protobuf.message import Message

from videre.client.testing._refusals import Refusal, bad_token, invalid
from videre.v1 import analysis_pb2

_DEFAULT_PAGE: Final = 200
_LIST_PAGE: Final = 50
_MOST: Final = 1_000
_M = TypeVar("_M", bound=Message)
#: Lists that come with every page; all other lists are cut into pages.
_ALWAYS: Final = frozenset({"engines", "stages", "event_rules"})
_VIEWS: Final = {
    analysis_pb2.ANALYSIS_VIEW_BASIC: frozenset({"labels"}),
    analysis_pb2.ANALYSIS_VIEW_FULL: None,
    analysis_pb2.ANALYSIS_VIEW_LABELS: frozenset({"labels"}),
    analysis_pb2.ANALYSIS_VIEW_PERSONS: frozenset({"people", "faces"}),
}


def page_of(analysis: analysis_pb2.Analysis, request: Any) -> tuple[analysis_pb2.Analysis, str]:
    """Return a page of an analysis and the token of the next one, "" at the end.

    Args:
        analysis: all of it.
        request: with view, filter, page_size and page_token; of filters only kinds.

    Raises:
        Refusal: a field is wrong, or asks for what a recording cannot answer.
    """
    lists = _lists(analysis, request)
    size = request.page_size or _DEFAULT_PAGE
    if not 1 <= size <= _MOST:
        raise invalid("page_size", f"must be 0..{_MOST}")
    if request.page_token and not request.page_token.isdecimal():
        raise bad_token()
    start = int(request.page_token or 0)
    page = analysis_pb2.Analysis()
    page.CopyFrom(analysis)
    for name in _every_list():
        del getattr(page, name)[:]
    items = [(name, item) for name in lists for item in getattr(analysis, name)]
    for name, item in items[start : start + size]:
        getattr(page, name).append(item)
    return page, str(start + size) if start + size < len(items) else ""


def _lists(analysis: analysis_pb2.Analysis, request: Any) -> list[str]:
    view = request.view or analysis_pb2.ANALYSIS_VIEW_BASIC
    if view not in _VIEWS:
        raise _unknown("view", "the fake server has no such view")
    others = [
        field.name for field, _ in request.filter.ListFields()
        if field.name not in ("kinds", "language_code")
    ]  # fmt: skip
    if others:
        raise _unknown(f"filter.{others[0]}", "the fake server filters by kinds alone")
    wanted, kinds = _VIEWS[view], set(request.filter.kinds)
    return [
        name
        for name in _every_list()
        if (wanted is None or name in wanted) and (not kinds or name in kinds)
    ]


def _every_list() -> Iterator[str]:
    for field in analysis_pb2.Analysis.DESCRIPTOR.fields:
        value = getattr(analysis_pb2.Analysis(), field.name)
        if not isinstance(value, Message) and hasattr(value, "append") and (
            field.name not in _ALWAYS
        ):  # fmt: skip
            yield field.name


def _unknown(field: str, words: str) -> Refusal:
    return Refusal(
        grpc.StatusCode.UNIMPLEMENTED, "FEATURE_UNIMPLEMENTED", f"{field}: {words}", {field: words}
    )


def newest(items: Sequence[_M], after: str, size: int, key: str) -> tuple[list[_M], str]:
    """Return a page of items, the newest first, and the token of the next one.

    Args:
        items: in the order in which they were made.
        after: id after which to go on; "" = from the newest.
        key: name of the field with the id.

    Raises:
        Refusal: FIELD_INVALID, PAGE_TOKEN_INVALID.
    """
    if not 0 <= size <= _MOST:
        raise invalid("page_size", f"must be 0..{_MOST}")
    left = list(reversed(items))
    if after:
        places = [place for place, item in enumerate(left) if getattr(item, key) == after]
        if not places:
            raise bad_token()
        left = left[places[0] + 1 :]
    page = left[: size or _LIST_PAGE]
    return page, getattr(page[-1], key) if len(left) > len(page) else ""
