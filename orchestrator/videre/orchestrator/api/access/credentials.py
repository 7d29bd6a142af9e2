"""CredentialService: keys of callers."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any, Final

import grpc.aio
from google.protobuf.duration_pb2 import Duration

from videre.common.auth import Role, current_principal
from videre.common.values import NS
from videre.orchestrator.access.gate import EVERY, forbidden
from videre.orchestrator.access.keys import new_key
from videre.orchestrator.api.present import timestamp
from videre.orchestrator.api.project import project_of
from videre.orchestrator.api.validation import Violations
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.store.credentials import CredentialRecord, NewCredential
from videre.orchestrator.store.listing import MAX_PAGE, page_token, read_token
from videre.v1 import credential_pb2 as pb
from videre.v1 import credential_pb2_grpc

Context = grpc.aio.ServicerContext[Any, Any]
_ROLES: Final[Mapping[pb.AccessRole.ValueType, Role]] = {
    pb.ACCESS_ROLE_VIEWER: Role.VIEWER,
    pb.ACCESS_ROLE_SUBMITTER: Role.SUBMITTER,
    pb.ACCESS_ROLE_REVIEWER: Role.REVIEWER,
    pb.ACCESS_ROLE_ADMIN: Role.ADMIN,
}
_NUMBERS: Final = {role.value: number for number, role in _ROLES.items()}
_DAY_S: Final = 24 * 3600
_SHORTEST_S: Final = 60
_LONGEST_S: Final = 3_650 * _DAY_S
_USUAL_S: Final = 365 * _DAY_S
_DEFAULT_PAGE: Final = 50
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


class CredentialServicer(credential_pb2_grpc.CredentialServiceServicer):
    """See credential.proto."""

    def __init__(self, app: Orchestrator) -> None:
        self._app = app
        self._store = app.credentials

    async def CreateCredential(
        self, request: pb.CreateCredentialRequest, context: Context
    ) -> pb.CreateCredentialResponse:
        """See credential.proto."""
        project = project_or_every(request.project_id)
        found = Violations()
        _check_name(found, request.name)
        if not request.roles:
            found.add("roles", "is empty", "at least one", "")
        for index, role in enumerate(request.roles):
            if role not in _ROLES:
                names = ", ".join(pb.AccessRole.Name(number) for number in _ROLES)
                found.add(f"roles[{index}]", f"must be one of {names}", names, role)
        lifetime = _lifetime(found, request)
        found.raise_if_any()
        roles = {_ROLES[role] for role in request.roles}
        new = NewCredential(
            id=self._app.ids.new(),
            project_id=project,
            name=request.name,
            roles=tuple(role.value for role in Role if role in roles),
            created_by=current_principal().subject,
        )
        key = new_key()
        record = await asyncio.to_thread(self._store.create, new, key, lifetime)
        return pb.CreateCredentialResponse(credential=self._message(record), secret=key.secret)

    async def GetCredential(
        self, request: pb.GetCredentialRequest, context: Context
    ) -> pb.GetCredentialResponse:
        """See credential.proto."""
        record = await self._found(request.credential_id)
        return pb.GetCredentialResponse(credential=self._message(record))

    async def ListCredentials(
        self, request: pb.ListCredentialsRequest, context: Context
    ) -> pb.ListCredentialsResponse:
        """See credential.proto."""
        project = project_or_every(request.project_id)
        found = Violations()
        found.number("page_size", request.page_size, 0, MAX_PAGE)
        found.raise_if_any()
        filters = {"project": project, "of": "credentials"}
        after = read_token(request.page_token, filters, str) if request.page_token else ""
        limit = request.page_size or _DEFAULT_PAGE
        records = await asyncio.to_thread(self._store.page, project, limit, after)
        token = page_token(records[-1].id, filters) if len(records) == limit else ""
        return pb.ListCredentialsResponse(
            credentials=[self._message(record) for record in records], next_page_token=token
        )

    async def RotateCredential(
        self, request: pb.RotateCredentialRequest, context: Context
    ) -> pb.RotateCredentialResponse:
        """See credential.proto."""
        found = Violations()
        lifetime = _lifetime(found, request)
        found.raise_if_any()
        record = await self._found(request.credential_id)
        key = new_key()
        changed = await asyncio.to_thread(
            self._store.add_key, record.project_id, record.id, key, lifetime
        )
        return pb.RotateCredentialResponse(credential=self._message(changed), secret=key.secret)

    async def RevokeCredentialKey(
        self, request: pb.RevokeCredentialKeyRequest, context: Context
    ) -> pb.RevokeCredentialKeyResponse:
        """See credential.proto."""
        found = Violations()
        found.named("key_id", request.key_id)
        found.raise_if_any()
        record = await self._found(request.credential_id)
        changed = await asyncio.to_thread(
            self._store.revoke, record.project_id, record.id, request.key_id
        )
        return pb.RevokeCredentialKeyResponse(credential=self._message(changed))

    async def DeleteCredential(
        self, request: pb.DeleteCredentialRequest, context: Context
    ) -> pb.DeleteCredentialResponse:
        """See credential.proto."""
        record = await self._found(request.credential_id)
        await asyncio.to_thread(self._store.delete, record.project_id, record.id)
        return pb.DeleteCredentialResponse()

    async def _found(self, credential_id: str) -> CredentialRecord:
        """Return a credential of the call's project, or of all where the caller may see them."""
        found = Violations()
        found.named("credential_id", credential_id)
        found.raise_if_any()
        own = project_of("")
        projects = (own, EVERY) if current_principal().everywhere else (own,)
        return await asyncio.to_thread(self._store.get, projects, credential_id)

    def _message(self, record: CredentialRecord) -> pb.Credential:
        now = self._app.clock.now_ns()
        return pb.Credential(
            credential_id=record.id,
            project_id=record.project_id,
            name=record.name,
            roles=[_NUMBERS[role] for role in record.roles],
            create_time=timestamp(record.create_ns),
            created_by=record.created_by,
            keys=[
                pb.CredentialKey(
                    key_id=key.id,
                    create_time=timestamp(key.create_ns),
                    expire_time=timestamp(key.expire_ns),
                    last_use_time=timestamp(key.last_use_ns) if key.last_use_ns else None,
                    revoke_time=timestamp(key.revoke_ns) if key.revoke_ns else None,
                    live=key.live(now),
                )
                for key in record.keys
            ],
        )


def project_or_every(asked: str) -> str:
    """Return the project of a call, as `project_of` does, or "*" for callers who may see all.

    Raises:
        VidereError: PROJECT_FORBIDDEN.
    """
    if asked == EVERY:
        if not current_principal().everywhere:
            raise forbidden(EVERY)
        return EVERY
    return project_of(asked)


def _check_name(found: Violations, name: str) -> None:
    found.size("name", name, 128)
    if not name.strip():
        found.add("name", "is empty", "1 character", name)
    if _CONTROL.search(name):
        found.add("name", "has control characters", "no control characters", repr(name))


def _lifetime(found: Violations, request: Any) -> int:
    """Return how long a new key lives, nanoseconds."""
    if not request.HasField("lifetime"):
        return _USUAL_S * NS
    given: Duration = request.lifetime
    found.number("lifetime", given.seconds + given.nanos / NS, _SHORTEST_S, _LONGEST_S)
    return int(given.seconds) * NS + int(given.nanos)
