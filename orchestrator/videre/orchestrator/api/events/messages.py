"""Events, webhooks and deliveries as public messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from google.protobuf.json_format import ParseDict

from videre.orchestrator.api.present import timestamp
from videre.orchestrator.notify.messages import FeedEvent
from videre.orchestrator.store.webhooks import DeliveryRecord, DeliveryState, WebhookRecord
from videre.v1 import event_pb2 as pb

STATES: Final[Mapping[pb.DeliveryState.ValueType, DeliveryState]] = {
    pb.DELIVERY_STATE_PENDING: DeliveryState.PENDING,
    pb.DELIVERY_STATE_DELIVERED: DeliveryState.DELIVERED,
    pb.DELIVERY_STATE_DEAD: DeliveryState.DEAD,
}
_NUMBERS: Final = {state.value: number for number, state in STATES.items()}


def event(one: FeedEvent) -> pb.ProjectEvent:
    """Return an event."""
    message = pb.ProjectEvent(
        number=one.number,
        project_id=one.project_id,
        type=one.type,
        job_id=one.job_id,
        seq=one.seq,
        event_time=timestamp(one.time_ns),
    )
    ParseDict(dict(one.payload), message.data)
    return message


def webhook(record: WebhookRecord, counts: Mapping[str, int] | None = None) -> pb.Webhook:
    """Return a webhook without secrets, and how many deliveries it has where that was counted."""
    message = pb.Webhook(
        webhook_id=record.id,
        project_id=record.project_id,
        name=record.name,
        uri=record.uri,
        types=record.types,
        binary=record.binary,
        routed=record.routed,
        paused=record.paused,
        last_number=record.last_number,
        secrets=[
            pb.WebhookSecret(key_id=one["id"], create_time=timestamp(one["create_ns"]))
            for one in record.secrets
        ],
        create_time=timestamp(record.create_ns),
        update_time=timestamp(record.update_ns),
        created_by=record.created_by,
        etag=str(record.edit),
    )
    if counts is not None:
        message.pending_count = counts.get(DeliveryState.PENDING, 0)
        message.dead_count = counts.get(DeliveryState.DEAD, 0)
    return message


def delivery(record: DeliveryRecord) -> pb.Delivery:
    """Return what became of an event at a webhook."""
    pending = record.state == DeliveryState.PENDING
    return pb.Delivery(
        number=record.number,
        state=_NUMBERS[record.state],
        attempts=record.attempts,
        next_time=timestamp(record.next_ns) if pending else None,
        end_time=timestamp(record.end_ns) if record.end_ns else None,
        status=record.status,
        error=record.error,
        rule_id=record.rule,
        rules_version=record.rules_version,
    )
