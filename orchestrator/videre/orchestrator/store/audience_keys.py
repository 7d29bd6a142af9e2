"""Keys of a project's audience, sealed under the installation's: of profiles, and of pseudonyms."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from videre.common.keys import KEY_BYTES
from videre.common.sealing import Seal
from videre.orchestrator.recommend.model import Profile
from videre.orchestrator.recommend.profiles import packed, unpacked
from videre.orchestrator.store import schema as t

_KEY: Final = t.audience_key.c


@dataclass(frozen=True, slots=True)
class ProjectKeys:
    """The keys of a project; the newest version seals."""

    project_id: str
    pseudonyms: bytes
    versions: Mapping[int, bytes]

    @property
    def newest(self) -> int:
        """The version that seals."""
        return max(self.versions)

    def pseudonym(self, user_id: str) -> str:
        """Return what a user is stored under."""
        return hmac.digest(self.pseudonyms, user_id.encode(), "sha256").hex()

    def exported(self, pseudonym: str) -> str:
        """Return what a user is exported under: it does not lead back to their profile's row."""
        return hmac.digest(self.pseudonyms, f"export of {pseudonym}".encode(), "sha256").hex()

    def close(self, profile: Profile, pseudonym: str) -> bytes:
        """Return a profile sealed for its user."""
        seal = Seal(self.versions[self.newest])
        return seal.close_bytes(packed(profile), f"{self.project_id}/{pseudonym}")

    def open(self, sealed: bytes, version: int, pseudonym: str) -> Profile:
        """Return what `close` sealed.

        Raises:
            VidereError: KEY_MISSING, it was sealed under another key or for another user.
        """
        seal = Seal(self.versions[version])
        return unpacked(seal.open_bytes(sealed, f"{self.project_id}/{pseudonym}"))


def known_keys(connection: sa.Connection, seal: Seal, project_id: str) -> ProjectKeys | None:
    """Return the keys of a project; None where it has none.

    Raises:
        VidereError: KEY_MISSING.
    """
    query = sa.select(_KEY.version, _KEY.sealed).where(_KEY.project_id == project_id)
    found = {
        version: seal.open_bytes(sealed, _bound(project_id))
        for version, sealed in connection.execute(query)
    }
    if not found:
        return None
    versions = {version: plain[:KEY_BYTES] for version, plain in found.items()}
    return ProjectKeys(project_id, found[max(found)][KEY_BYTES:], versions)


def sealed_pair(seal: Seal, project_id: str, key: bytes, pseudonyms: bytes) -> bytes:
    """Return a key of profiles and the one of pseudonyms as they are stored."""
    return seal.close_bytes(key + pseudonyms, _bound(project_id))


def _bound(project_id: str) -> str:
    return f"audience of {project_id}"
