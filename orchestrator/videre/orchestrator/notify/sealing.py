"""Secrets that have to be known again: sealed by AES-256-GCM under the key of the installation."""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from videre.common.errors import Reason, VidereError
from videre.orchestrator.keys import made_once

_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12


class Seal:
    """Seals texts and opens them again, each bound to what it belongs to."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def close(self, plain: bytes, belongs_to: str) -> str:
        """Return sealed bytes as text."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, plain, belongs_to.encode())
        return base64.b64encode(nonce + sealed).decode()

    def open(self, sealed: str, belongs_to: str) -> bytes:
        """Return what was sealed.

        Raises:
            VidereError: STORE_FAILED, it was sealed under another key or for something else.
        """
        data = base64.b64decode(sealed)
        try:
            return self._cipher.decrypt(
                data[:_NONCE_BYTES], data[_NONCE_BYTES:], belongs_to.encode()
            )
        except InvalidTag:
            raise VidereError(
                Reason.STORE_FAILED,
                f"a secret of {belongs_to} was sealed under another key than master.key",
            ) from None


def load_seal(path: Path) -> Seal:
    """Return the seal of the installation; its key is made on first use, for its owner only.

    Raises:
        VidereError: STORE_FAILED, the file is no such key.
    """
    key = made_once(path, lambda: secrets.token_bytes(_KEY_BYTES))
    if len(key) != _KEY_BYTES:
        raise VidereError(Reason.STORE_FAILED, f"{path} is no key of {_KEY_BYTES} bytes")
    return Seal(key)
