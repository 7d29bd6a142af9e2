"""The faces of an analysis between its making and its publication. Pure."""

from __future__ import annotations

import base64
import json

from videre.common.values import canonical_json
from videre.orchestrator.fusion.people import Faces


def faces_to_json(faces: Faces) -> bytes:
    """Return what people look like as canonical JSON."""
    vectors = {
        person: base64.b64encode(vector).decode() for person, vector in faces.vectors.items()
    }
    return canonical_json({"engine": faces.engine, "vectors": vectors})


def faces_from_json(data: bytes) -> Faces:
    """Return what `faces_to_json` was given."""
    document = json.loads(data)
    return Faces(
        document["engine"],
        {person: base64.b64decode(vector) for person, vector in document["vectors"].items()},
    )
