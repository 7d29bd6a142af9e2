"""Tokens of an OpenID Connect issuer: verified here, with keys that the issuer publishes.

The keys are read when they are first needed and again every ten minutes; a token that names a key
which is not among them has them read at once, so that an issuer may change keys at any time.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import jwt
import structlog

from videre.common.auth import Role
from videre.common.clock import Clock
from videre.common.egress import Egress
from videre.common.errors import Reason, VidereError

log = structlog.get_logger(__name__)

#: Signatures by a private key only: who can verify one cannot make one.
_ALGORITHMS: Final = ("RS256", "PS256", "ES256", "ES384", "EdDSA")
_REQUIRED: Final = ("exp", "iss", "aud", "sub")
#: By how much clocks may differ, seconds.
_LEEWAY_S: Final = 30
#: Age at which the keys are read again, and for which they are kept when that fails, seconds.
_FRESH_S: Final = 600.0
_KEPT_S: Final = 24 * 3600.0
#: Shortest time between two readings that unknown keys cause, seconds.
_PAUSE_S: Final = 10.0
_DOCUMENT_BYTES: Final = 1 << 20
_FETCH_S: Final = 10.0
_DISCOVERY: Final = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class Issuer:
    """Whose tokens are taken, and what they say.

    Args:
        name: the issuer's URL, as tokens name it.
        audience: what tokens must be made for.
        keys_url: where it publishes its keys (JWKS); "" = where its discovery document says.
        project_claim: claim with the project, or with several of them; "*" = every project.
        roles_claim: claim with the names of the roles.
    """

    name: str
    audience: str
    keys_url: str
    project_claim: str
    roles_claim: str


@dataclass(frozen=True, slots=True)
class TokenCaller:
    """Who a token says calls."""

    subject: str
    projects: tuple[str, ...]
    roles: frozenset[Role]


class _Memory:
    """A download kept in memory."""

    def __init__(self) -> None:
        self.data = bytearray()

    async def begin(self, offset: int, total: int | None) -> None:
        """See `Sink`."""

    async def write(self, data: bytes) -> None:
        """See `Sink`."""
        self.data += data


class TokenVerifier:
    """Verifies the tokens of one issuer."""

    def __init__(self, issuer: Issuer, egress: Egress, clock: Clock) -> None:
        self._issuer, self._egress, self._clock = issuer, egress, clock
        self._keys: dict[str, jwt.PyJWK] = {}
        self._read = float("-inf")
        self._tried = float("-inf")
        self._reading = asyncio.Lock()

    async def caller(self, token: str) -> TokenCaller:
        """Return who calls with a token.

        Raises:
            VidereError: CREDENTIAL_INVALID; ISSUER_DOWN, its keys cannot be read.
        """
        try:
            name = str(jwt.get_unverified_header(token).get("kid", ""))
            key = await self._key(name)
            claims = jwt.decode(
                token,
                key,
                algorithms=list(_ALGORITHMS),
                audience=self._issuer.audience,
                issuer=self._issuer.name,
                leeway=_LEEWAY_S,
                options={"require": list(_REQUIRED)},
            )
        except jwt.PyJWTError as error:
            raise VidereError(
                Reason.CREDENTIAL_INVALID, f"the token is not valid: {type(error).__name__}"
            ) from error
        return caller_of(self._issuer, claims)

    async def _key(self, name: str) -> jwt.PyJWK:
        now = self._clock.monotonic()
        known = name in self._keys
        if now - self._read > _FRESH_S or (not known and now - self._tried > _PAUSE_S):
            async with self._reading:
                if self._clock.monotonic() - self._tried > _PAUSE_S or not self._keys:
                    await self._refresh(kept=known and now - self._read < _KEPT_S)
        if name not in self._keys:
            raise jwt.InvalidKeyError("no such key")
        return self._keys[name]

    async def _refresh(self, *, kept: bool) -> None:
        self._tried = self._clock.monotonic()
        try:
            url = self._issuer.keys_url or await self._discover()
            found = jwt.PyJWKSet.from_dict(await self._fetch(url))
        except (VidereError, jwt.PyJWTError, ValueError, KeyError, TypeError) as error:
            log.warning("keys of the issuer not read", issuer=self._issuer.name, error=str(error))
            if kept:
                return
            raise VidereError(
                Reason.ISSUER_DOWN, f"{self._issuer.name} does not tell its keys", retry_after_s=5
            ) from error
        self._keys = {key.key_id or "": key for key in found.keys}
        self._read = self._tried

    async def _discover(self) -> str:
        document = await self._fetch(self._issuer.name.rstrip("/") + _DISCOVERY)
        if document["issuer"] != self._issuer.name:
            raise ValueError("the discovery document names another issuer")
        return str(document["jwks_uri"])

    async def _fetch(self, url: str) -> dict[str, Any]:
        sink = _Memory()
        await self._egress.download(url, sink, max_bytes=_DOCUMENT_BYTES, timeout_s=_FETCH_S)
        document: dict[str, Any] = json.loads(bytes(sink.data))
        return document


def caller_of(issuer: Issuer, claims: Mapping[str, Any]) -> TokenCaller:
    """Return who verified claims name. Names that are no role of ours say nothing.

    Raises:
        VidereError: CREDENTIAL_INVALID, they name no project.
    """
    projects = _texts(_claim(claims, issuer.project_claim))
    if not projects:
        raise VidereError(
            Reason.CREDENTIAL_INVALID, f"the token has no claim {issuer.project_claim!r}"
        )
    named = set(_texts(_claim(claims, issuer.roles_claim)))
    return TokenCaller(
        str(claims["sub"]), projects, frozenset(role for role in Role if role.value in named)
    )


def _claim(claims: Mapping[str, Any], name: str) -> Any:
    """Return a claim by its name, or by a path through objects such as "realm_access.roles"."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(value.split())
    return tuple(str(item) for item in value) if isinstance(value, list) else ()
