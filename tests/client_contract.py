"""What a client in any language has to get from a real server, over TLS and with a key.

Every test file of a language derives from `Contract` and says which client is meant.
"""

from __future__ import annotations

import base64
import hashlib
import random
import threading
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import ClassVar, Final, TypeVar

import pytest
from certificates import Authority
from client_programs import Language, Program, Told, build
from cutting import Cutter, Limit
from gated import ALLOWED, Gated, gated
from google.protobuf.message import Message
from running import Processes, processes, tls_settings

from tests import synth
from videre.client import Access, Videre
from videre.v1 import (
    analysis_pb2,
    credential_pb2,
    job_pb2,
    media_pb2,
    project_pb2,
)

CUTS: Final = 20
_SOUND_BYTES: Final = 3 << 20
#: A connection brings at least this many bytes before it is cut: above what TLS takes to begin.
_LEAST_UP: Final = 8 << 10
#: A project that may have one job at a time.
FULL: Final = "full"
#: Nobody waits for services that are not there.
_SETTINGS: Final = {"VIDERE_AUTH": "true", "VIDERE_STAGE_PATIENCE": "0.2", **ALLOWED}
_PATIENCE_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Server:
    """A server that speaks TLS and asks for keys."""

    suite: Processes
    authority: Path
    key: str
    port: int

    @property
    def target(self) -> str:
        return f"127.0.0.1:{self.port}"

    def client(self, project: str = "") -> Videre:
        """Return the Python client with the same key."""
        access = Access(api_key=self.key, ca_file=self.authority, project=project)
        return Videre(self.suite.ports.target("orchestrator"), access=access)

    @contextmanager
    def waiting(self, film: Path, project: str = "") -> Iterator[tuple[str, Gated]]:
        """Submit a job that waits for its film; give its id and the gate, and cancel it."""
        with gated(film) as source, self.client(project) as videre:
            job = videre.submit(source.uri, features=["loudness"])
            yield job.job_id, source
            videre.cancel(job.job_id)


