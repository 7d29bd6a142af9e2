"""Samples of things that are known by pictures: from what a caller sends to what is kept."""

from __future__ import annotations

import asyncio

from videre.common.errors import Reason, VidereError, invalid
from videre.orchestrator.api.libraries.sample_pictures import engine_of, look_at, picture_bytes
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.catalog import EngineFacts
from videre.orchestrator.features import LANDMARKS
from videre.orchestrator.library.entries import Marks
from videre.orchestrator.library.marks import FEWEST_FEATURES, read_features, to_bytes
from videre.orchestrator.library.model import NewSample
from videre.orchestrator.media.still import picture_jpeg
from videre.v1 import library_pb2


class PictureSamples:
    """Takes samples of pictures. One for each call, so that the engine is asked for once."""

    def __init__(self, app: Orchestrator, project_id: str) -> None:
        self._app, self._project_id = app, project_id
        self._engine: EngineFacts | None = None

    async def take(self, sample: library_pb2.NewLibrarySample) -> NewSample:
        """Return a sample that may be kept; its picture is in the artifact store already.

        Raises:
            VidereError: PICTURE_PLAIN, MEDIA_* for what is no picture, ARTIFACT_NOT_FOUND,
                NO_ENGINE, SERVICE_DOWN, FIELD_INVALID for a sample of a person.
        """
        source = sample.WhichOneof("source") or ""
        if source not in ("picture", "artifact_digest"):
            raise invalid(source, "is of persons only", limit="picture, artifact_digest")
        if sample.HasField("box"):
            raise invalid("box", "is of persons only", limit="none")
        if self._engine is None:
            self._engine = await engine_of(self._app, LANDMARKS.name)
        data = await picture_bytes(self._app, self._project_id, sample)
        picture = await picture_jpeg(data, self._app.run_child)
        (seen,) = (await look_at(self._app, self._engine, picture)).observations
        marks = Marks(
            read_features(seen.local_features),
            round(seen.attributes["width_px"]),
            round(seen.attributes["height_px"]),
            seen.perceptual_hash if seen.HasField("perceptual_hash") else None,
        )
        if len(marks.features) < FEWEST_FEATURES:
            raise VidereError(
                Reason.PICTURE_PLAIN,
                f"the picture has {len(marks.features)} corners; "
                f"at least {FEWEST_FEATURES} are needed",
                metadata={"features": str(len(marks.features))},
            )
        digest = await asyncio.to_thread(
            self._app.artifacts.put, self._project_id, picture.data, codec="none"
        )
        return NewSample(
            id=self._app.ids.new(),
            negative=sample.negative,
            picture_digest=digest,
            box=None,
            engine=self._engine.id,
            vector=to_bytes(marks),
        )
