"""From a call's metadata to its caller: the owner of the machine, a key, or a token."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from videre.common.auth import DEFAULT_PROJECT, LOCAL, Principal, Role
from videre.common.clock import Clock
from videre.common.errors import Reason, VidereError
from videre.orchestrator.access.directory import FRESH_S, Directory
from videre.orchestrator.access.keys import is_told_by, key_id
from videre.orchestrator.access.tokens import TokenVerifier
from videre.orchestrator.store.credentials import CredentialRecord, CredentialStore, KeyRecord

#: Project of a credential that is for all of them.
EVERY: Final = "*"
#: Metadata that names the project of a call, where its request does not.
PROJECT_HEADER: Final = "x-videre-project"
_BEARER: Final = "bearer "
#: Uses of a key are noted this often, seconds.
_NOTED_EVERY_S: Final = 60.0
#: Keys remembered; all are forgotten beyond it.
_MOST_KNOWN: Final = 10_000

Metadata = Mapping[str, str | bytes]


class LocalOwner:
    """Takes every caller for the owner of this machine, who may see every project."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    async def __call__(self, metadata: Metadata) -> Principal:
        """Return the owner.

        Raises:
            VidereError: PROJECT_FORBIDDEN, the metadata name a project that is not open.
        """
        return placed(LOCAL, await self._directory.open_ids(), named_project(metadata))


class Gate:
    """Knows callers by the key or token in `authorization: Bearer …`."""

    def __init__(
        self,
        directory: Directory,
        credentials: CredentialStore,
        tokens: TokenVerifier | None,
        clock: Clock,
    ) -> None:
        """Take who is known; without `tokens` keys only."""
        self._directory, self._credentials = directory, credentials
        self._tokens, self._clock = tokens, clock
        self._known: dict[str, tuple[float, CredentialRecord, KeyRecord]] = {}
        self._noted: dict[str, float] = {}

    async def __call__(self, metadata: Metadata) -> Principal:
        """Return the caller.

        Raises:
            VidereError: CREDENTIAL_MISSING, CREDENTIAL_INVALID, ISSUER_DOWN; PROJECT_FORBIDDEN,
                the project is closed, or the metadata name another one.
        """
        shown = str(metadata.get("authorization", ""))
        if shown[: len(_BEARER)].lower() != _BEARER:
            raise VidereError(
                Reason.CREDENTIAL_MISSING, "show a key: `authorization: Bearer <key>`"
            )
        secret = shown[len(_BEARER) :].strip()
        identifier = key_id(secret)
        if identifier is not None:
            caller = await self._by_key(identifier, secret)
        elif self._tokens is not None and secret.count(".") == 2:
            caller = await self._by_token(self._tokens, secret)
        else:
            raise _unknown()
        return placed(caller, await self._directory.open_ids(), named_project(metadata))

    async def _by_key(self, identifier: str, secret: str) -> Principal:
        credential, key = await self._find(identifier)
        now = self._clock.now_ns()
        if not is_told_by(secret, key.digest) or not key.live(now):
            raise _unknown()
        await self._note(identifier)
        everywhere = credential.project_id == EVERY
        return Principal(
            credential.name,
            DEFAULT_PROJECT if everywhere else credential.project_id,
            frozenset(Role(role) for role in credential.roles),
            everywhere=everywhere,
        )

    async def _by_token(self, tokens: TokenVerifier, token: str) -> Principal:
        told = await tokens.caller(token)
        if EVERY in told.projects:
            return Principal(told.subject, DEFAULT_PROJECT, told.roles, everywhere=True)
        own, *others = told.projects
        return Principal(told.subject, own, told.roles, others=frozenset(others))

    async def _find(self, identifier: str) -> tuple[CredentialRecord, KeyRecord]:
        now = self._clock.monotonic()
        until, credential, key = self._known.get(identifier, (now, None, None))
        if credential is None or key is None or now >= until:
            found = await asyncio.to_thread(self._credentials.find, identifier)
            if found is None:
                raise _unknown()
            credential, key = found
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
                self._noted.clear()
            self._known[identifier] = (now + FRESH_S, credential, key)
        return credential, key

    async def _note(self, identifier: str) -> None:
        now = self._clock.monotonic()
        if now - self._noted.get(identifier, float("-inf")) >= _NOTED_EVERY_S:
            self._noted[identifier] = now
            await asyncio.to_thread(self._credentials.note_use, identifier)


def named_project(metadata: Metadata) -> str:
    """Return the project that the metadata name; "" = none."""
    return str(metadata.get(PROJECT_HEADER, ""))


def placed(caller: Principal, open_ids: frozenset[str], named: str) -> Principal:
    """Return the caller in the project that a call is about.

    Args:
        caller: who calls, as a credential tells.
        open_ids: the projects that are not closed.
        named: project in the metadata; "" = the caller's own.

    Raises:
        VidereError: PROJECT_FORBIDDEN.
    """
    if caller.everywhere:
        others = open_ids
    else:
        others = caller.others & open_ids
        if caller.project not in open_ids:
            raise forbidden(caller.project)
    if named and named != caller.project:
        if named not in others:
            raise forbidden(named)
        others |= {caller.project} & open_ids
        return replace(caller, project=named, others=others)
    return replace(caller, others=others)


def forbidden(project_id: str) -> VidereError:
    """Return the refusal of a project; that it is another's, closed or not there sounds alike."""
    return VidereError(
        Reason.PROJECT_FORBIDDEN,
        f"the caller does not belong to project {project_id!r}, or there is none",
        metadata={"project_id": project_id},
    )


def _unknown() -> VidereError:
    return VidereError(Reason.CREDENTIAL_INVALID, "the key or token is not valid (any more)")
