"""An event as an HTTP message: CloudEvents 1.0, signed as Standard Webhooks says. Pure.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md
https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

from videre.common.values import NS

PREFIX: Final = "whsec_"
_TYPE_PREFIX: Final = "dev.videre."


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """An event of a project."""

    project_id: str
    number: int
    type: str
    job_id: str
    seq: int
    payload: Mapping[str, Any]
    time_ns: int
    #: What routing rules look at beside these; None of events of earlier releases.
    facts: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Secret:
    """What signs: its id and bytes."""

    id: str
    key: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent."""

    body: bytes
    headers: dict[str, str]

    @property
    def id(self) -> str:
        """The event's id: the same whenever it is sent."""
        return self.headers["webhook-id"]


def message(event: FeedEvent, secrets: Sequence[Secret], *, binary: bool, now_s: int) -> Message:
    """Return an event as a signed HTTP message.

    Args:
        event: what happened.
        secrets: each signs; the newest first.
        binary: attributes as headers, not in the body.
        now_s: Unix time of sending; receivers refuse what is old.
    """
    attributes = {
        "specversion": "1.0",
        "id": f"{event.project_id}-{event.number}",
        "source": f"/projects/{event.project_id}",
        "type": _TYPE_PREFIX + event.type,
        "subject": f"jobs/{event.job_id}",
        "time": instant(event.time_ns),
        # The extension "sequence": its texts sort as the events of the job do.
        "sequence": f"{event.seq:020d}",
    }
    data = {
        **event.payload,
        "type": event.type,
        "project_id": event.project_id,
        "number": event.number,
        "job_id": event.job_id,
        "seq": event.seq,
    }
    if binary:
        body = _json(data)
        headers = {f"ce-{name}": value for name, value in attributes.items()}
        headers["content-type"] = "application/json"
    else:
        whole = {**attributes, "datacontenttype": "application/json", "data": data}
        body = _json(whole)
        headers = {"content-type": "application/cloudevents+json; charset=utf-8"}
    stamp = str(now_s)
    headers["webhook-id"] = attributes["id"]
    headers["webhook-timestamp"] = stamp
    signed = f"{attributes['id']}.{stamp}.".encode() + body
    headers["webhook-signature"] = " ".join(
        "v1," + signature(secret.key, signed) for secret in secrets
    )
    headers["videre-key-id"] = " ".join(secret.id for secret in secrets)
    return Message(body, headers)


def signature(key: bytes, signed: bytes) -> str:
    """Return the HMAC-SHA256 of what is signed, base64."""
    return base64.b64encode(hmac.new(key, signed, sha256).digest()).decode()


def secret_text(key: bytes) -> str:
    """Return a secret as receivers keep it."""
    return PREFIX + base64.b64encode(key).decode()


def instant(time_ns: int) -> str:
    """Return a time as RFC 3339, to the microsecond."""
    seconds, rest = divmod(time_ns, NS)
    moment = datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest // 1_000)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
