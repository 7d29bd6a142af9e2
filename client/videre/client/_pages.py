"""Lists that the server sends in pages: the one flow that reads them all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, TypeVar

from videre.client._flow import Context, Emit, EmitFlow
from videre.client._rpc import Method, RequestT, ResponseT

#: Items asked for per page; the API allows 1,000.
PAGE_SIZE: Final = 500

T = TypeVar("T")


def every(
    context: Context,
    method: Method[RequestT, ResponseT],
    request: RequestT,
    items: Callable[[ResponseT], Iterable[T]],
) -> EmitFlow[T]:
    """Emit the items of a list, page after page; a page is asked for when the last is used up.

    Args:
        context: what every flow is given.
        method: the method; its messages have `page_size`, `page_token` and `next_page_token`.
        request: what is asked for; its page size stands, unless it is 0.
        items: the items of an answer.
    """
    asked: Any = method.request()
    asked.CopyFrom(request)
    asked.page_size = asked.page_size or PAGE_SIZE
    while True:
        page: Any = yield from context.call(method, asked)
        for item in items(page):
            yield Emit(item)
        asked.page_token = page.next_page_token
        if not asked.page_token:
            return
