"""The first key of an installation: somebody has to be able to make the others."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import structlog

from videre.common.auth import Role
from videre.common.values import NS
from videre.orchestrator.access.gate import EVERY
from videre.orchestrator.access.keys import new_key
from videre.orchestrator.ids import Ids
from videre.orchestrator.store.credentials import CredentialStore, NewCredential

log = structlog.get_logger(__name__)

FILE: Final = "admin.key"
_LIFETIME_NS: Final = 365 * 24 * 3600 * NS


def ensure_first_key(credentials: CredentialStore, folder: Path, ids: Ids) -> bool:
    """Write a key for everything to `admin.key` where no live one exists; tell whether it was.

    The file comes first: a key that is stored and that nobody has would lock everybody out.
    """
    if credentials.any_live(EVERY, Role.ADMIN):
        return False
    key = new_key()
    path = folder / FILE
    fresh = path.with_name(f"{FILE}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as target:
        target.write(key.secret + "\n")
        target.flush()
        os.fsync(target.fileno())
    os.replace(fresh, path)
    new = NewCredential(ids.new(), EVERY, "first administrator", tuple(Role), "videre")
    credentials.create(new, key, _LIFETIME_NS)
    log.warning("first key of the installation written", path=str(path))
    return True
