"""VidereError ↔ google.rpc.Status: the only place that knows how an error travels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Final, TypeVar

import grpc
from google.protobuf import any_pb2, duration_pb2
from google.protobuf.message import DecodeError, Message
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status

from videre.common.errors import DOMAIN, FieldViolation, Reason, VidereError

#: A status travels in metadata, of which gRPC peers refuse more than 8 KiB. On the wire the message
#: takes up to three times its bytes (percent encoding) and the details 4/3 of theirs (base64):
#: 3 × 600 + 4/3 × (600 + 8 × 240 + 8 × 120 + envelopes) stays below 7 KiB. All in UTF-8 bytes.
_MESSAGE_BYTES: Final = 600
_DETAIL_BYTES: Final = 120
_MAX_VIOLATIONS: Final = 8
_MAX_METADATA: Final = 8
#: Trailer in which a status travels with its details.
DETAILS_KEY: Final = "grpc-status-details-bin"
_NS: Final = 1_000_000_000

M = TypeVar("M", bound=Message)


def to_status(error: VidereError) -> grpc.Status:
    """Return the error as a gRPC status with ErrorInfo, BadRequest and RetryInfo.

    Long texts are cut, and at most eight violations and eight metadata entries are sent; these have
    960 bytes together.
    """
    details: list[Message] = [
        error_details_pb2.ErrorInfo(
            reason=error.reason,
            domain=DOMAIN,
            metadata=_fitting(dict(islice(error.metadata.items(), _MAX_METADATA))),
        )
    ]
    if error.violations:
        details.append(
            error_details_pb2.BadRequest(
                field_violations=[
                    error_details_pb2.BadRequest.FieldViolation(
                        field=_cut(violation.field, _DETAIL_BYTES),
                        description=_cut(violation.description, _DETAIL_BYTES),
                    )
                    for violation in error.violations[:_MAX_VIOLATIONS]
                ]
            )
        )
    if error.retry_after_s is not None:
        seconds, nanos = divmod(round(error.retry_after_s * _NS), _NS)
        delay = duration_pb2.Duration(seconds=seconds, nanos=nanos)
        details.append(error_details_pb2.RetryInfo(retry_delay=delay))
    code: int = grpc.StatusCode[error.code].value[0]
    status = status_pb2.Status(
        code=code,
        message=_cut(error.message, _MESSAGE_BYTES),
        details=[_pack(item) for item in details],
    )
    return rpc_status.to_status(status)


def _fitting(texts: Mapping[str, str]) -> dict[str, str]:
    """Return texts that have no more bytes than their share of the room in all.

    What short ones leave is for the long ones: a list of names may need all of it.
    """
    room = _MAX_METADATA * _DETAIL_BYTES
    fitted = dict(texts)
    for number, key in enumerate(sorted(texts, key=lambda key: len(texts[key].encode()))):
        fitted[key] = _cut(texts[key], room // (len(texts) - number))
        room -= len(fitted[key].encode())
    return fitted


def _cut(text: str, size: int) -> str:
    """Return the text, or as much of it as fits into `size` bytes, ending in "…"."""
    encoded = text.encode()
    if len(encoded) <= size:
        return text
    return encoded[: size - len("…".encode())].decode(errors="ignore") + "…"


def _pack(message: Message) -> any_pb2.Any:
    packed = any_pb2.Any()
    packed.Pack(message)
    return packed


def error_from_rpc(error: grpc.aio.AioRpcError) -> VidereError | None:
    """Return the VidereError that a Videre server sent, or None when it did not come from one.

    A reason that this release does not know, from a newer server, also gives None.
    """
    trailing: Iterable[tuple[str, str | bytes]] = error.trailing_metadata() or ()
    packed = next((value for key, value in trailing if key == DETAILS_KEY), None)
    if not isinstance(packed, bytes):
        return None
    try:
        status = status_pb2.Status.FromString(packed)
    except DecodeError:
        return None
    info = _find(status, error_details_pb2.ErrorInfo())
    if info is None or info.domain != DOMAIN or info.reason not in Reason.__members__:
        return None
    retry = _find(status, error_details_pb2.RetryInfo())
    after = None if retry is None else retry.retry_delay.seconds + retry.retry_delay.nanos / _NS
    return VidereError(
        Reason(info.reason),
        status.message,
        violations=_violations(status, dict(info.metadata)),
        metadata=dict(info.metadata),
        retry_after_s=after,
    )


def _violations(status: status_pb2.Status, metadata: dict[str, str]) -> tuple[FieldViolation, ...]:
    bad = _find(status, error_details_pb2.BadRequest())
    if bad is None:
        return ()
    return tuple(
        FieldViolation(
            item.field,
            item.description,
            # ErrorInfo.metadata carries limit and actual value of the field it names.
            metadata.get("limit", "") if metadata.get("field") == item.field else "",
            metadata.get("actual", "") if metadata.get("field") == item.field else "",
        )
        for item in bad.field_violations
    )


def _find(status: status_pb2.Status, into: M) -> M | None:
    return next((into for detail in status.details if detail.Unpack(into)), None)
