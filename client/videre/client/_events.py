"""Events of a project and webhooks: the flows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from videre.client._errors import DeadlineExceeded, ServerRefusal
from videre.client._flow import Context, Emit, EmitFlow, Flow, Open, Pause, Receive, Stream
from videre.client._pages import every
from videre.client._rpc_admin import (
    CREATE_WEBHOOK,
    DELETE_WEBHOOK,
    GET_ROUTES,
    GET_WEBHOOK,
    LIST_DELIVERIES,
    LIST_EVENTS,
    LIST_WEBHOOKS,
    REDELIVER,
    REMOVE_WEBHOOK_SECRET,
    ROTATE_WEBHOOK_SECRET,
    SET_ROUTES,
    TEST_ROUTES,
    UPDATE_WEBHOOK,
    WATCH_EVENTS,
)
from videre.v1 import event_pb2 as pb

_PAGE: Final = 500
#: A stream is opened anew after this time, seconds.
_WATCH_STREAM_S: Final = 3600.0


def list_events(
    context: Context, after_number: int, types: Sequence[str], project_id: str
) -> EmitFlow[pb.ProjectEvent]:
    """Emit the events after a number that there are now."""
    request = pb.ListEventsRequest(
        project_id=project_id, after_number=after_number, types=types, page_size=_PAGE
    )
    while True:
        page = yield from context.call(LIST_EVENTS, request)
        for event in page.events:
            yield Emit(event)
        if len(page.events) < _PAGE:
            return
        request.after_number = page.next_after_number


def watch_events(
    context: Context, after_number: int | None, types: Sequence[str], project_id: str
) -> EmitFlow[pb.ProjectEvent]:
    """Emit events once each and in order, without end.

    A lost connection is opened again after the last event seen; only `RetryPolicy.attempts`
    failures in a row without an event end the watch.
    """
    if after_number is None:
        asked = pb.ListEventsRequest(project_id=project_id, after_number=2**63 - 1, page_size=1)
        after_number = (yield from context.call(LIST_EVENTS, asked)).last_number
    failures = 0
    while True:
        request = pb.WatchEventsRequest(
            project_id=project_id, after_number=after_number, types=types
        )
        stream: Stream | None = None
        try:
            stream = yield Open(WATCH_EVENTS, request, _WATCH_STREAM_S)
            while True:
                message = yield Receive(stream)
                if message is None:
                    break
                failures = 0
                if message.event.number > after_number:
                    after_number = message.event.number
                    yield Emit(message.event)
            continue
        except DeadlineExceeded:
            continue
        except ServerRefusal as error:
            failures += 1
            pause_s = context.retry.pause_s(error, failures, context.timeout_s)
            if pause_s is None:
                raise
        finally:
            if stream is not None:
                stream.cancel()
        yield Pause(pause_s)


def create_webhook(
    context: Context, request: pb.CreateWebhookRequest
) -> Flow[pb.CreateWebhookResponse]:
    """Make a webhook; its secret is in the answer and nowhere else."""
    return (yield from context.call(CREATE_WEBHOOK, request))


def get_webhook(context: Context, webhook_id: str) -> Flow[pb.Webhook]:
    """Return a webhook."""
    request = pb.GetWebhookRequest(webhook_id=webhook_id)
    return (yield from context.call(GET_WEBHOOK, request)).webhook


def list_webhooks(context: Context, project_id: str) -> EmitFlow[pb.Webhook]:
    """Emit webhooks, page after page."""
    asked = pb.ListWebhooksRequest(project_id=project_id)
    return every(context, LIST_WEBHOOKS, asked, lambda page: page.webhooks)


def update_webhook(context: Context, request: pb.UpdateWebhookRequest) -> Flow[pb.Webhook]:
    """Change a webhook and return it."""
    return (yield from context.call(UPDATE_WEBHOOK, request)).webhook


def delete_webhook(context: Context, webhook_id: str) -> Flow[None]:
    """Delete a webhook with its deliveries."""
    yield from context.call(DELETE_WEBHOOK, pb.DeleteWebhookRequest(webhook_id=webhook_id))


def rotate_secret(context: Context, webhook_id: str) -> Flow[pb.RotateWebhookSecretResponse]:
    """Add a second secret; it is in the answer and nowhere else."""
    request = pb.RotateWebhookSecretRequest(webhook_id=webhook_id)
    return (yield from context.call(ROTATE_WEBHOOK_SECRET, request))


def remove_secret(context: Context, webhook_id: str, key_id: str) -> Flow[pb.Webhook]:
    """Remove a secret and return its webhook."""
    request = pb.RemoveWebhookSecretRequest(webhook_id=webhook_id, key_id=key_id)
    return (yield from context.call(REMOVE_WEBHOOK_SECRET, request)).webhook


def list_deliveries(
    context: Context, webhook_id: str, state: pb.DeliveryState.ValueType
) -> EmitFlow[pb.Delivery]:
    """Emit the deliveries of a webhook, page after page."""
    asked = pb.ListDeliveriesRequest(webhook_id=webhook_id, state=state)
    return every(context, LIST_DELIVERIES, asked, lambda page: page.deliveries)


def redeliver(context: Context, webhook_id: str, numbers: Sequence[int]) -> Flow[int]:
    """Send events again; return how many."""
    request = pb.RedeliverRequest(webhook_id=webhook_id, numbers=numbers)
    return (yield from context.call(REDELIVER, request)).count


def set_routes(
    context: Context, rules: Sequence[pb.RoutingRule], etag: str, project_id: str
) -> Flow[pb.RoutingRules]:
    """Make these the routing rules; return their version."""
    request = pb.SetRoutesRequest(project_id=project_id, rules=rules, etag=etag)
    return (yield from context.call(SET_ROUTES, request)).routes


def get_routes(context: Context, version: int, project_id: str) -> Flow[pb.RoutingRules]:
    """Return the routing rules."""
    request = pb.GetRoutesRequest(project_id=project_id, version=version)
    return (yield from context.call(GET_ROUTES, request)).routes


def test_routes(context: Context, request: pb.TestRoutesRequest) -> Flow[pb.TestRoutesResponse]:
    """Tell where rules would send events that there were."""
    return (yield from context.call(TEST_ROUTES, request))
