"""`videre credentials …`: keys that callers show."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from videre.cli.commands import options as shared

if TYPE_CHECKING:
    from videre.v1 import credential_pb2

app = typer.Typer(no_args_is_help=True, help="Keys of callers: make, rotate, revoke.")
CredentialId = Annotated[str, typer.Argument(metavar="CREDENTIAL", help="Credential id.")]
Days = Annotated[
    float | None, typer.Option("--days", help="How long the key can be used; none = 365 days.")
]
ProjectId = Annotated[
    str, typer.Option("--project", help="Project; none = the caller's; * = every project.")
]


class AccessRole(StrEnum):
    """What a caller may do."""

    VIEWER = "viewer"
    SUBMITTER = "submitter"
    REVIEWER = "reviewer"
    ADMIN = "admin"


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="Who or what uses it.")],
    role: Annotated[list[AccessRole], typer.Option("--role", help="May be repeated.")],
    project: ProjectId = "",
    days: Days = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Make a credential. Its key is shown once."""
    from videre.client import Videre
    from videre.v1 import credential_pb2

    roles = [credential_pb2.AccessRole.Value(f"ACCESS_ROLE_{one.name}") for one in role]
    with Videre(server) as client:
        answer = client.credentials.create(
            name, roles, project_id=project, lifetime=_lifetime(days)
        )
    _tell(answer, answer.credential, answer.secret, as_json=json)


@app.command("list")
def list_credentials(
    project: ProjectId = "",
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """List the credentials of a project and their keys."""
    from videre.cli.access_tables import credential_table
    from videre.cli.console import out, print_json
    from videre.client import Videre

    with Videre(server) as client:
        found = list(client.credentials.list(project_id=project))
    if json:
        print_json(found)
    else:
        out().print(credential_table(found))


@app.command()
def show(
    credential: CredentialId,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Show a credential and its keys."""
    from videre.cli.access_tables import credential_table
    from videre.cli.console import out, print_json
    from videre.client import Videre

    with Videre(server) as client:
        found = client.credentials.get(credential)
    if json:
        print_json(found)
    else:
        out().print(credential_table([found]))


@app.command()
def rotate(
    credential: CredentialId,
    days: Days = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Add a second key, shown once; the old one works until it is revoked or ends."""
    from videre.client import Videre

    with Videre(server) as client:
        answer = client.credentials.rotate(credential, lifetime=_lifetime(days))
    _tell(answer, answer.credential, answer.secret, as_json=json)


@app.command()
def revoke(
    credential: CredentialId,
    key: Annotated[str, typer.Argument(metavar="KEY", help="Key id.")],
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """End a key within a second."""
    from videre.cli.console import say
    from videre.client import Videre

    with Videre(server) as client:
        answer = client.credentials.revoke_key(credential, key)
    say(answer, f"key {key} of {answer.name} is revoked", as_json=json)


@app.command()
def delete(
    credential: CredentialId,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Delete a credential with its keys."""
    from videre.cli.console import say
    from videre.client import Videre

    with Videre(server) as client:
        client.credentials.delete(credential)
    say({"credentialId": credential}, f"{credential} is deleted", as_json=json)


def _lifetime(days: float | None) -> timedelta | None:
    return None if days is None else timedelta(days=days)


def _tell(
    answer: credential_pb2.CreateCredentialResponse | credential_pb2.RotateCredentialResponse,
    credential: credential_pb2.Credential,
    secret: str,
    *,
    as_json: bool,
) -> None:
    """Print a new key; what is to be said about it goes to standard error."""
    from videre.cli.console import err, out, print_json

    if as_json:
        print_json(answer)
        return
    err().print(
        f"{credential.credential_id}: key of {credential.name!r} for project "
        f"{credential.project_id!r}. It is not shown again.",
        markup=False,
    )
    out().print(secret, markup=False)
