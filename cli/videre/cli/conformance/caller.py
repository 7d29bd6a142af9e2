"""Calls with deadlines, and what a refusal must carry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import grpc
import grpc.aio
from google.protobuf.message import Message

from videre.cli.conformance.findings import Breach
from videre.cli.conformance.probe import Probe, Request
from videre.common.errors import REASONS, Reason, VidereError
from videre.common.wire_errors import error_from_rpc


class Caller:
    """Asks the engine of one probe."""

    def __init__(self, channel: grpc.aio.Channel, probe: Probe, patience_s: float) -> None:
        """Call over `channel`, and wait at most `patience_s` seconds for an answer."""
        self._call = probe.method(channel)
        self._probe = probe
        self._patience_s = patience_s
        #: What the typical request gave first, as `plain` bytes.
        self.first = b""

    def begin(self, request: Request, timeout_s: float | None = None) -> Any:
        """Begin a call; awaited, it gives the answer."""
        sent = iter(request) if self._probe.stream else request
        return self._call(sent, timeout=timeout_s or self._patience_s)

    async def ask(self, request: Request) -> Any:
        """Return the answer of a request that must be answered.

        Raises:
            Breach: it is refused, or the answer breaks the contract.
        """
        try:
            answer = await self.begin(request)
        except grpc.aio.AioRpcError as error:
            raise Breach(f"refused: {told(error)}") from error
        self.judge(request, answer)
        return answer

    def judge(self, request: Request, answer: Any) -> None:
        """Check an answer.

        Raises:
            Breach: it breaks the contract.
        """
        try:
            self._probe.judge(request, answer)
        except VidereError as error:
            raise Breach(error.message) from error

    async def refused(self, request: Request, reasons: Sequence[Reason]) -> VidereError:
        """Return the refusal of a request that must be refused for one of the reasons.

        Raises:
            Breach: it is answered, or refused in another way.
        """
        try:
            await self.begin(request)
        except grpc.aio.AioRpcError as error:
            refusal = proper(error)
            if refusal.reason not in reasons:
                wanted = " or ".join(reasons)
                raise Breach(f"refused with {refusal.reason} instead of {wanted}") from error
            return refusal
        raise Breach("answered, but is to be refused")

    async def answered_or_refused(self, request: Request) -> None:
        """Check that a request is answered by the contract or properly refused.

        Raises:
            Breach: neither.
        """
        try:
            answer = await self.begin(request)
        except grpc.aio.AioRpcError as error:
            proper(error)
        else:
            self.judge(request, answer)


def proper(error: grpc.aio.AioRpcError) -> VidereError:
    """Return what a refusal says, checked: reason, code, field.

    Raises:
        Breach: it has no details, or they contradict each other, or it is called a defect.
    """
    refusal = error_from_rpc(error)
    if refusal is None:
        raise Breach(f"{error.code().name} without the details of an error of Videre")
    if error.code().name != REASONS[refusal.reason].code:
        wanted = REASONS[refusal.reason].code
        raise Breach(f"{refusal.reason} as {error.code().name} instead of {wanted}")
    if refusal.reason is Reason.INTERNAL:
        raise Breach("INTERNAL: a defect of the service")
    if refusal.reason is Reason.FIELD_INVALID and not refusal.metadata.get("field"):
        raise Breach("FIELD_INVALID without the field")
    if not refusal.message:
        raise Breach(f"{refusal.reason} without a message")
    return refusal


def told(error: grpc.aio.AioRpcError) -> str:
    """Return code and words of an error in one line."""
    return f"{error.code().name} {' '.join((error.details() or '').split())[:200]}"


def plain(answer: Message) -> bytes:
    """Return an answer's bytes without what its time of computing was."""
    copy = type(answer)()
    copy.CopyFrom(answer)
    usage: Any = getattr(copy, "usage", ())
    for one in [usage] if isinstance(usage, Message) else usage:
        one.ClearField("cpu_seconds")
    return copy.SerializeToString(deterministic=True)
