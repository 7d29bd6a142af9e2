"""Keys of the installation: made once, readable by their owner only."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from videre.common.errors import Reason, VidereError
from videre.common.keys import made_once


def load_report_key(path: Path) -> Ed25519PrivateKey:
    """Return the key that signs reports of verdicts.

    Raises:
        VidereError: STORE_FAILED, the file is no such key.
    """
    try:
        key = load_pem_private_key(made_once(path, _report_key), password=None)
    except (TypeError, ValueError) as error:
        raise VidereError(Reason.STORE_FAILED, f"{path} is no key: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise VidereError(Reason.STORE_FAILED, f"{path} is no Ed25519 key")
    return key


def _report_key() -> bytes:
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
