"""Connect, gRPC-Web and JSON over HTTP: the same callers, refusals and streams as by gRPC."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
import json
import random
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import google_crc32c
import grpc.aio
import pytest
from aiohttp import ClientSession, TCPConnector
from certificates import Authority
from google.rpc import error_details_pb2
from prometheus_client import CollectorRegistry
from unqueued import unqueued

from tests.fresh import fresh_database
from videre.common.clock import FakeClock
from videre.common.server import BindRefused, start_server
from videre.orchestrator.access.callers import callers_of
from videre.orchestrator.access.first_key import FILE
from videre.orchestrator.api.registrations import registrations
from videre.orchestrator.app import open_orchestrator
from videre.orchestrator.settings import OrchestratorSettings
from videre.orchestrator.store.jobs import NewJob
from videre.orchestrator.store.records import StageState
from videre.orchestrator.web.passing import Passing
from videre.orchestrator.web.server import serving_web
from videre.v1 import job_pb2, media_pb2

JSON = "application/json"
PAGE = "https://media.example.com"
JOBS = "/videre.v1.JobService/"
MEDIA = "/videre.v1.MediaService/"


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def reason(self) -> str:
        """The reason in the details of a refusal by Connect."""
        found = {one["type"]: one["value"] for one in self.json["details"]}
        info = error_details_pb2.ErrorInfo.FromString(unpadded(found["google.rpc.ErrorInfo"]))
        assert info.domain == "videre"
        return info.reason

    @property
    def fields(self) -> list[str]:
        """Which fields it says are wrong."""
        found = {one["type"]: one["value"] for one in self.json["details"]}
        bad = error_details_pb2.BadRequest.FromString(unpadded(found["google.rpc.BadRequest"]))
        return [one.field for one in bad.field_violations]


def unpadded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4))


def framed(data: bytes, flags: int = 0) -> bytes:
    return bytes([flags]) + len(data).to_bytes(4, "big") + data


def frames(data: bytes) -> list[tuple[int, bytes]]:
    """Take a stream of Connect or gRPC-Web apart."""
    found = []
    while data:
        size = int.from_bytes(data[1:5], "big")
        found.append((data[0], data[5 : 5 + size]))
        data = data[5 + size :]
    return found


class Caller:
    """A plain HTTP client with a key."""

    def __init__(self, session: ClientSession, base: str, key: str) -> None:
        self._session, self._base, self._key = session, base, key

    async def ask(
        self, path: str, body: bytes, kind: str = JSON, *, method: str = "POST", **more: str
    ) -> Answer:
        headers = {"content-type": kind, "authorization": f"Bearer {self._key}"}
        headers |= {name.replace("_", "-"): value for name, value in more.items()}
        headers = {name: value for name, value in headers.items() if value}
        async with self._session.request(
            method, self._base + path, data=io.BytesIO(body), headers=headers
        ) as answer:
            low = {name.lower(): value for name, value in answer.headers.items()}
            return Answer(answer.status, low, await answer.read())

    async def call(self, path: str, **fields: Any) -> Answer:
        """Make a call in JSON."""
        return await self.ask(path, json.dumps(fields).encode())


@dataclass(frozen=True, slots=True)
class Web:
    caller: Caller
    job_id: str
    port: int


@pytest.fixture
async def web(tmp_path: Path) -> AsyncIterator[Web]:
    """A server that asks for keys and speaks TLS, with a job that nobody works on."""
    settings = OrchestratorSettings(data_dir=tmp_path, auth=True)
    tls = Authority(tmp_path / "tls").issue("server")
    database, clock = fresh_database(settings.database_path), FakeClock()
    try:
        async with open_orchestrator(settings, database, clock, random.Random(1)) as app:
            served = registrations(app)
            server = await start_server(
                "127.0.0.1", 0, served, metrics=CollectorRegistry(), tls=tls,
                authenticate=await asyncio.to_thread(callers_of, app), refuses_strangers=True,
                inside=settings.inside_path,
            )  # fmt: skip
            assert settings.inside_path.stat().st_mode & 0o777 == 0o600
            descriptors = [one.descriptor for one in served]
            new = NewJob(app.ids.new(), "default", None, b"", "", "d", [], 5, "", {}, "x", "",
                         None, [("ingest", StageState.PENDING, "")])  # fmt: skip
            record, _ = unqueued(app).submit(new, lambda _connection, _job: None)
            key = (tmp_path / FILE).read_text().strip()
            trusted = ssl.create_default_context(cafile=tls.authority)
            async with (
                serving_web(
                    settings.inside_path, descriptors, host="127.0.0.1", port=0, tls=tls,
                    origins=[PAGE], version="1",
                ) as address,
                ClientSession(connector=TCPConnector(ssl=trusted)) as session,
            ):  # fmt: skip
                port = int(address.rpartition(":")[2])
                yield Web(Caller(session, f"https://{address}", key), record.id, port)
                await server.stop(0)
    finally:
        database.dispose()


async def test_calls_in_json(web: Web) -> None:
    ask = web.caller
    found = await ask.call(JOBS + "QueryJob", jobId=web.job_id)
    assert (found.status, found.headers["content-type"]) == (200, JSON)
    assert (found.json["job"]["jobId"], found.json["job"]["state"]) == (
        web.job_id, "JOB_STATE_QUEUED",
    )  # fmt: skip
    assert (await ask.ask(JOBS + "ListJobs", b"")).status == 200  # no body says nothing
    data = random.Random(2).randbytes(300_000)
    opened = await ask.call(MEDIA + "CreateUpload", fileName="a.wav", totalSize=len(data))
    upload_id, at = opened.json["upload"]["uploadId"], 0
    while at < len(data):
        piece = data[at : at + (128 << 10)]
        at = int((await ask.call(
            MEDIA + "WriteUpload", uploadId=upload_id, offset=at,
            data=base64.b64encode(piece).decode(), crc32c=google_crc32c.value(piece),
        )).json["committedSize"])  # fmt: skip
    again = await ask.call(MEDIA + "WriteUpload", uploadId=upload_id, offset=7, data="AAAA")
    assert (again.status, again.json["code"], bool(again.reason)) == (400, "invalid_argument", True)
    digest = hashlib.sha256(data).hexdigest()
    whole = await ask.call(MEDIA + "CompleteUpload", uploadId=upload_id, sha256=digest)
    assert whole.json["media"]["digest"] == digest
    described = await ask.ask("/openapi.json", b"", method="GET", authorization="")
    assert JOBS + "SubmitJob" in described.json["paths"]


async def test_refusals_bring_their_details(web: Web) -> None:
    ask = web.caller
    wrong = await ask.call(
        JOBS + "SubmitJob", inputs=[{"name": "main", "inlineText": "x"}], priority=10,
        userData="x" * 2049,
    )  # fmt: skip
    assert (wrong.status, wrong.json["code"], wrong.reason) == (
        400, "invalid_argument", "FIELD_INVALID",
    )  # fmt: skip
    assert sorted(wrong.fields) == ["priority", "user_data"]
    for body in (b'{"nobody": 1}', b"{", b"[]", b'{"jobId": 1}', b"\xff", b"[" * 100_000):
        refused = await ask.ask(JOBS + "QueryJob", body)
        assert (refused.status, refused.reason) == (400, "FIELD_INVALID"), body[:20]
    unknown = await ask.call(JOBS + "QueryJob", jobId=web.job_id[:-1] + "z")
    assert (unknown.status, unknown.json["code"]) == (404, "not_found")
    for key in ("", "Bearer no", "Bearer \u00e9"):
        stranger = await ask.ask(JOBS + "ListJobs", b"{}", authorization=key)
        assert (stranger.status, stranger.json["code"]) == (401, "unauthenticated")
        assert stranger.reason.startswith("CREDENTIAL_")
    late = await ask.ask(
        JOBS + "QueryJob", json.dumps({"jobId": web.job_id, "wait": "30s"}).encode(),
        connect_timeout_ms="200",
    )  # fmt: skip
    assert (late.status, late.json["code"]) == (504, "deadline_exceeded")
    assert (await ask.ask(JOBS + "ListJobs", b"x" * (5 << 20))).status == 429
    assert (await ask.ask(JOBS + "ListJobs", b"", method="GET")).status == 405
    assert (await ask.ask(JOBS + "ListJobs", b"{}", "text/plain")).status == 415
    assert (await ask.call("/videre.v1.JobService/Nothing")).status == 404
    assert (await ask.call("/grpc.health.v1.Health/Check")).status == 404
    page = await ask.ask(JOBS + "ListJobs", b"{}", origin=PAGE)
    assert (page.status, page.headers["access-control-allow-origin"]) == (200, PAGE)
    assert (await ask.ask(JOBS + "ListJobs", b"{}", origin="https://evil.example")).status == 403


async def test_streams_by_connect_and_by_grpc_web(web: Web) -> None:
    ask = web.caller
    wanted = json.dumps({"jobId": web.job_id}).encode()
    watched = await ask.ask(
        JOBS + "WatchJob", framed(wanted), "application/connect+json", connect_timeout_ms="300"
    )
    *events, (flags, end) = frames(watched.body)
    assert [json.loads(event)["event"]["seq"] for _, event in events] == ["1"]
    assert (flags, json.loads(end)["error"]["code"]) == (2, "deadline_exceeded")
    request = job_pb2.WatchJobRequest(job_id=web.job_id)
    watched = await ask.ask(
        JOBS + "WatchJob", framed(request.SerializeToString()), "application/grpc-web+proto",
        grpc_timeout="300m",
    )  # fmt: skip
    *events, (flags, end) = frames(watched.body)
    seen = [job_pb2.WatchJobResponse.FromString(event).event.seq for _, event in events]
    assert (seen, flags) == ([1], 0x80)
    assert b"grpc-status: 4\r\n" in end
    missing = media_pb2.GetMediaRequest(media_id="none").SerializeToString()
    refused = await ask.ask(MEDIA + "GetMedia", framed(missing), "application/grpc-web+proto")
    told = b"".join(body for _, body in frames(refused.body)).decode() or str(refused.headers)
    assert "grpc-status-details-bin" in told


async def test_a_port_that_is_taken_is_refused(web: Web, tmp_path: Path) -> None:
    with pytest.raises(BindRefused):
        async with serving_web(tmp_path / "s", [], host="127.0.0.1", port=web.port, version="1"):
            pass


async def test_streams_of_requests_cannot_be_passed_on() -> None:
    class Method:
        client_streaming = True
        full_name = "a.B.C"

    class Service:
        methods = (Method(),)

    async with grpc.aio.insecure_channel("unix:nowhere") as channel:
        with pytest.raises(ValueError, match=r"a\.B\.C"):
            Passing(channel, [Service()])  # type: ignore[list-item]
