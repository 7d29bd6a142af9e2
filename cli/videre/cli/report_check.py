"""What a signed report is checked with: a key and the bytes of a media."""

from __future__ import annotations

import hashlib
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from videre.cli.failures import CommandError
from videre.exports.verdict_report import read_public_key


def read_key(path: Path) -> Ed25519PublicKey:
    """Read a public key.

    Raises:
        CommandError: the file is none.
    """
    try:
        return read_public_key(path.read_bytes())
    except ValueError as error:
        raise CommandError(f"{path} is no public key: {error}") from error


def file_digest(path: Path) -> str:
    """Return the SHA-256 (hex) of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
