"""EventService: the feed of a project, and its webhooks."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence
from typing import Any, Final

import grpc.aio

from videre.common.auth import current_principal
from videre.orchestrator.api.events import messages
from videre.orchestrator.api.events.routes import Routes
from videre.orchestrator.api.project import project_of
from videre.orchestrator.api.validation import Violations
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.notify.addresses import scheme_of
from videre.orchestrator.notify.messages import secret_text
from videre.orchestrator.notify.types import PATTERNS, types_of
from videre.orchestrator.store.changes import EVERY_JOB
from videre.orchestrator.store.listing import MAX_PAGE, page_token, read_token
from videre.orchestrator.store.webhooks import WebhookRecord
from videre.v1 import event_pb2 as pb
from videre.v1 import event_pb2_grpc

Context = grpc.aio.ServicerContext[Any, Any]
_EVENTS: Final = 100
_WEBHOOKS: Final = 50
_DELIVERIES: Final = 100
_MOST_TYPES: Final = 32
_MOST_NUMBERS: Final = 1_000
_LONGEST_URI: Final = 2_048
_LAST: Final = 2**63 - 1
_SECRET_BYTES: Final = 32
#: What other processes wrote is noticed after this time.
_LOOK_AGAIN_S: Final = 1.0


class EventServicer(event_pb2_grpc.EventServiceServicer):
    """See event.proto."""

    def __init__(self, app: Orchestrator) -> None:
        self._app = app
        self._routes = Routes(app)

    # --- the feed ----------------------------------------------------------------------------

    async def ListEvents(
        self, request: pb.ListEventsRequest, context: Context
    ) -> pb.ListEventsResponse:
        """See event.proto."""
        project = project_of(request.project_id)
        found = Violations()
        found.number("after_number", request.after_number, 0, _LAST)
        found.number("page_size", request.page_size, 0, MAX_PAGE)
        _check_types(found, request.types)
        found.raise_if_any()
        page = await asyncio.to_thread(
            self._app.feed.page,
            project,
            request.after_number,
            request.page_size or _EVENTS,
            types_of(request.types) if request.types else (),
        )
        return pb.ListEventsResponse(
            events=[messages.event(one) for one in page.events],
            next_after_number=page.looked,
            oldest_number=page.oldest,
            last_number=page.last,
        )

    async def WatchEvents(
        self, request: pb.WatchEventsRequest, context: Context
    ) -> AsyncIterator[pb.WatchEventsResponse]:
        """See event.proto."""
        project = project_of(request.project_id)
        found = Violations()
        found.number("after_number", request.after_number, 0, _LAST)
        _check_types(found, request.types)
        found.raise_if_any()
        types = types_of(request.types) if request.types else ()
        after = request.after_number
        if not request.HasField("after_number"):
            after = await asyncio.to_thread(self._app.feed.last_number, project)
        changes = self._app.changes
        while True:
            change = changes.subscribe(EVERY_JOB)
            try:
                page = await asyncio.to_thread(self._app.feed.page, project, after, _EVENTS, types)
                after = page.looked
                for one in page.events:
                    yield pb.WatchEventsResponse(event=messages.event(one))
                if not page.events:
                    await changes.wait(EVERY_JOB, change, _LOOK_AGAIN_S)
            finally:
                changes.cancel(EVERY_JOB, change)

    # --- webhooks ----------------------------------------------------------------------------

    async def CreateWebhook(
        self, request: pb.CreateWebhookRequest, context: Context
    ) -> pb.CreateWebhookResponse:
        """See event.proto."""
        project = project_of(request.project_id)
        found = Violations()
        found.size("name", request.name, 128)
        _check_uri(found, request.uri)
        _check_types(found, request.types)
        if request.routed and request.types:
            found.add("routed", "contradicts types", "one of the two", "both")
        _check_mode(found, request.uri, binary=request.binary)
        found.raise_if_any()
        self._app.sinks.of(request.uri).check(project, request.uri)
        identifier = self._app.ids.new()
        secret, kept = self._new_secret(identifier)
        values = {
            "id": identifier,
            "project_id": project,
            "name": request.name,
            "uri": request.uri,
            "types": list(dict.fromkeys(request.types)),
            "binary": request.binary,
            "routed": request.routed,
            "paused": False,
            "secrets": [kept],
            "created_by": current_principal().subject,
        }
        record = await asyncio.to_thread(self._app.webhooks.create, values)
        return pb.CreateWebhookResponse(webhook=messages.webhook(record), secret=secret)

    async def GetWebhook(
        self, request: pb.GetWebhookRequest, context: Context
    ) -> pb.GetWebhookResponse:
        """See event.proto."""
        record = await self._webhook(request.webhook_id)
        counts = await asyncio.to_thread(self._app.webhooks.counts, record.id)
        return pb.GetWebhookResponse(webhook=messages.webhook(record, counts))

    async def ListWebhooks(
        self, request: pb.ListWebhooksRequest, context: Context
    ) -> pb.ListWebhooksResponse:
        """See event.proto."""
        project = project_of(request.project_id)
        found = Violations()
        found.number("page_size", request.page_size, 0, MAX_PAGE)
        found.raise_if_any()
        filters = {"project": project, "of": "webhooks"}
        after = read_token(request.page_token, filters, str) if request.page_token else ""
        limit = request.page_size or _WEBHOOKS
        records = await asyncio.to_thread(self._app.webhooks.page, project, limit, after)
        token = page_token(records[-1].id, filters) if len(records) == limit else ""
        return pb.ListWebhooksResponse(
            webhooks=[messages.webhook(record) for record in records], next_page_token=token
        )

    async def UpdateWebhook(
        self, request: pb.UpdateWebhookRequest, context: Context
    ) -> pb.UpdateWebhookResponse:
        """See event.proto."""
        found = Violations()
        found.named("webhook_id", request.webhook_id)
        found.size("name", request.name, 128)
        if request.HasField("uri"):
            _check_uri(found, request.uri)
        _check_types(found, request.types)
        if request.clear_types and request.types:
            found.add("clear_types", "contradicts types", "one of the two", "both")
        if request.routed and request.types:
            found.add("routed", "contradicts types", "one of the two", "both")
        found.raise_if_any()
        if request.HasField("uri"):
            project = project_of("")
            record = await self._webhook(request.webhook_id)
            _check_mode(found, request.uri, binary=record.binary)
            found.raise_if_any()
            self._app.sinks.of(request.uri).check(project, request.uri)
        values: dict[str, Any] = {
            name: getattr(request, name)
            for name in ("name", "uri", "paused", "routed")
            if request.HasField(name)
        }
        if request.types or request.clear_types or request.routed:
            values["types"] = list(dict.fromkeys(request.types))
        record = await asyncio.to_thread(
            self._app.webhooks.change, project_of(""), request.webhook_id, values, request.etag
        )
        return pb.UpdateWebhookResponse(webhook=messages.webhook(record))

    async def DeleteWebhook(
        self, request: pb.DeleteWebhookRequest, context: Context
    ) -> pb.DeleteWebhookResponse:
        """See event.proto."""
        record = await self._webhook(request.webhook_id)
        await asyncio.to_thread(self._app.webhooks.delete, record.project_id, record.id)
        return pb.DeleteWebhookResponse()

    async def RotateWebhookSecret(
        self, request: pb.RotateWebhookSecretRequest, context: Context
    ) -> pb.RotateWebhookSecretResponse:
        """See event.proto."""
        record = await self._webhook(request.webhook_id)
        secret, kept = self._new_secret(record.id)
        changed = await asyncio.to_thread(
            self._app.webhooks.add_secret, record.project_id, record.id, kept
        )
        return pb.RotateWebhookSecretResponse(webhook=messages.webhook(changed), secret=secret)

    async def RemoveWebhookSecret(
        self, request: pb.RemoveWebhookSecretRequest, context: Context
    ) -> pb.RemoveWebhookSecretResponse:
        """See event.proto."""
        found = Violations()
        found.named("key_id", request.key_id)
        found.raise_if_any()
        record = await self._webhook(request.webhook_id)
        changed = await asyncio.to_thread(
            self._app.webhooks.remove_secret, record.project_id, record.id, request.key_id
        )
        return pb.RemoveWebhookSecretResponse(webhook=messages.webhook(changed))

    # --- deliveries --------------------------------------------------------------------------

    async def ListDeliveries(
        self, request: pb.ListDeliveriesRequest, context: Context
    ) -> pb.ListDeliveriesResponse:
        """See event.proto."""
        found = Violations()
        found.named("webhook_id", request.webhook_id)
        found.number("page_size", request.page_size, 0, MAX_PAGE)
        if request.state and request.state not in messages.STATES:
            names = ", ".join(pb.DeliveryState.Name(state) for state in messages.STATES)
            found.add("state", f"must be one of {names}", names, request.state)
        found.raise_if_any()
        filters = {"webhook": request.webhook_id, "state": request.state, "of": "deliveries"}
        after = read_token(request.page_token, filters, int) if request.page_token else 0
        record = await self._webhook(request.webhook_id)
        limit = request.page_size or _DELIVERIES
        state = messages.STATES[request.state].value if request.state else ""
        deliveries = await asyncio.to_thread(
            self._app.webhooks.deliveries, record.id, state, limit, after
        )
        full = len(deliveries) == limit
        return pb.ListDeliveriesResponse(
            deliveries=[messages.delivery(one) for one in deliveries],
            next_page_token=page_token(deliveries[-1].number, filters) if full else "",
        )

    async def Redeliver(
        self, request: pb.RedeliverRequest, context: Context
    ) -> pb.RedeliverResponse:
        """See event.proto."""
        found = Violations()
        found.named("webhook_id", request.webhook_id)
        found.count("numbers", len(request.numbers), _MOST_NUMBERS)
        for index, number in enumerate(request.numbers):
            found.number(f"numbers[{index}]", number, 1, _LAST)
        found.raise_if_any()
        record = await self._webhook(request.webhook_id)
        count = await asyncio.to_thread(
            self._app.webhooks.redeliver, record.id, list(request.numbers)
        )
        return pb.RedeliverResponse(count=count)

    # --- routes ------------------------------------------------------------------------------

    async def SetRoutes(
        self, request: pb.SetRoutesRequest, context: Context
    ) -> pb.SetRoutesResponse:
        """See event.proto."""
        return await self._routes.put(project_of(request.project_id), request)

    async def GetRoutes(
        self, request: pb.GetRoutesRequest, context: Context
    ) -> pb.GetRoutesResponse:
        """See event.proto."""
        return await self._routes.get(project_of(request.project_id), request.version)

    async def TestRoutes(
        self, request: pb.TestRoutesRequest, context: Context
    ) -> pb.TestRoutesResponse:
        """See event.proto."""
        return await self._routes.test(project_of(request.project_id), request)

    # -----------------------------------------------------------------------------------------

    async def _webhook(self, webhook_id: str) -> WebhookRecord:
        found = Violations()
        found.named("webhook_id", webhook_id)
        found.raise_if_any()
        return await asyncio.to_thread(self._app.webhooks.get, project_of(""), webhook_id)

    def _new_secret(self, webhook_id: str) -> tuple[str, dict[str, Any]]:
        """Return a secret as receivers keep it, and as it is stored."""
        key = secrets.token_bytes(_SECRET_BYTES)
        kept = {
            "id": secrets.token_hex(8),
            "sealed": self._app.seal.close(key, webhook_id),
            "create_ns": self._app.clock.now_ns(),
        }
        return secret_text(key), kept


def _check_types(found: Violations, types: Sequence[str]) -> None:
    found.count("types", len(types), _MOST_TYPES)
    for index, one in enumerate(types):
        if one not in PATTERNS:
            names = ", ".join(PATTERNS)
            found.add(f"types[{index}]", f"must be one of {names}", names, one)


def _check_uri(found: Violations, uri: str) -> None:
    found.size("uri", uri, _LONGEST_URI)
    if not uri:
        found.add("uri", "is empty", "an address", "")


def _check_mode(found: Violations, uri: str, *, binary: bool) -> None:
    """Refuse attributes as headers where there are no headers."""
    if binary and scheme_of(uri) == "file":
        found.add("binary", "lines of files have no headers", "structured mode", "binary")
