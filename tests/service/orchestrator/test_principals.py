"""Who may do what: every public RPC has a row, a role is asked for, a project is a wall.

The parts of an orchestrator behind a server that takes the caller's name, project and roles from
the metadata, as a server with accounts does.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import google_crc32c
import grpc
import grpc.aio
import pytest
from google.protobuf import message_factory
from prometheus_client import CollectorRegistry

from videre.common.auth import Principal, Role, authorise, check_policy
from videre.common.clock import SystemClock
from videre.common.errors import Reason, VidereError
from videre.common.server import start_server
from videre.common.wire_errors import error_from_rpc
from videre.orchestrator import policy
from videre.orchestrator.api.registrations import registrations
from videre.orchestrator.app import Orchestrator, open_orchestrator
from videre.orchestrator.settings import OrchestratorSettings
from videre.orchestrator.store.database import open_sqlite
from videre.orchestrator.store.jobs import NewJob
from videre.orchestrator.store.media import NewMedia
from videre.orchestrator.store.records import StageState
from videre.v1 import (
    engine_pb2,
    feedback_pb2,
    job_pb2,
    library_pb2,
    media_pb2,
    moderation_pb2,
    review_pb2,
    template_pb2,
)

MODULES = {
    "JobService": (job_pb2, policy.JOBS),
    "MediaService": (media_pb2, policy.MEDIA),
    "LibraryService": (library_pb2, policy.LIBRARIES),
    "TemplateService": (template_pb2, policy.TEMPLATES),
    "ModerationService": (moderation_pb2, policy.MODERATION),
    "ReviewService": (review_pb2, policy.REVIEWS),
    "EngineService": (engine_pb2, policy.ENGINES),
}
ROLES: dict[str, Role] = {
    f"/videre.v1.{service}/{name}": role
    for service, (_, rows) in MODULES.items()
    for name, role in rows.items()
}
CHANGING = (
    "Submit", "Cancel", "Delete", "Create", "Write", "Complete", "Update", "Add", "Remove",
    "Import",
)  # fmt: skip


def test_every_public_rpc_has_a_row_and_every_row_an_rpc() -> None:
    services = [
        service
        for module, _ in MODULES.values()
        for service in module.DESCRIPTOR.services_by_name.values()
    ]
    assert {service.name for service in services} == MODULES.keys()
    assert check_policy(services, ROLES) == []


def test_what_changes_something_needs_more_than_looking() -> None:
    for method, role in ROLES.items():
        service, name = method.rsplit("/", 2)[1:]
        if service.endswith("ReviewService"):  # who submits may appeal
            wanted = Role.SUBMITTER if name == "AppealReview" else Role.REVIEWER
            assert role is wanted, method
            continue
        changes = name.startswith(CHANGING)
        assert role is not Role.VIEWER if changes else role in (Role.VIEWER, Role.SUBMITTER), method


def test_an_rpc_without_a_row_is_closed_to_everybody() -> None:
    everything = Principal("root", "films", frozenset(Role))
    with pytest.raises(VidereError) as refused:
        authorise("/videre.v1.JobService/NewMethod", everything, ROLES)
    assert refused.value.reason is Reason.ROLE_MISSING


def from_metadata(metadata: Mapping[str, str | bytes]) -> Principal:
    roles = frozenset(Role(name) for name in str(metadata.get("x-roles", "")).split(",") if name)
    return Principal(str(metadata["x-subject"]), str(metadata["x-project"]), roles)


class Caller:
    """One caller of the server."""

    def __init__(self, channel: grpc.aio.Channel, project: str, *roles: Role) -> None:
        self._channel = channel
        names = ",".join(roles)
        self._metadata = (("x-subject", "ada"), ("x-project", project), ("x-roles", names))

    async def call(self, method: str, request: Any = None) -> Any:
        """Make a call; an empty request unless one is given."""
        service, name = method.rsplit("/", 2)[-2:]
        module, _ = MODULES[service.rsplit(".", 1)[1]]
        rpc = module.DESCRIPTOR.services_by_name[service.rsplit(".", 1)[1]].methods_by_name[name]
        answer = message_factory.GetMessageClass(rpc.output_type).FromString
        if request is None:
            request = message_factory.GetMessageClass(rpc.input_type)()
        kind: Any = (
            self._channel.unary_stream if rpc.server_streaming else self._channel.unary_unary
        )
        made = kind(method, lambda message: message.SerializeToString(), answer)(
            request, metadata=self._metadata, timeout=20
        )
        return [item async for item in made] if rpc.server_streaming else await made

    async def outcome(self, method: str, request: Any = None) -> tuple[str, str]:
        """Return code and reason of a call; ("OK", "") when it is not refused."""
        try:
            await self.call(method, request)
        except grpc.aio.AioRpcError as caught:
            refusal = error_from_rpc(caught)
            return caught.code().name, str(refusal.reason) if refusal else ""
        return "OK", ""


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[Orchestrator]:
    settings = OrchestratorSettings(data_dir=tmp_path, stage_patience=0.2)
    database = open_sqlite(settings.database_path)
    try:
        async with open_orchestrator(settings, database, SystemClock(), random.Random(1)) as opened:
            yield opened
    finally:
        database.dispose()


@pytest.fixture
async def channel(app: Orchestrator) -> AsyncIterator[grpc.aio.Channel]:
    server = await start_server(
        "127.0.0.1", 0, registrations(app), metrics=CollectorRegistry(), authenticate=from_metadata
    )
    async with grpc.aio.insecure_channel(server.address) as opened:
        yield opened
    await server.stop(0)


async def test_every_rpc_asks_for_its_role_and_nothing_less_will_do(
    channel: grpc.aio.Channel,
) -> None:
    for method, role in ROLES.items():
        others = Caller(channel, "films", *(set(Role) - {role}))
        assert await others.outcome(method) == ("PERMISSION_DENIED", "ROLE_MISSING"), method
        allowed = Caller(channel, "films", role)
        assert (await allowed.outcome(method))[0] in ("OK", "INVALID_ARGUMENT"), method


async def test_another_project_s_things_are_not_there(
    app: Orchestrator, channel: grpc.aio.Channel
) -> None:
    digest = await asyncio.to_thread(app.artifacts.put, "films", b"secret words")
    media = NewMedia("m1", "films", "upload:x", "ada", digest=digest, size_bytes=12)
    await asyncio.to_thread(app.media.create, media)
    job = NewJob("j1", "films", "m1", b"", "r", "d", ["text"], 5, "", {}, "ada", "", None,
                 [("ingest", StageState.PENDING, "")])  # fmt: skip
    await asyncio.to_thread(app.jobs.submit, job, lambda _connection, _job: None)
    mine, theirs = (Caller(channel, name, *Role) for name in ("films", "others"))
    staff = {"library_id": "staff"}
    persons = library_pb2.CreateLibraryRequest(**staff, kind=library_pb2.LIBRARY_KIND_PERSONS)
    await mine.call("/videre.v1.LibraryService/CreateLibrary", persons)
    added = library_pb2.NewLibraryEntry(name="x", samples=[{"picture": b"x"}])
    created = await mine.call(
        "/videre.v1.MediaService/CreateUpload", media_pb2.CreateUploadRequest(total_size=1)
    )
    upload = {"upload_id": created.upload.upload_id}
    from_media, from_upload, from_artifact = (job_pb2.SubmitJobRequest() for _ in range(3))
    from_media.inputs.add(media_id="m1")
    from_upload.inputs.add(**upload)
    from_artifact.inputs.add(artifact_digest=digest)
    said = {"kind": "CORRECTION_KIND_COMMENT", "comment": "x"}
    attempts: list[tuple[str, Any, str]] = [
        *((f"JobService/{name}", getattr(job_pb2, f"{name}Request")(job_id="j1"), "JOB_NOT_FOUND")
          for name in ("QueryJob", "WatchJob", "CancelJob", "DeleteJob")),
        *((f"MediaService/{name}", getattr(media_pb2, f"{name}Request")(media_id="m1"),
           "MEDIA_NOT_FOUND")
          for name in ("GetMedia", "UpdateMedia", "DeleteMedia", "GetAnalysis")),
        ("MediaService/GetUpload", media_pb2.GetUploadRequest(**upload), "UPLOAD_NOT_FOUND"),
        ("MediaService/CompleteUpload",
         media_pb2.CompleteUploadRequest(**upload, sha256="0" * 64), "UPLOAD_NOT_FOUND"),
        ("MediaService/WriteUpload",
         media_pb2.WriteUploadRequest(**upload, data=b"x", crc32c=google_crc32c.value(b"x")),
         "UPLOAD_NOT_FOUND"),
        ("MediaService/ReadArtifact", media_pb2.ReadArtifactRequest(digest=digest),
         "ARTIFACT_NOT_FOUND"),
        ("JobService/SubmitJob", from_media, "MEDIA_NOT_FOUND"),
        ("JobService/SubmitJob", from_upload, "UPLOAD_NOT_FOUND"),
        ("JobService/SubmitJob", from_artifact, "ARTIFACT_NOT_FOUND"),
        *((f"LibraryService/{name}", getattr(library_pb2, f"{name}Request")(**staff, **given),
           "LIBRARY_NOT_FOUND")
          for name, given in (
              ("GetLibrary", {}), ("UpdateLibrary", {}), ("DeleteLibrary", {}),
              ("AddLibraryEntries", {"entries": [added]}), ("ListLibraryEntries", {}),
              ("GetLibraryEntry", {"entry_id": "ada"}),
              ("UpdateLibraryEntry", {"entry_id": "ada"}),
              ("RemoveLibraryEntries", {"entry_ids": ["ada"]}), ("ExportLibrary", {}),
              ("ImportLibrary", {"data": b"x"}))),
        ("LibraryService/ImportLibrary", library_pb2.ImportLibraryRequest(
            library_id="theirs", create_kind=library_pb2.LIBRARY_KIND_WORDS, **upload),
         "UPLOAD_NOT_FOUND"),
        *(("JobService/SubmitFeedback", feedback_pb2.SubmitFeedbackRequest(
            **about, corrections=[said]), reason)
          for about, reason in (
              ({"job_id": "j1"}, "JOB_NOT_FOUND"), ({"media_id": "m1"}, "MEDIA_NOT_FOUND"))),
        ("JobService/EstimateJob", job_pb2.EstimateJobRequest(job=from_media), "MEDIA_NOT_FOUND"),
    ]  # fmt: skip
    for name, request, reason in attempts:
        assert await theirs.outcome(f"/videre.v1.{name}", request) == ("NOT_FOUND", reason), name
    for listed in (
        "JobService/ListJobs", "MediaService/ListMedia", "LibraryService/ListLibraries",
    ):  # fmt: skip
        method = f"/videre.v1.{listed}"
        assert (await theirs.call(method)).ByteSize() == 0, listed
        assert (await mine.call(method)).ByteSize() > 0, listed
    request = media_pb2.GetMediaRequest(media_id="m1")
    assert (await mine.call("/videre.v1.MediaService/GetMedia", request)).media.digest == digest


async def test_what_is_made_names_its_maker_and_project(channel: grpc.aio.Channel) -> None:
    caller = Caller(channel, "films", Role.SUBMITTER)
    made = await caller.call(
        "/videre.v1.MediaService/CreateUpload", media_pb2.CreateUploadRequest(total_size=1)
    )
    assert made.upload.project_id == "films"
    named = media_pb2.CreateUploadRequest(total_size=1, project_id="others")
    refused = await caller.outcome("/videre.v1.MediaService/CreateUpload", named)
    assert refused == ("PERMISSION_DENIED", "PROJECT_FORBIDDEN")
