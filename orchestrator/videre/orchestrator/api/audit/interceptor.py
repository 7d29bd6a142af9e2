"""Notes of every call who makes it, for the entries of what it changes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import grpc
import grpc.aio
from google.protobuf.message import Message

from videre.common import auth
from videre.common.clock import Clock
from videre.common.interceptors import Context, Continuation, Handler, wrap_handler
from videre.common.values import sha256_hex
from videre.orchestrator.store import audit

#: Pieces of uploads are thousands: the call that opens an upload and the one that completes it say
#: what came, by whom.
NOT_NOTED: Final = frozenset({"/videre.v1.MediaService/WriteUpload"})


class AuditInterceptor(grpc.aio.ServerInterceptor):
    """Comes after the caller is known; see `videre.orchestrator.store.audit`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def intercept_service(
        self, continuation: Continuation, handler_call_details: grpc.HandlerCallDetails
    ) -> Handler:
        """See the base class."""
        handler = await continuation(handler_call_details)
        method = handler_call_details.method
        if handler is None or auth.is_open(method) or method in NOT_NOTED:
            return handler

        @asynccontextmanager
        async def around(_context: Context, request: Any) -> AsyncIterator[None]:
            caller = auth.current_principal().subject
            audit.enter(audit.Note(caller, _short(method), _digest(request), self._clock))
            yield

        return wrap_handler(handler, around)


def _short(method: str) -> str:
    """Return "JobService/SubmitJob" of "/videre.v1.JobService/SubmitJob"."""
    service, name = method.rsplit("/", 2)[1:]
    return f"{service.rpartition('.')[2]}/{name}"


def _digest(request: Any) -> str:
    if not isinstance(request, Message):  # it comes in pieces
        return ""
    return sha256_hex(request.SerializeToString(deterministic=True))
