"""Keys of the installation: made once, readable by their owner only."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from videre.common.errors import Reason, VidereError


def made_once(path: Path, make: Callable[[], bytes]) -> bytes:
    """Return the bytes of a file, which `make` gives where it is not there yet.

    Processes that start together on one folder get the same bytes.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as target:
        target.write(make())
        target.flush()
        os.fsync(target.fileno())
    with contextlib.suppress(FileExistsError):  # another process was first
        os.link(fresh, path)
    fresh.unlink()
    return path.read_bytes()


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
