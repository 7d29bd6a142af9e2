"""Opening the artifact store of a configuration: a folder, or an object store."""

from __future__ import annotations

from videre.common.artifact_sealing import Sealing
from videre.common.artifacts import ArtifactStore
from videre.common.config import Settings


def open_artifacts(settings: Settings) -> ArtifactStore:
    """Return the artifact store of a configuration."""
    sealing = Sealing(settings.known_seal, closes=settings.encryption, opened=settings.opened_path)
    if settings.object_store is None:
        return ArtifactStore(settings.artifacts_path, sealing)
    # 15 MB that a folder does without.
    from videre.common.remote_artifacts import RemoteArtifactStore

    return RemoteArtifactStore(
        settings.object_store, settings.artifacts_path, settings.artifact_cache_bytes, sealing
    )
