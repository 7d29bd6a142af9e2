"""The calls about projects and credentials, awaiting."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

from videre.client import _projects
from videre.client._flow import Context
from videre.client._transport import AsyncTransport
from videre.v1 import credential_pb2, project_pb2


class AsyncProjectCalls:
    """The awaiting calls about projects; `videre.projects` of a client.

    Every method may raise a `ServerRefusal`.
    """

    def __init__(self, context: Context, transport: AsyncTransport) -> None:
        self._context, self._transport = context, transport

    async def create(self, request: project_pb2.CreateProjectRequest) -> project_pb2.Project:
        """Make a project."""
        return await self._transport.run(_projects.create_project(self._context, request))

    async def get(self, project_id: str = "") -> project_pb2.Project:
        """Return a project, the caller's own where none is named, and what it uses."""
        return await self._transport.run(_projects.get_project(self._context, project_id))

    def list(self, *, show_deleted: bool = False) -> AsyncIterator[project_pb2.Project]:
        """Yield the projects that the caller may see, in the order of their ids."""
        return self._transport.iterate(_projects.list_projects(self._context, show_deleted))

    async def update(self, request: project_pb2.UpdateProjectRequest) -> project_pb2.Project:
        """Change name, description or quotas; return the project."""
        return await self._transport.run(_projects.update_project(self._context, request))

    async def delete(self, project_id: str, *, etag: str = "") -> project_pb2.Project:
        """Close a project; nothing of it is removed."""
        return await self._transport.run(_projects.delete_project(self._context, project_id, etag))

    async def undelete(self, project_id: str) -> project_pb2.Project:
        """Open a closed project again."""
        return await self._transport.run(_projects.undelete_project(self._context, project_id))


class AsyncCredentialCalls:
    """The awaiting calls about credentials; `videre.credentials` of a client.

    Every method may raise a `ServerRefusal`.
    """

    def __init__(self, context: Context, transport: AsyncTransport) -> None:
        self._context, self._transport = context, transport

    async def create(
        self,
        name: str,
        roles: Sequence[credential_pb2.AccessRole.ValueType],
        *,
        project_id: str = "",
        lifetime: timedelta | None = None,
    ) -> credential_pb2.CreateCredentialResponse:
        """Make a credential; its secret is in the answer and nowhere else."""
        request = credential_pb2.CreateCredentialRequest(
            project_id=project_id, name=name, roles=roles
        )
        if lifetime is not None:
            request.lifetime.FromTimedelta(lifetime)
        return await self._transport.run(_projects.create_credential(self._context, request))

    async def get(self, credential_id: str) -> credential_pb2.Credential:
        """Return a credential."""
        return await self._transport.run(_projects.get_credential(self._context, credential_id))

    def list(self, *, project_id: str = "") -> AsyncIterator[credential_pb2.Credential]:
        """Yield the credentials of a project in the order of their ids."""
        return self._transport.iterate(_projects.list_credentials(self._context, project_id))

    async def rotate(
        self, credential_id: str, *, lifetime: timedelta | None = None
    ) -> credential_pb2.RotateCredentialResponse:
        """Add a second key; its secret is in the answer and nowhere else."""
        request = credential_pb2.RotateCredentialRequest(credential_id=credential_id)
        if lifetime is not None:
            request.lifetime.FromTimedelta(lifetime)
        return await self._transport.run(_projects.rotate_credential(self._context, request))

    async def revoke_key(self, credential_id: str, key_id: str) -> credential_pb2.Credential:
        """End a key; return its credential."""
        flow = _projects.revoke_key(self._context, credential_id, key_id)
        return await self._transport.run(flow)

    async def delete(self, credential_id: str) -> None:
        """Delete a credential with its keys."""
        await self._transport.run(_projects.delete_credential(self._context, credential_id))
