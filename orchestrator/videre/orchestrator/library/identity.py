"""The same unknown person in several media → one id. Pure.

Somebody new is whom they are most like among the first faces of all identities known so far, from
the likeness over a film on; else they found an identity of their own. An identity is known by its
first face alone, so that it does not drift, and never changes its id. The ids depend on the order
in which media are published, and on nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from videre.common.values import sha256_hex
from videre.orchestrator.fusion.face_vectors import Vectors, from_bytes, likeness
from videre.orchestrator.fusion.people import SAME_PERSON, Faces
from videre.orchestrator.library.assign import assign


def identify(
    media_id: str,
    faces: Faces,
    frames: Mapping[str, frozenset[int]],
    known: Sequence[str],
    first_faces: Vectors,
) -> dict[str, str]:
    """Return the identity of each person of a media.

    Args:
        media_id: the media.
        faces: what its people look like.
        frames: where each of them is seen; those in one frame are never one.
        known: the identities known so far, each once.
        first_faces: the first face of each, made by the same engine.
    """
    persons = sorted(faces.vectors)
    limits = SAME_PERSON.get(faces.engine.partition("@")[0])
    found: dict[str, tuple[int, int]] = {}
    if persons and limits is not None and known:
        alike = likeness(from_bytes(faces.vectors[person] for person in persons), first_faces)
        found = assign(np.asarray(alike), persons, known, limits.in_film, frames)
    return {
        person: known[found[person][0]] if person in found else founded(media_id, person)
        for person in persons
    }


def founded(media_id: str, person_id: str) -> str:
    """Return the id of the identity that a person founds."""
    return sha256_hex(f"identity:{media_id}:{person_id}".encode())[:16]
