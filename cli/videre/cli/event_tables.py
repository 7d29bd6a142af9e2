"""Events of a project, webhooks and deliveries, as tables of the terminal."""

from __future__ import annotations

import json
from collections.abc import Iterable

from google.protobuf.json_format import MessageToDict
from rich.table import Table
from rich.text import Text

from videre.cli.formatting import word
from videre.cli.tables import table
from videre.v1 import event_pb2


def event_table(events: Iterable[event_pb2.ProjectEvent]) -> Table:
    """Return one row per event."""
    made = table("Number", "Time", "Type", "Job", "Seq", "Data", numbers=["Number", "Seq"])
    for event in events:
        made.add_row(
            str(event.number),
            event.event_time.ToJsonString()[:19],
            event.type,
            event.job_id,
            str(event.seq),
            Text(_data(event)),
        )
    return made


def event_line(event: event_pb2.ProjectEvent) -> str:
    """Return an event on one line."""
    when = event.event_time.ToJsonString()[:19]
    return f"{event.number} {when} {event.type} {event.job_id} {_data(event)}"


def _data(event: event_pb2.ProjectEvent) -> str:
    found = {
        # A Struct knows no whole numbers.
        name: int(value) if isinstance(value, float) and value.is_integer() else value
        for name, value in sorted(MessageToDict(event.data).items())
    }
    return json.dumps(found, ensure_ascii=False)


def webhook_table(webhooks: Iterable[event_pb2.Webhook]) -> Table:
    """Return one row per webhook."""
    made = table("Webhook", "Name", "Address", "Types", "Mode", "State", "Secrets")
    for one in webhooks:
        made.add_row(
            one.webhook_id,
            Text(one.name),
            Text(one.uri),
            ", ".join(one.types) or "all",
            "binary" if one.binary else "structured",
            "paused" if one.paused else "on",
            ", ".join(secret.key_id for secret in one.secrets),
        )
    return made


def delivery_table(deliveries: Iterable[event_pb2.Delivery]) -> Table:
    """Return one row per delivery."""
    made = table("Event", "State", "Attempts", "Next or end", "Status", "Error",
                 numbers=["Event", "Attempts"])  # fmt: skip
    for one in deliveries:
        moment = one.next_time if one.HasField("next_time") else one.end_time
        made.add_row(
            str(one.number),
            word(event_pb2.DeliveryState, one.state, "DELIVERY_STATE"),
            str(one.attempts),
            moment.ToJsonString()[:19],
            str(one.status or ""),
            Text(one.error),
        )
    return made
