"""What has to be known again, but not by who has the disk: sealed by AES-256-GCM.

What is small is sealed under the installation's master key itself; what is large under a data key
of its own, which the master key seals (see `sealed_file`). For where keys come from see `keys`.
"""

from __future__ import annotations

import base64
import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from videre.common.errors import Reason, VidereError
from videre.common.keys import key_id

NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16


class Seal:
    """Seals bytes and opens them again, each bound to what it belongs to.

    Args:
        keys: the first one seals, every one opens.
    """

    def __init__(self, *keys: bytes) -> None:
        self._ciphers = [AESGCM(key) for key in keys]
        #: What the keys are called, see `key_id`; the first one seals.
        self.key_ids = tuple(map(key_id, keys))

    def close_bytes(self, plain: bytes, belongs_to: str) -> bytes:
        """Return sealed bytes."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._ciphers[0].encrypt(nonce, plain, belongs_to.encode())

    def open_bytes(self, sealed: bytes, belongs_to: str) -> bytes:
        """Return what was sealed.

        Raises:
            VidereError: KEY_MISSING, it was sealed under another key or for something else.
        """
        nonce, data = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(nonce, data, belongs_to.encode())
            except (InvalidTag, ValueError):  # the latter where it is too short to be sealed
                continue
        raise VidereError(
            Reason.KEY_MISSING,
            f"a secret of {belongs_to} was sealed under another key than this installation has",
        )

    def require(self, identifier: str, what: str) -> None:
        """Refuse what was sealed under a key that is not here.

        Raises:
            VidereError: KEY_MISSING.
        """
        if identifier not in self.key_ids:
            raise VidereError(
                Reason.KEY_MISSING,
                f"{what} is sealed under the master key {identifier}; this installation has "
                f"{', '.join(self.key_ids)}",
                metadata={"key_id": identifier},
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
