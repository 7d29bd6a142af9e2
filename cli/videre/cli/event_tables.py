"""Events of a project, webhooks and deliveries, as tables of the terminal."""

from __future__ import annotations

import json
from collections.abc import Iterable

from google.protobuf.json_format import MessageToDict
from rich.table import Table
from rich.text import Text

from videre.cli.formatting import word
from videre.cli.tables import table
from videre.v1 import analysis_pb2, event_pb2, job_pb2


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
            "by rules" if one.routed else ", ".join(one.types) or "all",
            "binary" if one.binary else "structured",
            "paused" if one.paused else "on",
            ", ".join(secret.key_id for secret in one.secrets),
        )
    return made


def delivery_table(deliveries: Iterable[event_pb2.Delivery]) -> Table:
    """Return one row per delivery."""
    made = table("Event", "State", "Attempts", "Next or end", "Status", "Rule", "Error",
                 numbers=["Event", "Attempts"])  # fmt: skip
    for one in deliveries:
        moment = one.next_time if one.HasField("next_time") else one.end_time
        made.add_row(
            str(one.number),
            word(event_pb2.DeliveryState, one.state, "DELIVERY_STATE"),
            str(one.attempts),
            moment.ToJsonString()[:19],
            str(one.status or ""),
            Text(f"{one.rule_id} (v{one.rules_version})" if one.rule_id else ""),
            Text(one.error),
        )
    return made


def route_table(rules: Iterable[event_pb2.RoutingRule]) -> Table:
    """Return one row per routing rule."""
    made = table("Rule", "On", "Types", "States", "Verdicts", "Labels", "Tags", "Goes to")
    for one in rules:
        states = [word(job_pb2.JobState, state, "JOB_STATE") for state in one.states]
        verdicts = [word(analysis_pb2.Suggestion, each, "SUGGESTION") for each in one.verdicts]
        made.add_row(
            Text(one.rule_id),
            ", ".join(word(event_pb2.RouteOccasion, each, "ROUTE_OCCASION") for each in one.on),
            ", ".join(one.types),
            ", ".join(states),
            ", ".join(verdicts),
            Text(", ".join(one.labels)),
            Text(", ".join(f"{key}={value}" for key, value in sorted(one.tags.items()))),
            Text("\n".join(one.webhook_ids)),
        )
    return made


def routed_table(events: Iterable[event_pb2.RoutedEvent]) -> Table:
    """Return one row per event and webhook that it would go to."""
    made = table("Event", "Type", "Job", "Goes to", "Rule", numbers=["Event"])
    for one in events:
        for webhook, rule in sorted(one.rules.items()):
            made.add_row(str(one.number), one.type, one.job_id, webhook, Text(rule))
    return made
