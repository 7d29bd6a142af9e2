"""`videre webhooks …`: addresses that events are sent to."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from videre.cli.commands import options as shared

if TYPE_CHECKING:
    from videre.v1 import event_pb2

app = typer.Typer(no_args_is_help=True, help="Webhooks: addresses that events are sent to.")
WebhookId = Annotated[str, typer.Argument(metavar="WEBHOOK", help="Webhook id.")]
Types = Annotated[
    list[str] | None,
    typer.Option("--type", help="Only these, as job.failed or job.*; may be repeated."),
]


class State(StrEnum):
    """States of deliveries, as options."""

    PENDING = "pending"
    DELIVERED = "delivered"
    DEAD = "dead"


@app.command()
def create(
    uri: Annotated[
        str, typer.Argument(help="Address: http, https, file:///folder, nats:///subject.")
    ],
    name: Annotated[str, typer.Option(help="Name.")] = "",
    types: Types = None,
    binary: Annotated[
        bool, typer.Option("--binary", help="CloudEvents in binary mode: attributes as headers.")
    ] = False,
    routed: Annotated[
        bool, typer.Option("--routed", help="Only what routing rules send there.")
    ] = False,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Make a webhook. The secret that signs is shown once."""
    from videre.client import Videre

    with Videre(server) as client:
        answer = client.webhooks.create(
            uri, name=name, types=types or (), binary=binary, routed=routed
        )
    _tell(answer, answer.webhook, answer.secret, as_json=json)


@app.command("list")
def list_webhooks(server: shared.Server = shared.DEFAULT_SERVER, json: shared.Json = False) -> None:
    """List webhooks."""
    from videre.cli.console import out, print_json
    from videre.cli.event_tables import webhook_table
    from videre.client import Videre

    with Videre(server) as client:
        found = list(client.webhooks.list())
    if json:
        print_json(found)
    else:
        out().print(webhook_table(found))


@app.command()
def show(
    webhook: WebhookId,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Show a webhook, and how many deliveries wait or were given up."""
    from videre.cli.console import out, print_json
    from videre.cli.event_tables import webhook_table
    from videre.client import Videre

    with Videre(server) as client:
        found = client.webhooks.get(webhook)
    if json:
        print_json(found)
        return
    out().print(webhook_table([found]))
    waiting = f"{found.pending_count} to be sent, {found.dead_count} given up"
    out().print(waiting, markup=False)


@app.command()
def update(
    webhook: WebhookId,
    uri: Annotated[str | None, typer.Option(help="New address.")] = None,
    name: Annotated[str | None, typer.Option(help="New name.")] = None,
    types: Types = None,
    all_types: Annotated[bool, typer.Option("--all-types", help="Send all types.")] = False,
    paused: Annotated[
        bool | None, typer.Option("--pause/--resume", help="Send nothing for now, or again.")
    ] = None,
    routed: Annotated[
        bool | None,
        typer.Option(
            "--routed/--by-types", help="Only what routing rules send there, or by types."
        ),
    ] = None,
    etag: Annotated[str, typer.Option(help="Only if it still has this etag.")] = "",
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Change a webhook; what is not named stays as it is."""
    from videre.cli.console import say
    from videre.client import Videre
    from videre.v1 import event_pb2

    request = event_pb2.UpdateWebhookRequest(
        webhook_id=webhook, uri=uri, name=name, types=types or (), clear_types=all_types,
        paused=paused, routed=routed, etag=etag,
    )  # fmt: skip
    with Videre(server) as client:
        changed = client.webhooks.update(request)
    say(changed, f"webhook {changed.webhook_id} is changed", as_json=json)


@app.command()
def delete(
    webhook: WebhookId,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Delete a webhook with its deliveries."""
    from videre.cli.console import say
    from videre.client import Videre

    with Videre(server) as client:
        client.webhooks.delete(webhook)
    say({"webhookId": webhook}, f"webhook {webhook} is deleted", as_json=json)


@app.command()
def rotate(
    webhook: WebhookId,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Add a second secret, shown once; both sign until the old one is removed."""
    from videre.client import Videre

    with Videre(server) as client:
        answer = client.webhooks.rotate_secret(webhook)
    _tell(answer, answer.webhook, answer.secret, as_json=json)


@app.command("remove-secret")
def remove_secret(
    webhook: WebhookId,
    key: Annotated[str, typer.Argument(metavar="KEY", help="Id of the secret.")],
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Remove a secret; the last one stays."""
    from videre.cli.console import say
    from videre.client import Videre

    with Videre(server) as client:
        changed = client.webhooks.remove_secret(webhook, key)
    say(changed, f"secret {key} is removed", as_json=json)


@app.command()
def deliveries(
    webhook: WebhookId,
    state: Annotated[State | None, typer.Option(help="Only in this state.")] = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """List what became of events: dead ones were given up."""
    from videre.cli.console import out, print_json
    from videre.cli.event_tables import delivery_table
    from videre.client import Videre
    from videre.v1 import event_pb2

    wanted = event_pb2.DELIVERY_STATE_UNSPECIFIED
    if state is not None:
        wanted = event_pb2.DeliveryState.Value(f"DELIVERY_STATE_{state.name}")
    with Videre(server) as client:
        found = list(client.webhooks.deliveries(webhook, wanted))
    if json:
        print_json(found)
    else:
        out().print(delivery_table(found))


@app.command()
def redeliver(
    webhook: WebhookId,
    number: Annotated[
        list[int] | None, typer.Argument(help="Numbers of events; none = all that are dead.")
    ] = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Send events again."""
    from videre.cli.console import say
    from videre.client import Videre

    with Videre(server) as client:
        count = client.webhooks.redeliver(webhook, number or ())
    say({"count": count}, f"{count} are sent again", as_json=json)


def _tell(
    answer: event_pb2.CreateWebhookResponse | event_pb2.RotateWebhookSecretResponse,
    webhook: event_pb2.Webhook,
    secret: str,
    *,
    as_json: bool,
) -> None:
    """Print a new secret; what is to be said about it goes to standard error."""
    from videre.cli.console import err, out, print_json

    if as_json:
        print_json(answer)
        return
    err().print(
        f"{webhook.webhook_id}: secret {webhook.secrets[0].key_id}. It is not shown again.",
        markup=False,
        soft_wrap=True,
    )
    out().print(secret, markup=False)
