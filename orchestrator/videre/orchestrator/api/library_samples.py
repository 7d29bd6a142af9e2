"""Samples of own libraries: from what a caller sends to what is kept.

A picture is decoded apart from this process, then the visual service's face engine looks at it.
"""

from __future__ import annotations

import asyncio
from typing import Final

import grpc.aio

from videre.common.errors import Reason, VidereError
from videre.common.values import score_e4
from videre.internal.v1 import visual_pb2, visual_pb2_grpc
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.catalog import EngineFacts, choose
from videre.orchestrator.document import Person
from videre.orchestrator.document_json import parts_from_json
from videre.orchestrator.features import FACES
from videre.orchestrator.fusion.people import SAME_PERSON
from videre.orchestrator.library.faces import SeenFace, face_vector, the_face
from videre.orchestrator.library.model import NewSample
from videre.orchestrator.media.limits import limit_error
from videre.orchestrator.media.still import MAX_BYTES, Jpeg, picture_jpeg
from videre.orchestrator.steps import answers
from videre.orchestrator.steps.services import selection
from videre.v1 import library_pb2

#: Longest that a sample waits for the service that looks at it.
_LOOK_S: Final = 30.0
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
            return await asyncio.to_thread(self._known, sample)
        engine = await self._face_engine()
        picture = await picture_jpeg(await self._bytes(sample), self._app.run_child)
        seen = await self._look(engine, picture)
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

    def _known(self, sample: library_pb2.NewLibrarySample) -> NewSample:
        """Return a sample of somebody whom an analysis shows; no model is asked."""
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
        )

    async def _face_engine(self) -> EngineFacts:
        if self._engine is None:
            catalog = await self._app.services.describe("visual", wanted=None)
            choice = choose([catalog], "visual", FACES.name, {})
            if choice.engine is None:
                raise VidereError(Reason(choice.reason), choice.message)
            if choice.engine.name not in SAME_PERSON:
                raise VidereError(
                    Reason.NO_ENGINE,
                    f"the installed face engine {choice.engine.name} cannot tell people apart",
                )
            self._engine = choice.engine
        return self._engine

    async def _bytes(self, sample: library_pb2.NewLibrarySample) -> bytes:
        if sample.WhichOneof("source") == "picture":
            return sample.picture
        digest = sample.artifact_digest
        if not await asyncio.to_thread(self._app.evidence.owned, self._project_id, digest):
            raise VidereError(
                Reason.ARTIFACT_NOT_FOUND, f"no artifact {digest}", metadata={"digest": digest}
            )
        artifacts = self._app.artifacts
        size = await asyncio.to_thread(artifacts.size, self._project_id, digest)
        if size > MAX_BYTES:
            raise limit_error(Reason.MEDIA_TOO_LARGE, "bytes", MAX_BYTES, size)
        return await asyncio.to_thread(artifacts.read, self._project_id, digest)

    async def _look(self, engine: EngineFacts, picture: Jpeg) -> list[SeenFace]:
        request = visual_pb2.AnalyzeFramesRequest(
            frames=[visual_pb2.Frame(jpeg=picture.data)], engines=[selection(engine)]
        )

        async def call(
            channel: grpc.aio.Channel, timeout_s: float
        ) -> visual_pb2.AnalyzeFramesResponse:
            stub = visual_pb2_grpc.VisualServiceStub(channel)
            return await stub.AnalyzeFrames(request, timeout=timeout_s)

        try:
            async with asyncio.timeout(_LOOK_S):
                answer = await self._app.services.call("visual", _LOOK_S, call)
        except TimeoutError:
            raise VidereError(
                Reason.SERVICE_DOWN, f"visual did not answer for {_LOOK_S:.0f} s"
            ) from None
        answers.frames(answer, request)
        return [_seen_face(observed, engine) for observed in answer.observations]


def _seen_face(observed: visual_pb2.Observation, engine: EngineFacts) -> SeenFace:
    left, top, width, height = (score_e4(value) for value in observed.box)
    return SeenFace(
        score=min(score_e4(observed.score), engine.score_cap),
        box=(left, top, width, height),
        points=tuple(score_e4(value) for value in observed.points),
        width_px=observed.attributes.get("width_px", 0.0),
        embedding=tuple(observed.embedding),
    )
