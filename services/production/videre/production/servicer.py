"""`ProductionService`: a task in, progress out, files into the artifact store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import grpc.aio

from videre.common.artifacts import ArtifactStore
from videre.common.catalog import acquire_selected
from videre.common.engine import EngineRegistry
from videre.common.errors import FieldViolation, Reason, VidereError
from videre.common.executor import Slot, SlotExecutor, deadline_of
from videre.exports.production_params import options_of, violations_of
from videre.internal.v1 import engine_pb2, production_pb2, production_pb2_grpc
from videre.production.decode import FrameSource
from videre.production.functions.base import Function, Made, Work
from videre.production.known_messages import known_from
from videre.production.media_index import read_pictures
from videre.v1 import production_pb2 as public_pb2

#: Time between two messages of progress at most, seconds; the contract says 5.
_PROGRESS_S: Final = 2.0
_MAIN: Final = "main"
_NS: Final = 1_000_000_000


class ProductionServicer(production_pb2_grpc.ProductionServiceServicer):
    """Makes files from media."""

    def __init__(
        self, functions: EngineRegistry[Function], executor: SlotExecutor, artifacts: ArtifactStore
    ) -> None:
        """Serve `functions` on the slots of `executor`, reading and writing `artifacts`."""
        self._functions = functions
        self._executor = executor
        self._artifacts = artifacts

    async def Render(
        self,
        request: production_pb2.RenderRequest,
        context: grpc.aio.ServicerContext[Any, Any],
    ) -> AsyncIterator[production_pb2.RenderResponse]:
        """See the proto."""
        check_task(request.task)
        rendering = _Rendering(request, self._functions, self._artifacts)
        work = asyncio.ensure_future(
            self._executor.run(rendering.run, deadline=deadline_of(context))
        )
        try:
            while not work.done():
                yield production_pb2.RenderResponse(progress=rendering.share)
                await asyncio.wait([work], timeout=_PROGRESS_S)
            yield production_pb2.RenderResponse(result=await work)
        finally:
            work.cancel()  # the caller is gone: the slot's next check ends the work


def check_task(task: public_pb2.ProductionTask) -> None:
    """Check a task before any work.

    Raises:
        VidereError: FUNCTION_UNIMPLEMENTED, FIELD_INVALID.
    """
    if task.WhichOneof("function") is None:
        raise VidereError(
            Reason.FUNCTION_UNIMPLEMENTED,
            "the task names no function of this release",
            metadata={"field": "task", "limit": "cover, sprite, captions"},
        )
    found = [
        FieldViolation(f"task.{one.field}", one.description, one.limit, one.actual)
        for one in violations_of(task)
    ]
    if found:
        raise VidereError(
            Reason.FIELD_INVALID,
            "; ".join(f"{one.field}: {one.description}" for one in found),
            violations=tuple(found),
            metadata={
                "field": found[0].field,
                "limit": found[0].limit,
                "actual": found[0].actual,
            },
        )


class _Rendering:
    """One task on its way; `run` is called on a slot, `share` is read by the event loop."""

    def __init__(
        self,
        request: production_pb2.RenderRequest,
        functions: EngineRegistry[Function],
        artifacts: ArtifactStore,
    ) -> None:
        self._request = request
        self._functions = functions
        self._artifacts = artifacts
        self._source: FrameSource | None = None
        #: Share of the work that is done, 0..1, never falling.
        self.share = 0.0

    def run(self, slot: Slot) -> production_pb2.RenderResult:
        """Do the work and return what was made."""
        task = self._request.task
        name = str(task.WhichOneof("function"))
        function = acquire_selected(self._functions, self._request.engine, name, slot)

        def progress(share: float) -> None:
            slot.check()
            self.share = max(self.share, min(1.0, share))

        made = function.render(
            Work(
                options=options_of(task),
                known=known_from(self._request.known),
                source=lambda: self._open(slot),
                progress=progress,
                # The orchestrator puts a named task's name before its files' names.
                file_prefix=f"{task.name}-" if task.name else "",
            )
        )
        slot.check()
        outputs = [self._keep(one, task.name or name) for one in made]
        return production_pb2.RenderResult(outputs=outputs, usage=self._usage(name, slot))

    def _open(self, slot: Slot) -> FrameSource:
        main = next((one for one in self._request.inputs if one.name == _MAIN), None)
        if main is None or not main.index_digest:
            raise VidereError(
                Reason.FIELD_REQUIRED,
                f"inputs: the function needs {_MAIN!r} with its media index",
                metadata={"field": "inputs"},
            )
        project = self._request.project_id
        pictures = read_pictures(self._artifacts.read(project, main.index_digest))
        if pictures is None:
            raise VidereError(
                Reason.NO_TRACK, "the media has no pictures", metadata={"track": "picture"}
            )
        self._source = FrameSource(self._path(project, main), pictures, slot.check)
        return self._source

    def _path(self, project: str, source: production_pb2.RenderInput) -> Path:
        if source.WhichOneof("source") == "artifact_digest":
            return self._artifacts.materialize(project, source.artifact_digest)
        path = Path(source.path)
        if not path.is_file():
            raise VidereError(
                Reason.FETCH_FAILED,
                "the media's file is not there",
                metadata={"field": "inputs", "actual": source.path},
            )
        return path

    def _keep(self, made: Made, task: str) -> public_pb2.OutputArtifact:
        output = public_pb2.OutputArtifact(
            name=made.name,
            task=task,
            role=made.role,
            digest=self._artifacts.put(self._request.project_id, made.data),
            size_bytes=len(made.data),
            media_type=made.media_type,
            score=made.score,
        )
        if made.offset_ns is not None:
            output.offset.seconds, output.offset.nanos = divmod(made.offset_ns, _NS)
        return output

    def _usage(self, feature: str, slot: Slot) -> engine_pb2.CallUsage:
        children = self._source.cpu_seconds if self._source else 0.0
        return engine_pb2.CallUsage(
            feature=feature,
            model_calls=1,
            cpu_seconds=slot.cpu_seconds + children,
            items=self._source.decoded if self._source else 0,
        )
