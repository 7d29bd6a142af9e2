"""The public API as plain stubs, for tests that look at codes, reasons and violations."""

from __future__ import annotations

import hashlib
import io
import sqlite3
import time
import wave
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import google_crc32c
import grpc
import pytest
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from videre.orchestrator.access.gate import PROJECT_HEADER
from videre.orchestrator.workflows.journal import LATE_BINDING
from videre.v1 import (
    ad_pb2_grpc,
    audit_pb2_grpc,
    credential_pb2_grpc,
    engine_pb2_grpc,
    event_pb2_grpc,
    job_pb2,
    job_pb2_grpc,
    library_pb2,
    library_pb2_grpc,
    marketing_pb2_grpc,
    media_pb2,
    media_pb2_grpc,
    moderation_pb2_grpc,
    operations_pb2_grpc,
    pipeline_pb2_grpc,
    project_pb2,
    project_pb2_grpc,
    recommendation_pb2_grpc,
    retention_pb2_grpc,
    review_pb2_grpc,
    search_pb2_grpc,
    taxonomy_pb2_grpc,
    template_pb2_grpc,
    trigger_pb2_grpc,
)

#: Far above what any call of these tests takes, so that a hanging one fails.
TIMEOUT_S: Final = 30.0
#: Longest time a job without services takes to end.
END_S: Final = 20.0
#: Longest time of one that calls services or makes files, on a busy machine.
BUSY_S: Final = 240.0
#: Time between two looks at what a server does by itself: it is to have the processor meanwhile.
_LOOK_S: Final = 0.05


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a server says when it refuses a call."""

    code: str
    reason: str
    metadata: dict[str, str]
    fields: tuple[str, ...]
    message: str


def refusal_of(error: grpc.RpcError) -> Refusal:
    """Read an error; one without our ErrorInfo has the reason ""."""
    reason, fields = "", ()
    metadata: dict[str, str] = {}
    assert isinstance(error, grpc.Call)
    status = rpc_status.from_call(error)
    for detail in status.details if status is not None else ():
        info, bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
        if detail.Unpack(info):
            assert info.domain == "videre"
            reason, metadata = info.reason, dict(info.metadata)
        if detail.Unpack(bad):
            fields = tuple(violation.field for violation in bad.field_violations)
    return Refusal(error.code().name, reason, metadata, fields, error.details() or "")


def refused(call: Callable[[], Any]) -> Refusal:
    """Return how a call is refused; the test fails when it is not."""
    with pytest.raises(grpc.RpcError) as caught:
        call()
    return refusal_of(caught.value)


def text_request(text: str = "Hello there.", **fields: Any) -> job_pb2.SubmitJobRequest:
    """Return a request that needs no service to succeed."""
    request = job_pb2.SubmitJobRequest(**fields)
    request.inputs.add(inline_text=text)
    return request


def waiting_request(api: Api, **fields: Any) -> job_pb2.SubmitJobRequest:
    """Return a request that waits for the services of sound, where there are none."""
    sound = io.BytesIO()
    with wave.open(sound, "wb") as target:
        target.setparams((1, 2, 16_000, 0, "NONE", ""))
        target.writeframes(bytes(32_000))
    request = job_pb2.SubmitJobRequest(**fields)
    request.inputs.add(media_id=api.uploaded(sound.getvalue(), name="silence.wav").media_id)
    return request


class _InProject(grpc.UnaryUnaryClientInterceptor, grpc.UnaryStreamClientInterceptor):
    """Names a project in the metadata of every call."""

    def __init__(self, project_id: str) -> None:
        self._named = (PROJECT_HEADER, project_id)

    def intercept_unary_unary(
        self, continuation: Any, client_call_details: Any, request: Any
    ) -> Any:
        return continuation(self._placed(client_call_details), request)

    def intercept_unary_stream(
        self, continuation: Any, client_call_details: Any, request: Any
    ) -> Any:
        return continuation(self._placed(client_call_details), request)

    def _placed(self, details: Any) -> _Details:
        return _Details(details, (*(details.metadata or ()), self._named))


class _Details(grpc.ClientCallDetails):
    """What is known of a call, with other metadata."""

    def __init__(self, of: Any, metadata: tuple[tuple[str, str], ...]) -> None:
        self.method, self.timeout, self.metadata = of.method, of.timeout, metadata
        self.credentials, self.wait_for_ready = of.credentials, of.wait_for_ready
        self.compression = of.compression


class Api:
    """Stubs on one channel.

    Args:
        project_id: the project of all calls; it is made. "" = the caller's own.
    """

    def __init__(self, target: str, project_id: str = "") -> None:
        self._channel = grpc.insecure_channel(target)
        if project_id:
            request = project_pb2.CreateProjectRequest(project_id=project_id)
            service: Any = project_pb2_grpc.ProjectServiceStub(self._channel)
            service.CreateProject(request, timeout=TIMEOUT_S)
            self._channel = grpc.intercept_channel(self._channel, _InProject(project_id))
        self.jobs = job_pb2_grpc.JobServiceStub(self._channel)
        self.media = media_pb2_grpc.MediaServiceStub(self._channel)
        self.libraries = library_pb2_grpc.LibraryServiceStub(self._channel)
        self.templates = template_pb2_grpc.TemplateServiceStub(self._channel)
        self.triggers = trigger_pb2_grpc.TriggerServiceStub(self._channel)
        self.pipelines = pipeline_pb2_grpc.PipelineServiceStub(self._channel)
        self.moderation = moderation_pb2_grpc.ModerationServiceStub(self._channel)
        self.reviews = review_pb2_grpc.ReviewServiceStub(self._channel)
        self.recommendations = recommendation_pb2_grpc.RecommendationServiceStub(self._channel)
        self.audit = audit_pb2_grpc.AuditServiceStub(self._channel)
        self.ads = ad_pb2_grpc.AdServiceStub(self._channel)
        self.marketing = marketing_pb2_grpc.MarketingServiceStub(self._channel)
        self.search = search_pb2_grpc.SearchServiceStub(self._channel)
        self.engines = engine_pb2_grpc.EngineServiceStub(self._channel)
        self.taxonomy = taxonomy_pb2_grpc.TaxonomyServiceStub(self._channel)
        self.credentials = credential_pb2_grpc.CredentialServiceStub(self._channel)
        self.operations = operations_pb2_grpc.OperationsServiceStub(self._channel)
        self.events = event_pb2_grpc.EventServiceStub(self._channel)
        self.retention = retention_pb2_grpc.RetentionServiceStub(self._channel)
        self.projects = project_pb2_grpc.ProjectServiceStub(self._channel)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._channel.close()

    def submit(self, request: job_pb2.SubmitJobRequest) -> job_pb2.SubmitJobResponse:
        """Submit a job."""
        return self.jobs.SubmitJob(request, timeout=TIMEOUT_S)

    def job(self, job_id: str, wait_s: int = 0) -> job_pb2.Job:
        """Return a job, waiting for its end."""
        request = job_pb2.QueryJobRequest(job_id=job_id)
        request.wait.seconds = wait_s
        request.read_mask.paths.append("job")
        return self.jobs.QueryJob(request, timeout=TIMEOUT_S).job

    def ended(self, request: job_pb2.SubmitJobRequest, within_s: float = END_S) -> job_pb2.Job:
        """Submit a job and return it once it has ended."""
        return self.end_of(self.submit(request).job.job_id, within_s)

    def end_of(self, job_id: str, within_s: float = END_S) -> job_pb2.Job:
        """Return a job once it has ended; the test fails when it does not within some seconds."""
        deadline = time.monotonic() + within_s
        # A call waits for less than its own deadline.
        while not (job := self.job(job_id, wait_s=int(END_S))).HasField("end_time"):
            assert time.monotonic() < deadline, job
        return job

    def open_upload(self, size: int, **fields: Any) -> media_pb2.Upload:
        """Open an upload."""
        request = media_pb2.CreateUploadRequest(total_size=size, **fields)
        return self.media.CreateUpload(request, timeout=TIMEOUT_S).upload

    def write(self, upload_id: str, offset: int, data: bytes, crc: int | None = None) -> int:
        """Write a piece, with its right checksum unless another is given."""
        request = media_pb2.WriteUploadRequest(
            upload_id=upload_id,
            offset=offset,
            data=data,
            crc32c=google_crc32c.value(data) if crc is None else crc,
        )
        return self.media.WriteUpload(request, timeout=TIMEOUT_S).committed_size

    def complete(self, upload_id: str, data: bytes, **fields: Any) -> media_pb2.Media:
        """Complete an upload of `data`."""
        request = media_pb2.CompleteUploadRequest(
            upload_id=upload_id, **{"sha256": hashlib.sha256(data).hexdigest(), **fields}
        )
        return self.media.CompleteUpload(request, timeout=TIMEOUT_S).media

    def uploaded(self, data: bytes, name: str = "note.txt", **fields: Any) -> media_pb2.Media:
        """Upload a few bytes and return their media."""
        upload = self.open_upload(len(data), file_name=name)
        self.write(upload.upload_id, 0, data)
        return self.complete(upload.upload_id, data, **fields)


@dataclass(frozen=True, slots=True)
class Kept:
    """What a server keeps: rows by table, and the files of artifacts and uploads."""

    rows: dict[str, int]
    files: frozenset[str]


_TABLES: Final = ("media", "job", "job_event", "upload", "artifact_ref")


def reading(data: Path) -> closing[sqlite3.Connection]:
    """Return the database of a data folder, to be read while others write."""
    return closing(sqlite3.connect(f"file:{data / 'videre.db'}?mode=ro", uri=True))


def kept(data: Path) -> Kept:
    """Return what lies in a data folder now."""
    with reading(data) as database:
        rows = {
            table: database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in _TABLES
        }
        # Those of libraries are forgotten some time after their end.
        query = "SELECT count(*) FROM workflow_status WHERE name <> ?"
        rows["workflow_status"] = database.execute(query, [LATE_BINDING]).fetchone()[0]
    files = (path for name in ("artifacts", "uploads") for path in (data / name).rglob("*"))
    return Kept(rows, frozenset(str(path) for path in files if path.is_file()))


def until(done: Callable[[], bool], what: str, within_s: float = END_S) -> None:
    """Look until something has happened; the test fails when it does not within some seconds."""
    deadline = time.monotonic() + within_s
    while not done():
        assert time.monotonic() < deadline, f"not within {within_s} s: {what}"
        time.sleep(_LOOK_S)


def bound(api: Api, library_id: str, within_s: float = END_S) -> library_pb2.Library:
    """Wait until a library was looked for everywhere; return it."""
    request = library_pb2.GetLibraryRequest(library_id=library_id)
    found = library_pb2.Library()

    def is_bound() -> bool:
        found.CopyFrom(api.libraries.GetLibrary(request, timeout=TIMEOUT_S).library)
        return found.bound_version == found.version

    until(is_bound, f"{library_id} was looked for everywhere", within_s)
    return found


@contextmanager
def nothing_left(data: Path) -> Iterator[None]:
    """Fail when the block leaves a row or a file behind; jobs of other tests end before it."""
    until(lambda: not at_work(data), "every job has ended")
    before = kept(data)
    yield
    assert kept(data) == before


def at_work(data: Path) -> int:
    """Return the number of workflows that have not ended."""
    with reading(data) as database:
        query = "SELECT count(*) FROM workflow_status WHERE status IN ('ENQUEUED', 'PENDING')"
        return int(database.execute(query).fetchone()[0])
