"""The calls about events of a project and webhooks, blocking."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from videre.client import _events
from videre.client._flow import Context
from videre.client._transport import BlockingTransport
from videre.v1 import event_pb2 as pb


class EventCalls:
    """The blocking calls about events; `videre.events` of a client.

    Every method may raise a `ServerRefusal`.
    """

    def __init__(self, context: Context, transport: BlockingTransport) -> None:
        self._context, self._transport = context, transport

    def list(
        self, *, after_number: int = 0, types: Sequence[str] = (), project_id: str = ""
    ) -> Iterator[pb.ProjectEvent]:
        """Yield the events after a number that there are now, oldest first."""
        flow = _events.list_events(self._context, after_number, types, project_id)
        return self._transport.iterate(flow)

    def watch(
        self,
        *,
        after_number: int | None = None,
        types: Sequence[str] = (),
        project_id: str = "",
    ) -> Iterator[pb.ProjectEvent]:
        """Yield events once each and in order, without end; lost connections are opened again.

        Args:
            after_number: only events after it; None = from now on.
            types: only these, such as "job.*"; empty = all.
            project_id: project; "" = the caller's.
        """
        flow = _events.watch_events(self._context, after_number, types, project_id)
        return self._transport.iterate(flow)


class WebhookCalls:
    """The blocking calls about webhooks; `videre.webhooks` of a client.

    Every method may raise a `ServerRefusal`.
    """

    def __init__(self, context: Context, transport: BlockingTransport) -> None:
        self._context, self._transport = context, transport

    def create(
        self,
        uri: str,
        *,
        name: str = "",
        types: Sequence[str] = (),
        binary: bool = False,
        routed: bool = False,
        project_id: str = "",
    ) -> pb.CreateWebhookResponse:
        """Make a webhook; its secret is in the answer and nowhere else."""
        request = pb.CreateWebhookRequest(
            project_id=project_id, name=name, uri=uri, types=types, binary=binary, routed=routed
        )
        return self._transport.run(_events.create_webhook(self._context, request))

    def get(self, webhook_id: str) -> pb.Webhook:
        """Return a webhook and how many deliveries wait or were given up."""
        return self._transport.run(_events.get_webhook(self._context, webhook_id))

    def list(self, *, project_id: str = "") -> Iterator[pb.Webhook]:
        """Yield the webhooks of a project in the order of their ids."""
        return self._transport.iterate(_events.list_webhooks(self._context, project_id))

    def update(self, request: pb.UpdateWebhookRequest) -> pb.Webhook:
        """Change name, address, types, or whether it is paused; return the webhook."""
        return self._transport.run(_events.update_webhook(self._context, request))

    def delete(self, webhook_id: str) -> None:
        """Delete a webhook with its deliveries."""
        self._transport.run(_events.delete_webhook(self._context, webhook_id))

    def rotate_secret(self, webhook_id: str) -> pb.RotateWebhookSecretResponse:
        """Add a second secret; it is in the answer and nowhere else."""
        return self._transport.run(_events.rotate_secret(self._context, webhook_id))

    def remove_secret(self, webhook_id: str, key_id: str) -> pb.Webhook:
        """Remove a secret; return its webhook."""
        flow = _events.remove_secret(self._context, webhook_id, key_id)
        return self._transport.run(flow)

    def deliveries(
        self,
        webhook_id: str,
        state: pb.DeliveryState.ValueType = pb.DELIVERY_STATE_UNSPECIFIED,
    ) -> Iterator[pb.Delivery]:
        """Yield the deliveries of a webhook, or those in a state, in the order of events."""
        flow = _events.list_deliveries(self._context, webhook_id, state)
        return self._transport.iterate(flow)

    def redeliver(self, webhook_id: str, numbers: Sequence[int] = ()) -> int:
        """Send events again: those with numbers, or all that were given up; return how many."""
        flow = _events.redeliver(self._context, webhook_id, numbers)
        return self._transport.run(flow)

    def set_routes(
        self, rules: Sequence[pb.RoutingRule], *, etag: str = "", project_id: str = ""
    ) -> pb.RoutingRules:
        """Make these the routing rules, as a new version; return it."""
        flow = _events.set_routes(self._context, rules, etag, project_id)
        return self._transport.run(flow)

    def routes(self, version: int = 0, *, project_id: str = "") -> pb.RoutingRules:
        """Return the routing rules, the latest or of a version."""
        flow = _events.get_routes(self._context, version, project_id)
        return self._transport.run(flow)

    def test_routes(
        self,
        rules: Sequence[pb.RoutingRule] = (),
        *,
        after_number: int = 0,
        page_size: int = 0,
        project_id: str = "",
    ) -> pb.TestRoutesResponse:
        """Tell where rules, or the stored ones, would send events that there were."""
        request = pb.TestRoutesRequest(
            project_id=project_id, rules=rules, after_number=after_number, page_size=page_size
        )
        return self._transport.run(_events.test_routes(self._context, request))
