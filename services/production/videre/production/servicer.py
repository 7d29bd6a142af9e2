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
from videre.exports.production_params import FUNCTIONS, violations_of
from videre.exports.production_params.times import rational_of
from videre.internal.v1 import engine_pb2, production_pb2, production_pb2_grpc
from videre.production.chunk_shelf import ChunkShelf, TaskChunks, work_folder
from videre.production.cover_messages import cover_message
from videre.production.decode import FrameSource
from videre.production.functions.base import Function, Input, Made, Work, pictures_of
from videre.production.known_messages import known_from
from videre.production.media_index import read_media
from videre.production.painting.messages import put_painted
from videre.production.previewing.asked import asked_of
from videre.production.previewing.finish import preview_files
from videre.production.reframing.messages import reframing_message
from videre.production.rendering.job import MadeFacts
from videre.production.retouching.messages import obscured_messages, removed_messages
from videre.v1 import production_pb2 as public_pb2

#: Time between two messages of progress at most, seconds; the contract says 5.
_PROGRESS_S: Final = 2.0
_MAIN: Final = "main"
#: Functions whose tasks come again with little changed: their chunks stay for a while.
_EDITED: Final = frozenset({"burn_captions"})
_NS: Final = 1_000_000_000


class ProductionServicer(production_pb2_grpc.ProductionServiceServicer):
    """Makes files from media."""

    def __init__(
        self,
        functions: EngineRegistry[Function],
        executor: SlotExecutor,
        artifacts: ArtifactStore,
        folder: Path,
        chunks: Path | None = None,
    ) -> None:
        """Serve `functions` on the slots of `executor`, reading and writing `artifacts`.

        Files are made in `folder` before they become artifacts. Chunks of long ones outlive this
        process in `chunks`, a folder for each project; None = they do not.
        """
        self._functions = functions
        self._executor = executor
        self._artifacts = artifacts
        self._folder, self._chunks = folder, chunks

    async def Render(
        self,
        request: production_pb2.RenderRequest,
        context: grpc.aio.ServicerContext[Any, Any],
    ) -> AsyncIterator[production_pb2.RenderResponse]:
        """See the proto."""
        check_task(request.task)
        rendering = _Rendering(
            request, self._functions, self._artifacts, self._folder, self._chunks
        )
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
            metadata={"field": "task", "limit": ", ".join(FUNCTIONS)},
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
        folder: Path,
        chunks: Path | None,
    ) -> None:
        self._request = request
        self._functions = functions
        self._artifacts = artifacts
        self._folder = folder
        self._chunks = None if chunks is None else TaskChunks(chunks / request.project_id)
        self._source: FrameSource | None = None
        self._cpu_seconds, self._frames = 0.0, 0
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

        options, glance = asked_of(task, self._input)
        with work_folder(self._folder) as folder:
            work = Work(
                options=options,
                known=known_from(self._request.known),
                source=lambda: self._open(slot),
                progress=progress,
                # The orchestrator puts a named task's name before its files' names.
                file_prefix=f"{task.name}-" if task.name else "",
                inputs=tuple(one.name for one in self._request.inputs),
                input=self._input,
                folder=folder,
                check=slot.check,
                spent=self._spent,
                preview=glance,
                chunks=self._chunks if glance is None else None,
            )
            made = function.render(work)
            slot.check()
            if glance is not None:
                made = preview_files(work, glance, made)
            outputs = [self._keep(one, task.name or name) for one in made]
        if self._chunks is not None and name not in _EDITED:
            ChunkShelf(self._chunks.folder).drop(self._chunks.keys)
        return production_pb2.RenderResult(outputs=outputs, usage=self._usage(name, slot))

    def _spent(self, cpu_seconds: float, frames: int) -> None:
        self._cpu_seconds += cpu_seconds
        self._frames += frames

    def _input(self, name: str) -> Input:
        given = next((one for one in self._request.inputs if one.name == name), None)
        if given is None or not given.index_digest:
            raise VidereError(
                Reason.FIELD_REQUIRED,
                f"inputs: the function needs {name!r} with its media index",
                metadata={"field": "inputs", "actual": name},
            )
        project = self._request.project_id
        index = self._artifacts.read(project, given.index_digest)
        path = self._path(project, given)
        identity = f"{given.artifact_digest or _identity(path)} {given.index_digest}"
        return Input(name, path, index, read_media(index), identity)

    def _open(self, slot: Slot) -> FrameSource:
        main = self._input(_MAIN)
        self._source = FrameSource(main.path, pictures_of(main), slot.check)
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
        project = self._request.project_id
        if isinstance(made.data, bytes):
            digest, size = self._artifacts.put(project, made.data), len(made.data)
        else:
            size = made.data.stat().st_size
            digest = self._artifacts.put_file(project, made.data, move=True)
        output = public_pb2.OutputArtifact(
            name=made.name,
            task=task,
            role=made.role,
            digest=digest,
            size_bytes=size,
            media_type=made.media_type,
            score=made.score,
            media=None if made.facts is None else media_message(made.facts, made.renderer),
        )
        if made.font:
            output.media.font = made.font
        if made.obscured is not None:
            output.media.obscured_count = len(made.obscured)
            output.media.obscured.extend(obscured_messages(made.obscured))
        if made.removed is not None:
            output.media.removed_count = len(made.removed)
            output.media.removed.extend(removed_messages(made.removed))
        if made.reframing is not None:
            output.media.reframing.CopyFrom(reframing_message(made.reframing))
        if made.painted is not None:
            put_painted(output.media, made.painted)
        if made.summary is not None:
            output.summary.CopyFrom(made.summary)
        if made.lecture is not None:
            output.lecture.CopyFrom(made.lecture)
        if made.cover is not None:
            output.cover_reasons.CopyFrom(cover_message(made.cover))
        if made.offset_ns is not None:
            output.offset.seconds, output.offset.nanos = divmod(made.offset_ns, _NS)
        return output

    def _usage(self, feature: str, slot: Slot) -> engine_pb2.CallUsage:
        children = self._source.cpu_seconds if self._source else 0.0
        decoded = self._source.decoded if self._source else 0
        return engine_pb2.CallUsage(
            feature=feature,
            model_calls=1,
            cpu_seconds=slot.cpu_seconds + children + self._cpu_seconds,
            items=decoded + self._frames,
        )


def _identity(path: Path) -> str:
    """Return what tells a file by reference from what it may become."""
    there = path.stat()
    return f"{path} {there.st_ino} {there.st_size} {there.st_mtime_ns}"


def media_message(facts: MadeFacts, renderer: str) -> public_pb2.MadeMedia:
    """Return what is in a file as message."""
    message = public_pb2.MadeMedia(
        width=facts.width,
        height=facts.height,
        frames=facts.frames,
        video_codec=facts.video_codec,
        audio_codec=facts.audio_codec,
        sample_rate=facts.sample_rate,
        channels=facts.channels,
        renderer=renderer,
        loudness=facts.loudness,
        true_peak=facts.true_peak,
        frame_rate=None if facts.frame_rate is None else rational_of(facts.frame_rate),
    )
    message.duration.seconds, message.duration.nanos = divmod(facts.duration_ns, _NS)
    return message
