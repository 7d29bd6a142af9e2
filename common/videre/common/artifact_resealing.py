"""Sealing artifacts anew while they are read: under another master key, or for the first time."""

from __future__ import annotations

import os

from videre.common.artifact_file import Codec, key_of, read_header
from videre.common.artifact_sealing import Sealing
from videre.common.artifacts import ArtifactStore, corrupt


def is_current(store: ArtifactStore, project: str, digest: str) -> bool:
    """Tell whether an artifact is sealed, or not sealed, as a new one would be.

    Raises:
        VidereError: ARTIFACT_NOT_FOUND, ARTIFACT_CORRUPT.
    """
    path, coded = store.find(project, digest)
    closing = store.closing
    wanted = closing.seal.key_ids[0] if closing is not None else ""
    return (key_of(path) if coded else "") == wanted


def reseal(store: ArtifactStore, project: str, digest: str) -> None:
    """Seal an artifact as a new one would be; it can be read all the time.

    Of a sealed one only the head changes. A file that is not sealed goes, under the name too that
    `materialize` has given.

    Raises:
        VidereError: ARTIFACT_NOT_FOUND, ARTIFACT_CORRUPT, KEY_MISSING.
    """
    path, coded = store.find(project, digest)
    codec: Codec = "none"
    sealed = False
    if coded:
        with path.open("rb") as file:
            header = read_header(file)
        codec, sealed = header.codec, bool(header.key_id)
    closing = store.closing
    if closing is not None and sealed:
        _renew(store, closing, project, digest)
        return
    with store.writer(project, codec) as writer:
        for piece in store.pieces(project, digest):
            writer.write(piece)
        if writer.digest != digest:
            raise corrupt(digest)
        writer.commit()
    if closing is not None:
        store.drop(project, digest, coded=False)
    elif codec == "none":
        store.drop(project, digest, coded=True)


def _renew(store: ArtifactStore, sealing: Sealing, project: str, digest: str) -> None:
    path, _ = store.find(project, digest)
    target, fresh = store.temporary(project)
    try:
        with path.open("rb") as source, target:
            sealing.renew(source, target, f"{project}/{digest}")
            target.flush()
            os.fsync(target.fileno())
        store.place(project, digest, fresh, True)
    finally:
        fresh.unlink(missing_ok=True)
