"""What a fake server holds: jobs on their recorded course, media, uploads."""

from __future__ import annotations

import hashlib
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import google_crc32c
import grpc
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from videre.client.testing._course import ENDS, Course, course, pending
from videre.client.testing._recordings import Recording
from videre.client.testing._refusals import Refusal, invalid, missing
from videre.v1 import analysis_pb2, job_pb2, media_pb2

#: Tags by which a job says what is to become of it.
RECORDING_TAG: Final = "fake.recording"
STATE_TAG: Final = "fake.state"
PROJECT: Final = "default"
_PIECE: Final = 1 << 20
_NS: Final = 1_000_000_000


@dataclass(slots=True)
class World:
    """All of it. Methods may be called by several threads.

    Args:
        recordings: the first is that of jobs which name none.
        event_s: from one event of a job to the next, seconds; 0 = jobs end at once.
        now_ns: the clock.
    """

    recordings: tuple[Recording, ...]
    event_s: float
    now_ns: Callable[[], int]
    lock: threading.RLock = field(default_factory=threading.RLock)
    courses: dict[str, Course] = field(default_factory=dict)
    media: dict[str, media_pb2.Media] = field(default_factory=dict)
    analyses: dict[str, analysis_pb2.Analysis] = field(default_factory=dict)
    uploads: dict[str, media_pb2.Upload] = field(default_factory=dict)
    bytes_of: dict[str, bytearray] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)
    #: By method and request id: the request, and the answer it was given.
    answered: dict[tuple[str, str], tuple[bytes, str]] = field(default_factory=dict)

    # --- jobs --------------------------------------------------------------------------------

    def submit(self, request: job_pb2.SubmitJobRequest) -> job_pb2.SubmitJobResponse:
        """Start a job on its recorded course.

        Raises:
            Refusal: the request is wrong, or its id was used for another one.
        """
        if not request.inputs:
            raise invalid("inputs", "is empty; at least one")
        if not 0 <= request.priority <= 9:
            raise invalid("priority", "must be 0..9")
        recording, end = self._recording(request), self._end(request)
        with self.lock:
            known = self._known("SubmitJob", request, request.request_id)
            if known is not None:
                job = self.courses[known].job(self.now_ns())
                return job_pb2.SubmitJobResponse(job=job, reused=True)
            now = self.now_ns()
            job = job_pb2.Job(
                job_id=_new_id(), project_id=request.project_id or PROJECT,
                state=job_pb2.JOB_STATE_QUEUED, stages=pending(recording.job),
                priority=request.priority if request.HasField("priority") else 5,
                create_time=_time(now), user_data=request.user_data, tags=dict(request.tags),
                features=request.features or recording.job.features, created_by="fake",
                request_id=request.request_id,
            )  # fmt: skip
            if request.validate_only:
                job.ClearField("job_id")
                return job_pb2.SubmitJobResponse(job=job)
            job.media_id = self._input(request.inputs[0], recording)
            self.courses[job.job_id] = self._course(job, recording, end, now)
            self._answer("SubmitJob", request, request.request_id, job.job_id)
            return job_pb2.SubmitJobResponse(job=self.courses[job.job_id].job(now))

    def course(self, job_id: str) -> Course:
        """Return a job under way.

        Raises:
            Refusal: JOB_NOT_FOUND.
        """
        with self.lock:
            if job_id not in self.courses:
                raise missing("JOB", job_id)
            return self.courses[job_id]

    def cancel(self, job_id: str) -> job_pb2.Job:
        """Cancel a job, unless it has ended."""
        with self.lock:
            course, now = self.course(job_id), self.now_ns()
            if not course.job(now).HasField("end_time"):
                course.events = [(due, event) for due, event in course.events if due <= now]
                ended = job_pb2.JobEvent(
                    job_id=job_id, seq=len(course.events) + 1, event_time=_time(now),
                    user_data=course.submitted.user_data,
                )  # fmt: skip
                ended.state_changed.state = job_pb2.JOB_STATE_CANCELLED
                ended.state_changed.error.reason = "CANCELLED_BY_CALLER"
                course.events.append((now, ended))
            return course.job(now)

    def delete(self, job_id: str) -> None:
        """Remove an ended job.

        Raises:
            Refusal: JOB_NOT_FOUND, JOB_NOT_ENDED.
        """
        with self.lock:
            if not self.course(job_id).job(self.now_ns()).HasField("end_time"):
                raise Refusal(
                    grpc.StatusCode.FAILED_PRECONDITION, "JOB_NOT_ENDED",
                    f"job {job_id} is not at its end", metadata={"job_id": job_id},
                )  # fmt: skip
            del self.courses[job_id]

    def _recording(self, request: job_pb2.SubmitJobRequest) -> Recording:
        wanted = request.tags.get(RECORDING_TAG)
        for recording in self.recordings:
            if wanted in (None, recording.name):
                return recording
        names = ", ".join(one.name for one in self.recordings)
        raise invalid(f"tags[{RECORDING_TAG}]", f"is none of {names}")

    def _end(self, request: job_pb2.SubmitJobRequest) -> job_pb2.JobState.ValueType | None:
        wanted = request.tags.get(STATE_TAG)
        if wanted is not None and wanted not in ENDS:
            raise invalid(f"tags[{STATE_TAG}]", f"is none of {', '.join(ENDS)}")
        return None if wanted is None else ENDS[wanted]

    def _course(
        self, job: job_pb2.Job, recording: Recording,
        end: job_pb2.JobState.ValueType | None, now: int,
    ) -> Course:  # fmt: skip
        events = course(recording.job, recording.job.state if end is None else end)
        timed = []
        for event in events:
            due = now + round(event.seq * self.event_s * _NS)
            event.job_id, event.user_data = job.job_id, job.user_data
            event.event_time.CopyFrom(_time(due))
            if event.HasField("analysis_published"):
                event.analysis_published.media_id = job.media_id
            timed.append((due, event))
        return Course(job, recording, timed)

    def _input(self, given: job_pb2.JobInput, recording: Recording) -> str:
        """Return the media of a job, which has the recorded analysis from now on."""
        kind = given.WhichOneof("source")
        if kind == "media_id":
            media = self.medium(given.media_id)
        elif kind == "upload_id":
            upload = self.upload(given.upload_id)
            if not upload.media_id:
                raise Refusal(
                    grpc.StatusCode.FAILED_PRECONDITION, "UPLOAD_INCOMPLETE",
                    f"upload {upload.upload_id} is not complete",
                )  # fmt: skip
            media = self.medium(upload.media_id)
        elif kind is None:
            raise invalid("inputs[0]", "names no source")
        else:
            source = given.uri if kind == "uri" else kind
            media = self.add_media(media_pb2.Media(source=source))
        media.latest_revision = 1
        media.media_info.CopyFrom(recording.analysis.media_info)
        analysis = analysis_pb2.Analysis()
        analysis.CopyFrom(recording.analysis)
        analysis.media_id, analysis.revision = media.media_id, 1
        self.analyses[media.media_id] = analysis
        return media.media_id

    # --- media -------------------------------------------------------------------------------

    def add_media(self, media: media_pb2.Media) -> media_pb2.Media:
        """Register a media under a new id."""
        with self.lock:
            media.media_id, media.project_id, media.etag = _new_id(), PROJECT, "1"
            media.create_time.CopyFrom(_time(self.now_ns()))
            self.media[media.media_id] = media
            return media

    def medium(self, media_id: str) -> media_pb2.Media:
        """Return a media.

        Raises:
            Refusal: MEDIA_NOT_FOUND.
        """
        with self.lock:
            if media_id not in self.media:
                raise missing("MEDIA", media_id)
            return self.media[media_id]

    def change(self, request: media_pb2.UpdateMediaRequest) -> media_pb2.Media:
        """Change title, description or tags of a media; return it.

        Raises:
            Refusal: MEDIA_NOT_FOUND, ETAG_MISMATCH.
        """
        with self.lock:
            media = self.medium(request.media_id)
            if request.etag and request.etag != media.etag:
                raise Refusal(
                    grpc.StatusCode.ABORTED, "ETAG_MISMATCH",
                    f"media {media.media_id} changed since it was read",
                )  # fmt: skip
            if request.HasField("title"):
                media.title = request.title
            if request.HasField("description"):
                media.description = request.description
            if request.tags or request.clear_tags:
                media.tags.clear()
                media.tags.update(request.tags)
            media.etag = str(int(media.etag) + 1)
            return media

    def forget(self, media_id: str) -> None:
        """Delete a media with its analysis.

        Raises:
            Refusal: MEDIA_NOT_FOUND.
        """
        with self.lock:
            self.medium(media_id)
            del self.media[media_id]
            self.analyses.pop(media_id, None)

    def open_upload(self, request: media_pb2.CreateUploadRequest) -> media_pb2.Upload:
        """Open an upload, or return the one of the same request.

        Raises:
            Refusal: the request is wrong, or its id was used for another one.
        """
        if request.total_size < 1:
            raise invalid("total_size", "must be at least 1")
        with self.lock:
            known = self._known("CreateUpload", request, request.request_id)
            if known is not None:
                return self.uploads[known]
            upload = media_pb2.Upload(
                upload_id=_new_id(), project_id=request.project_id or PROJECT,
                total_size=request.total_size, file_name=request.file_name,
                create_time=_time(self.now_ns()),
            )  # fmt: skip
            self.uploads[upload.upload_id] = upload
            self.bytes_of[upload.upload_id] = bytearray()
            self._answer("CreateUpload", request, request.request_id, upload.upload_id)
            return upload

    def upload(self, upload_id: str) -> media_pb2.Upload:
        """Return an upload.

        Raises:
            Refusal: UPLOAD_NOT_FOUND.
        """
        with self.lock:
            if upload_id not in self.uploads:
                raise missing("UPLOAD", upload_id)
            return self.uploads[upload_id]

    def write(self, request: media_pb2.WriteUploadRequest) -> int:
        """Add a piece; return how much is there now.

        Raises:
            Refusal: as a real server refuses wrong pieces.
        """
        with self.lock:
            upload = self.upload(request.upload_id)
            if upload.media_id:
                raise Refusal(
                    grpc.StatusCode.FAILED_PRECONDITION, "UPLOAD_COMPLETED",
                    f"upload {upload.upload_id} is complete",
                )  # fmt: skip
            if not 1 <= len(request.data) <= _PIECE:
                raise invalid("data", f"must have 1..{_PIECE} bytes")
            if google_crc32c.value(request.data) != request.crc32c:
                raise Refusal(
                    grpc.StatusCode.INVALID_ARGUMENT, "UPLOAD_CHECKSUM",
                    "data does not have the checksum crc32c",
                )  # fmt: skip
            if request.offset > upload.committed_size:
                raise Refusal(
                    grpc.StatusCode.OUT_OF_RANGE, "UPLOAD_OFFSET",
                    f"{upload.committed_size} bytes are there",
                    metadata={"committed_size": str(upload.committed_size)},
                )  # fmt: skip
            if request.offset == upload.committed_size:
                self.bytes_of[upload.upload_id] += request.data
                upload.committed_size += len(request.data)
            return upload.committed_size

    def complete(self, request: media_pb2.CompleteUploadRequest) -> media_pb2.Media:
        """Close an upload and register its media; again it is the same one.

        Raises:
            Refusal: UPLOAD_NOT_FOUND, UPLOAD_INCOMPLETE, UPLOAD_CHECKSUM.
        """
        with self.lock:
            upload = self.upload(request.upload_id)
            if upload.media_id:
                return self.medium(upload.media_id)
            if upload.committed_size != upload.total_size:
                raise Refusal(
                    grpc.StatusCode.FAILED_PRECONDITION, "UPLOAD_INCOMPLETE",
                    f"{upload.committed_size} of {upload.total_size} bytes are there",
                )  # fmt: skip
            data = bytes(self.bytes_of.pop(upload.upload_id))
            digest = hashlib.sha256(data).hexdigest()
            if digest != request.sha256:
                self.bytes_of[upload.upload_id] = bytearray(data)
                raise Refusal(
                    grpc.StatusCode.INVALID_ARGUMENT, "UPLOAD_CHECKSUM",
                    "the bytes do not have the digest sha256",
                )  # fmt: skip
            self.contents[digest] = data
            media = media_pb2.Media(
                digest=digest, size_bytes=len(data), title=request.title or upload.file_name,
                description=request.description, tags=dict(request.tags),
                source=f"upload:{upload.file_name}",
            )  # fmt: skip
            upload.media_id = self.add_media(media).media_id
            return media

    # --- requests sent again -----------------------------------------------------------------

    def _known(self, method: str, request: Message, request_id: str) -> str | None:
        """Return what the same request has made before.

        Raises:
            Refusal: REQUEST_ID_REUSED, another request had this id.
        """
        known = self.answered.get((method, request_id)) if request_id else None
        if known is None:
            return None
        sent, made = known
        if sent != request.SerializeToString(deterministic=True):
            raise Refusal(
                grpc.StatusCode.ALREADY_EXISTS, "REQUEST_ID_REUSED",
                f"request id {request_id!r} was used for another request",
                metadata={"job_id" if method == "SubmitJob" else "upload_id": made},
            )  # fmt: skip
        return made

    def _answer(self, method: str, request: Message, request_id: str, made: str) -> None:
        if request_id:
            sent = request.SerializeToString(deterministic=True)
            self.answered[method, request_id] = (sent, made)


def _new_id() -> str:
    return str(uuid.uuid4())


def _time(time_ns: int) -> Timestamp:
    made = Timestamp()
    made.FromNanoseconds(time_ns)
    return made
