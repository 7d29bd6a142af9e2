"""What has to be known again, but not by who has the database: sealed by AES-256-GCM.

The installation's key is in the environment, or in a file that is made once. Where several keys are
given the first one seals and every one opens: so a new key takes the place of an old one.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from videre.common.errors import Reason, VidereError
from videre.orchestrator.keys import made_once

KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12


class Seal:
    """Seals bytes and opens them again, each bound to what it belongs to.

    Args:
        keys: the first one seals.
    """

    def __init__(self, *keys: bytes) -> None:
        self._ciphers = [AESGCM(key) for key in keys]

    def close_bytes(self, plain: bytes, belongs_to: str) -> bytes:
        """Return sealed bytes."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._ciphers[0].encrypt(nonce, plain, belongs_to.encode())

    def open_bytes(self, sealed: bytes, belongs_to: str) -> bytes:
        """Return what was sealed.

        Raises:
            VidereError: STORE_FAILED, it was sealed under another key or for something else.
        """
        nonce, data = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(nonce, data, belongs_to.encode())
            except (InvalidTag, ValueError):  # the latter where it is too short to be sealed
                continue
        raise VidereError(
            Reason.STORE_FAILED,
            f"a secret of {belongs_to} was sealed under another key than this installation has",
        )

    def close(self, plain: bytes, belongs_to: str) -> str:
        """Return sealed bytes as text."""
        return base64.b64encode(self.close_bytes(plain, belongs_to)).decode()

    def open(self, sealed: str, belongs_to: str) -> bytes:
        """Return what was sealed as text.

        Raises:
            VidereError: see `open_bytes`.
        """
        return self.open_bytes(base64.b64decode(sealed), belongs_to)


def keys_of(text: str) -> Sequence[bytes]:
    """Return the keys in a text: base64 of 32 bytes each, separated by commas, the newest first.

    Raises:
        ValueError: it is no such text.
    """
    try:
        keys = [base64.b64decode(part.strip(), validate=True) for part in text.split(",")]
    except binascii.Error:
        raise ValueError("is not base64") from None
    if any(len(key) != KEY_BYTES for key in keys):
        raise ValueError(f"has a key that is not {KEY_BYTES} bytes")
    return keys


def load_seal(path: Path, given: str | None = None) -> Seal:
    """Return the seal of the installation.

    Args:
        path: of its key; made on first use, for its owner only.
        given: keys that take the place of the file's, see `keys_of`.

    Raises:
        VidereError: STORE_FAILED, the file is no such key.
    """
    if given is not None:
        return Seal(*keys_of(given))
    key = made_once(path, lambda: secrets.token_bytes(KEY_BYTES))
    if len(key) != KEY_BYTES:
        raise VidereError(Reason.STORE_FAILED, f"{path} is no key of {KEY_BYTES} bytes")
    return Seal(key)