class Contract:
    """The tests; `language` names the client."""

    language: ClassVar[Language]
    #: Whether it is a web page's, which speaks no gRPC.
    by_web: ClassVar[bool] = False

    @pytest.fixture(scope="class")
    @classmethod
    def server(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
        folder = tmp_path_factory.mktemp("server")
        authority = Authority(folder / "tls")
        settings = _SETTINGS | tls_settings(authority.issue("server"))
        if cls.by_web:
            settings["VIDERE_WEB_PORT"] = "0"
        with processes(folder, "orchestrator", **settings) as suite:
            first = (folder / "data" / "admin.key").read_text().strip()
            access = Access(api_key=first, ca_file=authority.file)
            with Videre(suite.ports.target("orchestrator"), access=access) as admin:
                quotas = project_pb2.ProjectQuotas(active_jobs=1)
                admin.projects.create(
                    project_pb2.CreateProjectRequest(project_id=FULL, quotas=quotas)
                )
                roles = [
                    credential_pb2.ACCESS_ROLE_VIEWER, credential_pb2.ACCESS_ROLE_SUBMITTER,
                ]  # fmt: skip
                made = admin.credentials.create("a client", roles, project_id="*")
            port = suite.web_port if cls.by_web else suite.ports.orchestrator
            yield Server(suite, authority.file, made.secret, port)

    @pytest.fixture(scope="class")
    @classmethod
    def film(cls, tmp_path_factory: pytest.TempPathFactory) -> Path:
        clip = synth.Clip(
            "film.mp4", 5, size=(64, 36), rate=Fraction(5),
            sounds=(synth.Sound(synth.tone(1.0)),),
        )  # fmt: skip
        return synth.make(clip, tmp_path_factory.mktemp("film"))

    @pytest.fixture(scope="class")
    @classmethod
    def program(cls, server: Server, tmp_path_factory: pytest.TempPathFactory) -> Program:
        built = build(cls.language, tmp_path_factory.mktemp(cls.language.name))
        return built.knowing(server.authority, server.key)

    @pytest.fixture(scope="class")
    @classmethod
    def submitted(cls, program: Program, server: Server) -> Told:
        return program.tell("submit", server.target)

    @pytest.fixture(scope="class")
    @classmethod
    def refusals(cls, program: Program, server: Server, submitted: Told, film: Path) -> Told:
        assert submitted.values, "what is submitted again was submitted before"
        with server.waiting(film, FULL):
            return program.tell("refused", server.target, FULL)

    def test_an_upload_goes_on_after_every_cut(
        self, program: Program, server: Server, tmp_path: Path
    ) -> None:
        sound = _sound(tmp_path / f"from {self.language.name}.wav")
        with Cutter(server.port, _cuts(sound)) as proxy:
            done = program.tell("upload", proxy.target, str(sound))
        media = _read(media_pb2.CompleteUploadResponse, done.one("media")).media
        assert proxy.cuts == CUTS
        assert int(done.one("resumed")) >= CUTS
        assert (media.title, media.size_bytes) == (sound.name, sound.stat().st_size)
        assert media.digest == hashlib.sha256(sound.read_bytes()).hexdigest()

    def test_a_job_is_submitted_once(self, submitted: Told, server: Server) -> None:
        first = _read(job_pb2.SubmitJobResponse, submitted.one("first"))
        again = _read(job_pb2.SubmitJobResponse, submitted.one("again"))
        assert first.job.job_id == again.job.job_id
        assert (first.reused, again.reused) == (False, True)
        with server.client() as videre:
            job = videre.query(first.job.job_id).job
        assert (job.user_data, dict(job.tags)) == ("字", {"from": "a client"})
        assert job.priority == 0, "a zero that has a meaning, not the default of 5"
        assert job.created_by == "a client"

    def test_an_analysis_is_read_page_by_page(self, submitted: Told) -> None:
        pages = [_read(job_pb2.QueryJobResponse, page) for page in submitted.all("page")]
        lines = [[line.text for line in page.analysis.text_lines] for page in pages]
        assert lines == [["Who sells cocaine here?"], ["Nobody does."]]
        assert {page.job.state for page in pages} == {job_pb2.JOB_STATE_SUCCEEDED}
        assert pages[0].analysis.verdict.suggestion == analysis_pb2.SUGGESTION_REVIEW

    def test_what_is_wrong_is_named_field_by_field(self, refusals: Told) -> None:
        assert refusals.one("invalid.code") == "3"
        assert refusals.one("invalid.reason") == "videre FIELD_INVALID"
        fields = dict(field.split(" ", 1) for field in refusals.all("invalid.field"))
        assert set(fields) == {"priority", "user_data"}
        assert all(fields.values())

    def test_a_refusal_says_why_and_about_what(self, refusals: Told, submitted: Told) -> None:
        first = _read(job_pb2.SubmitJobResponse, submitted.one("first"))
        assert refusals.one("reused.code") == "6"
        assert refusals.one("reused.reason") == "videre REQUEST_ID_REUSED"
        assert f"job_id {first.job.job_id}" in refusals.all("reused.about")

    def test_a_refusal_says_when_to_try_again(self, refusals: Told) -> None:
        assert refusals.one("quota.code") == "8"
        assert refusals.one("quota.reason") == "videre QUOTA_EXCEEDED"
        assert int(refusals.one("quota.retry_ms")) >= 1_000

    def test_a_caller_without_a_key_is_refused(self, refusals: Told) -> None:
        assert refusals.one("stranger.code") == "16"
        assert refusals.one("stranger.reason") == "videre CREDENTIAL_MISSING"

    def test_a_call_ends_with_its_deadline(
        self, program: Program, server: Server, film: Path
    ) -> None:
        with server.waiting(film) as (job_id, _):
            late = program.tell("deadline", server.target, job_id)
        assert late.one("code") == "4"
        assert 250 <= int(late.one("ms")) < 10_000

    def test_a_job_is_cancelled_once(self, program: Program, server: Server, film: Path) -> None:
        with server.waiting(film) as (job_id, _):
            told = program.tell("cancel", server.target, job_id)
        first, again = (
            _read(job_pb2.CancelJobResponse, told.one(name)).job for name in ("cancelled", "again")
        )
        assert first.state == again.state == job_pb2.JOB_STATE_CANCELLED
        assert first.end_time == again.end_time

    def test_every_event_is_seen_once_across_cuts(
        self, program: Program, server: Server, film: Path
    ) -> None:
        chance = random.Random(3)
        limits = [Limit(down=chance.randint(1_500, 2_600)) for _ in range(12)]
        with (
            server.waiting(film) as (job_id, source),
            Cutter(server.port, limits) as proxy,
        ):
            watching = program.start("watch", proxy.target, job_id)
            assert watching.stdout is not None
            timer = threading.Timer(_PATIENCE_S, watching.kill)
            timer.start()
            try:
                lines = [watching.stdout.readline()]
                proxy.cut()
                source.gate.set()
                lines += watching.stdout.readlines()
                complaints = watching.communicate()[1]
            finally:
                timer.cancel()
                watching.kill()
        assert watching.returncode == 0, complaints
        connections = int(lines.pop().removeprefix("connections "))
        seen = [_read(job_pb2.WatchJobResponse, line.split()[1]).event for line in lines]
        with server.client() as videre:
            assert seen == list(videre.watch(job_id))
        assert [event.seq for event in seen] == list(range(1, len(seen) + 1))
        assert seen[-1].state_changed.state == job_pb2.JOB_STATE_SUCCEEDED
        assert connections >= 3


_M = TypeVar("_M", bound=Message)


def _read(kind: type[_M], text: str) -> _M:
    """Read a message that a client has printed."""
    return kind.FromString(base64.b64decode(text))


def _sound(path: Path) -> Path:
    """Write a sound file of noise: no two of its pieces are alike."""
    with wave.open(str(path), "wb") as target:
        target.setparams((2, 2, 48_000, 0, "NONE", ""))
        target.writeframes(random.Random(7).randbytes(_SOUND_BYTES))
    return path


def _cuts(path: Path) -> list[Limit]:
    """Return after how many bytes each connection is cut; all but the last are."""
    size, chance = path.stat().st_size, random.Random(20)
    places = sorted(chance.sample(range(_LEAST_UP, size - _LEAST_UP, _LEAST_UP), CUTS))
    return [Limit(up=after - before) for before, after in pairwise([0, *places])]
