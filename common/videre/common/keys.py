"""Keys of the installation: where they come from. Nothing here needs a cipher.

The master key is in the environment, in what a program prints (the client of a key management
service, say), or in a file that is made once. Where several keys are given the first one seals and
every one opens: so a new key takes the place of an old one.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import os
import shlex
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from videre.common.errors import Reason, VidereError

KEY_BYTES: Final = 32
#: A service of keys is a call over the network.
_COMMAND_TIMEOUT_S: Final = 60.0
_ID_CHARACTERS: Final = 16


def key_id(key: bytes) -> str:
    """Return what a master key is called beside what it has sealed; it tells nothing of the key."""
    return hashlib.sha256(b"videre master key\0" + key).hexdigest()[:_ID_CHARACTERS]


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


def keys_by_command(command: str) -> Sequence[bytes]:
    """Return the keys that a program prints, see `keys_of`; no shell reads its command line.

    Raises:
        VidereError: KEY_MISSING, it failed or printed something else. What it printed is not told.
    """
    program, *arguments = shlex.split(command)
    try:
        ended = subprocess.run(
            [program, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=_COMMAND_TIMEOUT_S,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _missing(f"{program} gives no master key: {type(error).__name__}") from None
    if ended.returncode:
        raise _missing(f"{program} gives no master key: it ended with {ended.returncode}")
    try:
        return keys_of(ended.stdout.decode("ascii", "replace").strip())
    except ValueError as error:
        raise _missing(f"what {program} prints {error}") from None


def keys_in_file(path: Path, make: Callable[[], bytes] | None) -> Sequence[bytes]:
    """Return the one key of a file.

    Args:
        path: of the file.
        make: gives the key of a file that is not there; None = it has to be there.

    Raises:
        VidereError: KEY_MISSING, there is none; STORE_FAILED, the file is no such key.
    """
    try:
        key = path.read_bytes() if make is None else made_once(path, make)
    except FileNotFoundError:
        raise _missing(f"there is no master key at {path}") from None
    if len(key) != KEY_BYTES:
        raise VidereError(Reason.STORE_FAILED, f"{path} is no key of {KEY_BYTES} bytes")
    return [key]


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


def _missing(why: str) -> VidereError:
    return VidereError(Reason.KEY_MISSING, why)
