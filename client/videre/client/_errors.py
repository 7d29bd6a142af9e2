"""Everything the client raises, as one tree.

    VidereClientError                  code, reason, message, metadata
    ├── ServerRefusal                  the server answered with a status
    │   ├── InvalidRequest             INVALID_ARGUMENT, OUT_OF_RANGE; violations per field
    │   ├── NotFound                   NOT_FOUND
    │   ├── AlreadyExists              ALREADY_EXISTS, such as a request id used for another request
    │   ├── NotAllowed                 PERMISSION_DENIED, UNAUTHENTICATED
    │   ├── FailedPrecondition         FAILED_PRECONDITION, such as deleting a running job
    │   ├── NotImplementedByServer     UNIMPLEMENTED
    │   ├── Conflict                   ABORTED, such as an etag that is no longer current
    │   ├── Overloaded                 RESOURCE_EXHAUSTED; retry_after_s
    │   ├── Unavailable                UNAVAILABLE: nobody answers, or the connection broke
    │   ├── DeadlineExceeded           DEADLINE_EXCEEDED
    │   ├── CallCancelled              CANCELLED
    │   └── ServerFault                INTERNAL, UNKNOWN, DATA_LOSS and whatever else
    ├── WaitTimeout                    the job had not ended in the time given; job
    ├── CorruptDownload                received bytes do not have the digest that was asked for
    └── SourceChanged                  the local file changed while it was being uploaded

`reason` is the stable word of the server's table ("JOB_NOT_FOUND"); `code` the gRPC status name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import grpc
from google.protobuf.any_pb2 import Any
from google.rpc import error_details_pb2, status_pb2

from videre.v1 import job_pb2

_DETAILS_KEY: Final = "grpc-status-details-bin"


@dataclass(frozen=True, slots=True)
class FieldViolation:
    """A field of the request that breaks its limit, and how."""

    field: str
    description: str


class VidereClientError(Exception):
    """Base of all errors of the client.

    Args:
        message: one sentence for people.
        code: name of the gRPC status, "" when the error arose in the client.
        reason: stable reason; "" when the server gave none.
        metadata: details by name (limit, actual, field …).
    """

    def __init__(
        self,
        message: str,
        *,
        code: str = "",
        reason: str = "",
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.reason = reason
        self.metadata = dict(metadata or {})

    def __str__(self) -> str:
        return f"{self.reason or self.code}: {self.message}" if self.code else self.message


class ServerRefusal(VidereClientError):
    """The server answered with a status other than OK.

    Args:
        violations: fields that break their limits; empty for most statuses.
        retry_after_s: when the server says that trying again may help, seconds.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str,
        reason: str = "",
        metadata: Mapping[str, str] | None = None,
        violations: tuple[FieldViolation, ...] = (),
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message, code=code, reason=reason, metadata=metadata)
        self.violations = violations
        self.retry_after_s = retry_after_s


class InvalidRequest(ServerRefusal):
    """A field is wrong; `violations` says which and why."""


class NotFound(ServerRefusal):
    """The project has no such thing (any more)."""


class AlreadyExists(ServerRefusal):
    """The request id was used for another request."""


class NotAllowed(ServerRefusal):
    """The caller is not known, or may not do this."""


class FailedPrecondition(ServerRefusal):
    """The thing is not in the state the call needs."""


class NotImplementedByServer(ServerRefusal):
    """Part of the contract, but not of the server's release."""


class Conflict(ServerRefusal):
    """The thing changed in between; read it again."""


class Overloaded(ServerRefusal):
    """The server sheds load; `retry_after_s` may say when to come back."""


class Unavailable(ServerRefusal):
    """Nobody answers, or the connection broke."""


class DeadlineExceeded(ServerRefusal):
    """No answer in the time given."""


class CallCancelled(ServerRefusal):
    """The call was cancelled on the way."""


class ServerFault(ServerRefusal):
    """A defect of the server or damaged data."""


class WaitTimeout(VidereClientError):
    """The job had not ended in the time given; it runs on. `job` is its latest state."""

    def __init__(self, job: job_pb2.Job, timeout_s: float) -> None:
        super().__init__(f"job {job.job_id} had not ended after {timeout_s:g} s")
        self.job = job


class CorruptDownload(VidereClientError):
    """The received bytes do not have the digest that was asked for; nothing was written."""


class SourceChanged(VidereClientError):
    """The local file changed while it was being uploaded."""


_BY_CODE: Final[Mapping[str, type[ServerRefusal]]] = {
    "INVALID_ARGUMENT": InvalidRequest,
    "OUT_OF_RANGE": InvalidRequest,
    "NOT_FOUND": NotFound,
    "ALREADY_EXISTS": AlreadyExists,
    "PERMISSION_DENIED": NotAllowed,
    "UNAUTHENTICATED": NotAllowed,
    "FAILED_PRECONDITION": FailedPrecondition,
    "UNIMPLEMENTED": NotImplementedByServer,
    "ABORTED": Conflict,
    "RESOURCE_EXHAUSTED": Overloaded,
    "UNAVAILABLE": Unavailable,
    "DEADLINE_EXCEEDED": DeadlineExceeded,
    "CANCELLED": CallCancelled,
}


def from_status(
    code: grpc.StatusCode, message: str, trailers: Iterable[tuple[str, str | bytes]]
) -> ServerRefusal:
    """Return the error for a gRPC status with the details found in its trailing metadata."""
    reason, metadata = "", {}
    violations: tuple[FieldViolation, ...] = ()
    retry_after_s = None
    for detail in _details(trailers):
        if detail.Is(error_details_pb2.ErrorInfo.DESCRIPTOR):
            info = error_details_pb2.ErrorInfo()
            detail.Unpack(info)
            reason, metadata = info.reason, dict(info.metadata)
        elif detail.Is(error_details_pb2.BadRequest.DESCRIPTOR):
            bad = error_details_pb2.BadRequest()
            detail.Unpack(bad)
            violations = tuple(
                FieldViolation(item.field, item.description) for item in bad.field_violations
            )
        elif detail.Is(error_details_pb2.RetryInfo.DESCRIPTOR):
            retry = error_details_pb2.RetryInfo()
            detail.Unpack(retry)
            retry_after_s = retry.retry_delay.ToTimedelta().total_seconds()
    return _BY_CODE.get(code.name, ServerFault)(
        message or code.name,
        code=code.name,
        reason=reason,
        metadata=metadata,
        violations=violations,
        retry_after_s=retry_after_s,
    )


def _details(trailers: Iterable[tuple[str, str | bytes]]) -> Iterable[Any]:
    for key, value in trailers:
        if key == _DETAILS_KEY and isinstance(value, bytes):
            yield from status_pb2.Status.FromString(value).details
