"""Signed, expiring paths to artifacts on the HTTP side port."""

from __future__ import annotations

import base64
import hmac
import json
import secrets
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from videre.common.clock import Clock
from videre.common.keys import made_once
from videre.common.values import NS, canonical_json

_KEY_BYTES: Final = 32


class LinkInvalid(Exception):
    """The token was not signed by this installation."""


class LinkExpired(Exception):
    """The token's time has passed."""


@dataclass(frozen=True, slots=True)
class Link:
    """What a token gives access to."""

    project_id: str
    digest: str
    media_type: str
    expires_ns: int


class Links:
    """Makes and reads tokens: canonical JSON and its HMAC-SHA256, both base64url."""

    def __init__(self, key: bytes, clock: Clock, lifetime_s: float) -> None:
        self._key = key
        self._clock = clock
        self._lifetime_ns = round(lifetime_s * NS)

    def path(self, project_id: str, digest: str, media_type: str) -> str:
        """Return "/artifacts/<token>" for an artifact."""
        expires = self._clock.now_ns() + self._lifetime_ns
        body = canonical_json({"p": project_id, "d": digest, "t": media_type, "e": expires})
        return f"/artifacts/{_encode(body)}.{_encode(self._sign(body))}"

    def read(self, token: str) -> Link:
        """Return what a token gives access to.

        Raises:
            LinkInvalid: not signed by this installation.
            LinkExpired: too late.
        """
        try:
            head, _, tail = token.partition(".")
            body, signature = _decode(head), _decode(tail)
        except ValueError as error:
            raise LinkInvalid from error
        if not hmac.compare_digest(signature, self._sign(body)):
            raise LinkInvalid
        content = json.loads(body)
        if content["e"] < self._clock.now_ns():
            raise LinkExpired
        return Link(content["p"], content["d"], content["t"], content["e"])

    def _sign(self, body: bytes) -> bytes:
        return hmac.new(self._key, body, sha256).digest()


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _decode(text: str) -> bytes:
    if not text.isascii():
        raise ValueError("not base64url")
    decoded = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if _encode(decoded) != text:
        raise ValueError("not canonical base64url")
    return decoded


def load_key(path: Path) -> bytes:
    """Return the installation's signing key, made on first use and readable by its owner only."""
    return made_once(path, lambda: secrets.token_bytes(_KEY_BYTES))
