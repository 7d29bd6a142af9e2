"""Keys of callers: what they look like, and what tells one without storing it.

A key is "videre_<id>_<secret>". The secret has 256 random bits, so that one round of SHA-256 is
enough to store it by: there is nothing to be guessed.
"""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass
from typing import Final

from videre.common.values import sha256_hex

_KEY: Final = re.compile(r"videre_([0-9a-f]{16})_[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key before it is given away.

    Args:
        id: the part that may be shown.
        secret: the whole key.
        digest: what is stored of it.
    """

    id: str
    secret: str
    digest: str


def new_key() -> NewKey:
    """Make a key."""
    identifier = secrets.token_hex(8)
    secret = f"videre_{identifier}_{secrets.token_urlsafe(32)}"
    return NewKey(identifier, secret, digest_of(secret))


def key_id(secret: str) -> str | None:
    """Return the id in a key, or None when it does not look like one."""
    found = _KEY.fullmatch(secret)
    return found[1] if found else None


def digest_of(secret: str) -> str:
    """Return what is stored of a key."""
    return sha256_hex(secret.encode())


def is_told_by(secret: str, digest: str) -> bool:
    """Tell whether a key has this digest, in a time that says nothing about it."""
    return hmac.compare_digest(digest_of(secret), digest)
