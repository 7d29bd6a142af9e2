"""Refusals as a server gives them: a status with its details."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NoReturn

import grpc
from google.protobuf.any_pb2 import Any
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status

_MILLI: Final = 1_000


@dataclass(frozen=True)
class Refusal(Exception):
    """What a call is refused with.

    Args:
        code: the status.
        reason: stable reason, such as "QUOTA_EXCEEDED"; "" = none is given.
        message: one sentence for people.
        fields: fields that are wrong, and why.
        metadata: details by name.
        retry_after_s: when trying again may help; None = it is not said.
    """

    code: grpc.StatusCode
    reason: str = ""
    message: str = "refused by the fake server"
    fields: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)
    retry_after_s: float | None = None

    def abort(self, context: grpc.ServicerContext) -> NoReturn:
        """End a call with it."""
        status = status_pb2.Status(code=self.code.value[0], message=self.message)
        for detail in self._details():
            packed = Any()
            packed.Pack(detail)
            status.details.append(packed)
        context.abort_with_status(rpc_status.to_status(status))
        raise AssertionError("abort_with_status raises")

    def _details(self) -> list[Message]:
        details: list[Message] = []
        if self.reason:
            details.append(
                error_details_pb2.ErrorInfo(
                    domain="videre", reason=self.reason, metadata=dict(self.metadata)
                )
            )
        if self.fields:
            bad = error_details_pb2.BadRequest()
            for name, description in self.fields.items():
                bad.field_violations.add(field=name, description=description)
            details.append(bad)
        if self.retry_after_s is not None:
            later = error_details_pb2.RetryInfo()
            later.retry_delay.FromMilliseconds(round(self.retry_after_s * _MILLI))
            details.append(later)
        return details


def missing(kind: str, identifier: str) -> Refusal:
    """Return the refusal of what is not there: "JOB" → JOB_NOT_FOUND."""
    return Refusal(
        grpc.StatusCode.NOT_FOUND,
        f"{kind}_NOT_FOUND",
        f"there is no {kind.lower()} {identifier!r}",
        metadata={f"{kind.lower()}_id": identifier},
    )


def invalid(field_name: str, description: str) -> Refusal:
    """Return the refusal of a field."""
    return Refusal(
        grpc.StatusCode.INVALID_ARGUMENT,
        "FIELD_INVALID",
        f"{field_name} {description}",
        {field_name: description},
        {"field": field_name},
    )


def not_recorded() -> NoReturn:
    """Refuse what no recording can answer.

    Raises:
        Refusal: FEATURE_UNIMPLEMENTED.
    """
    raise Refusal(
        grpc.StatusCode.UNIMPLEMENTED,
        "FEATURE_UNIMPLEMENTED",
        "the fake server has no recording of this",
    )


def bad_token() -> Refusal:
    """Return the refusal of a page token."""
    return Refusal(
        grpc.StatusCode.INVALID_ARGUMENT,
        "PAGE_TOKEN_INVALID",
        "page_token does not belong to this call",
        {"page_token": "not a token of this call"},
        {"field": "page_token"},
    )
