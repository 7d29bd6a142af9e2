"""Samples of own libraries: from what a caller sends to what is kept.

A picture is decoded apart from this process, then the visual service's face engine looks at it.
"""

from __future__ import annotations

import asyncio
from typing import Final

from videre.common.errors import Reason, VidereError
from videre.common.values import score_e4
from videre.internal.v1 import visual_pb2
from videre.orchestrator.api.libraries.sample_pictures import engine_of, look_at, picture_bytes
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.catalog import EngineFacts
from videre.orchestrator.document import Person
from videre.orchestrator.document.canonical import parts_from_json
from videre.orchestrator.features import FACES
from videre.orchestrator.fusion.people import SAME_PERSON
from videre.orchestrator.library.faces import SeenFace, face_vector, faces_at, the_face
from videre.orchestrator.library.model import NewSample
from videre.orchestrator.media.still import picture_jpeg
from videre.v1 import library_pb2, types_pb2

_FACE: Final = "face"


class FaceSamples:
    """Takes samples of persons. One for each call, so that the engine is asked for once."""

    def __init__(self, app: Orchestrator, project_id: str) -> None:
        self._app, self._project_id = app, project_id
        self._engine: EngineFacts | None = None

    async def take(self, sample: library_pb2.NewLibrarySample) -> NewSample:
        """Return a sample that may be kept; its picture is in the artifact store already.

        Raises:
            VidereError: FACE_NOT_FOUND, FACES_SEVERAL, FACE_UNCLEAR, MEDIA_* for what is no
                picture, ARTIFACT_NOT_FOUND, PERSON_NOT_FOUND, NO_ENGINE, SERVICE_DOWN.
        """
        if sample.WhichOneof("source") in ("person", "identity_id"):
            return await asyncio.to_thread(self.known, sample)
        engine = await self._face_engine()
        data = await picture_bytes(self._app, self._project_id, sample)
        picture = await picture_jpeg(data, self._app.run_child)
        answer = await look_at(self._app, engine, picture)
        seen = [_seen_face(observed, engine) for observed in answer.observations]
        if sample.HasField("box"):
            seen = faces_at(seen, box_e4(sample.box))
        threshold = engine.class_thresholds.get(_FACE, 5_000)
        face = the_face(seen, threshold, picture.width, picture.height)
        digest = await asyncio.to_thread(
            self._app.artifacts.put, self._project_id, picture.data, codec="none"
        )
        return NewSample(
            id=self._app.ids.new(),
            negative=sample.negative,
            picture_digest=digest,
            box=face.box,
            engine=engine.id,
            vector=face_vector(face.embedding),
        )

    def known(self, sample: library_pb2.NewLibrarySample) -> NewSample:
        """Return a sample of somebody whom an analysis shows; no model is asked. Blocking.

        Raises:
            VidereError: PERSON_NOT_FOUND.
        """
        if sample.identity_id:
            face = self._app.faces.of_identity(self._project_id, sample.identity_id)
        else:
            asked = sample.person
            face = self._app.faces.of_person(self._project_id, asked.media_id, asked.person_id)
        record = self._app.media.analysis(self._project_id, face.media_id, 0)
        document = self._app.artifacts.read(self._project_id, record.document_digest)
        (people,) = parts_from_json(document, "people")
        person: Person | None = next((one for one in people if one.id == face.person_id), None)
        return NewSample(
            id=self._app.ids.new(),
            negative=sample.negative,
            picture_digest=person.picture if person is not None else "",
            box=person.picture_box if person is not None else None,
            engine=face.engine,
            vector=face.vector,
            origin={"media_id": face.media_id, "person_id": face.person_id},
        )

    async def _face_engine(self) -> EngineFacts:
        if self._engine is None:
            engine = await engine_of(self._app, FACES.name)
            if engine.name not in SAME_PERSON:
                raise VidereError(
                    Reason.NO_ENGINE,
                    f"the installed face engine {engine.name} cannot tell people apart",
                )
            self._engine = engine
        return self._engine


def box_e4(box: types_pb2.BoundingBox) -> tuple[int, int, int, int]:
    """Return a box as it is kept."""
    return score_e4(box.x), score_e4(box.y), score_e4(box.width), score_e4(box.height)


def _seen_face(observed: visual_pb2.Observation, engine: EngineFacts) -> SeenFace:
    left, top, width, height = (score_e4(value) for value in observed.box)
    return SeenFace(
        score=min(score_e4(observed.score), engine.score_cap),
        box=(left, top, width, height),
        points=tuple(score_e4(value) for value in observed.points),
        width_px=observed.attributes.get("width_px", 0.0),
        embedding=tuple(observed.embedding),
    )
