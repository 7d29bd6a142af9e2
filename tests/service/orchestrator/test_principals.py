"""Who may do what: every public RPC has a row, a role is asked for, a project is a wall.

The table is generated from the descriptors: a new RPC without a row in the policy fails here, and
so does one that answers another project's caller with anything but a refusal.

The parts of an orchestrator behind a server that knows its callers by real keys.
"""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
import random
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import google_crc32c
import grpc
import grpc.aio
import pytest
import sqlalchemy as sa
from google.protobuf import message_factory
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.json_format import ParseDict
from prometheus_client import CollectorRegistry
from unqueued import unqueued

import videre.v1
from tests.fresh import fresh_database
from videre.common.auth import Principal, Role, authorise, check_policy
from videre.common.clock import SystemClock
from videre.common.errors import Reason, VidereError
from videre.common.server import start_server
from videre.common.wire_errors import error_from_rpc
from videre.orchestrator.access.gate import EVERY, Gate
from videre.orchestrator.access.keys import new_key
from videre.orchestrator.api.registrations import registrations
from videre.orchestrator.app import Orchestrator, open_orchestrator
from videre.orchestrator.settings import OrchestratorSettings
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.credentials import NewCredential
from videre.orchestrator.store.jobs import NewJob
from videre.orchestrator.store.media import NewMedia
from videre.orchestrator.store.records import StageState

METHODS: dict[str, MethodDescriptor] = {
    f"/{service.full_name}/{method.name}": method
    for found in pkgutil.iter_modules(videre.v1.__path__)
    if found.name.endswith("_pb2")
    for service in importlib.import_module(
        f"videre.v1.{found.name}"
    ).DESCRIPTOR.services_by_name.values()
    for method in service.methods
}
CHANGING = (
    "Submit", "Cancel", "Delete", "Create", "WriteUpload", "Complete", "Update", "Add", "Remove",
    "Import", "Rotate", "Revoke", "Undelete", "Redeliver", "Hold", "Release", "Purge",
)  # fmt: skip
#: Stands in everything of the project "films" that has a name.
PLANTED = "planted-in-films"
WATCHED_S = 0.5
HOUR_NS = 3600 * 10**9
#: RPCs that say nothing of any project.
OF_NO_PROJECT = {"ListEngines", "GetReportKey"}
#: Fields that a call needs beside the ids, to get as far as looking something up.
BESIDE: dict[str, dict[str, Any]] = {
    "WriteUpload": {"data": "eA==", "crc32c": google_crc32c.value(b"x")},
    "CompleteUpload": {"sha256": "0" * 64},
    "SubmitJob": {"inputs": [{"media_id": "m1"}]},
    "EstimateJob": {"job": {"inputs": [{"media_id": "m1"}]}},
    "SubmitFeedback": {"corrections": [{"kind": "CORRECTION_KIND_COMMENT", "comment": "x"}],
                       "library_id": "", "media_id": ""},
    "ExportJob": {"format": "EXPORT_FORMAT_WEBVTT"},
    "AddLibraryEntries": {"entries": [{"name": "x", "samples": [{"picture": "eA=="}]}]},
    "RemoveLibraryEntries": {"entry_ids": ["ada"]},
    "ImportLibrary": {"data": "eA==", "upload_id": ""},
    "ReleaseReview": {"lease_id": "l"},
    "RenewReview": {"lease_id": "l", "lease": "60s"},
    "DecideReview": {"lease_id": "l", "outcome": "REVIEW_OUTCOME_OVERTURN",
                     "reason": "REVIEW_REASON_FALSE_POSITIVE"},
    "AppealReview": {"note": "n"},
    "DecideSimilarReviews": {"similar_review_ids": ["r2"]},
    "LearnFromReviews": {"review_ids": ["r1"]},
    "TrainHead": {"from_feedback": True},
    "HoldMedia": {"hold_id": "h", "reason": "r"},
    "ReleaseMedia": {"hold_id": "h"},
}  # fmt: skip


def rows(app: Orchestrator) -> dict[str, Role]:
    return {name: role for item in registrations(app) for name, role in item.policy().items()}


async def test_every_public_rpc_has_a_row_and_every_row_an_rpc(app: Orchestrator) -> None:
    services = {method.containing_service.full_name: method.containing_service
                for method in METHODS.values()}  # fmt: skip
    assert check_policy(services.values(), rows(app)) == []


async def test_what_changes_something_needs_more_than_looking(app: Orchestrator) -> None:
    for method, role in rows(app).items():
        service, name = method.rsplit("/", 2)[1:]
        if service.endswith("ReviewService"):  # who submits may appeal
            wanted = Role.SUBMITTER if name == "AppealReview" else Role.REVIEWER
            assert role is wanted, method
        elif name.startswith(CHANGING):
            assert role is not Role.VIEWER, method
        else:
            assert role is not Role.REVIEWER, method


def test_an_rpc_without_a_row_is_closed_to_everybody() -> None:
    everything = Principal("root", "films", frozenset(Role))
    with pytest.raises(VidereError) as refused:
        authorise("/videre.v1.JobService/NewMethod", everything, {})
    assert refused.value.reason is Reason.ROLE_MISSING


class Caller:
    """One caller of the server, with a key of its own."""

    def __init__(self, channel: grpc.aio.Channel, secret: str) -> None:
        self._channel = channel
        self._metadata = (("authorization", f"Bearer {secret}"),) if secret else ()

    async def call(self, method: str, fields: Mapping[str, Any], **metadata: str) -> list[Any]:
        """Make a call and return its answers."""
        rpc = METHODS[method]
        request = message_factory.GetMessageClass(rpc.input_type)()
        ParseDict(dict(fields), request)
        kind: Any = (
            self._channel.unary_stream if rpc.server_streaming else self._channel.unary_unary
        )
        made = kind(
            method,
            lambda message: message.SerializeToString(),
            message_factory.GetMessageClass(rpc.output_type).FromString,
        )(
            request,
            metadata=(*self._metadata, *metadata.items()),
            timeout=WATCHED_S if rpc.name == "WatchEvents" else 20,
        )
        if not rpc.server_streaming:
            return [await made]
        found: list[Any] = []
        try:
            async for item in made:
                found.append(item)
        except grpc.aio.AioRpcError as ended:
            watched = rpc.name == "WatchEvents"  # which has no end of its own
            if not watched or ended.code() is not grpc.StatusCode.DEADLINE_EXCEEDED:
                raise
        return found

    async def answered(self, method: str, fields: Mapping[str, Any]) -> tuple[str, bytes]:
        """Return the code of a call and the bytes of its answers, or what it is refused with."""
        try:
            answers = await self.call(method, fields)
        except grpc.aio.AioRpcError as caught:
            return caught.code().name, str(caught.details()).encode()
        return "OK", b"".join(answer.SerializeToString() for answer in answers)

    async def outcome(
        self, method: str, fields: Mapping[str, Any] | None = None, **metadata: str
    ) -> tuple[str, str]:
        """Return code and reason of a call; ("OK", "") when it is not refused."""
        try:
            await self.call(method, fields or {}, **metadata)
        except grpc.aio.AioRpcError as caught:
            refusal = error_from_rpc(caught)
            return caught.code().name, str(refusal.reason) if refusal else ""
        return "OK", ""


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[Orchestrator]:
    settings = OrchestratorSettings(data_dir=tmp_path, stage_patience=0.2)
    database = fresh_database(settings.database_path)
    try:
        async with open_orchestrator(settings, database, SystemClock(), random.Random(1)) as opened:
            for name in ("films", "others"):
                opened.projects.create(
                    {"id": name, "name": "", "description": "", "active_jobs": 0,
                     "storage_bytes": 0, "created_by": "test"}
                )  # fmt: skip
            yield opened
    finally:
        database.dispose()


@pytest.fixture
async def channel(app: Orchestrator) -> AsyncIterator[grpc.aio.Channel]:
    server = await start_server(
        "127.0.0.1", 0, registrations(app), metrics=CollectorRegistry(), refuses_strangers=True,
        authenticate=Gate(app.directory, app.credentials, None, app.clock),
    )  # fmt: skip
    async with grpc.aio.insecure_channel(server.address) as opened:
        yield opened
    await server.stop(0)


def key_of(app: Orchestrator, project: str, *roles: Role, name: str = "ada") -> tuple[str, str]:
    """Make a credential; return its id and secret."""
    key = new_key()
    new = NewCredential(app.ids.new(), project, name, tuple(role.value for role in roles), "test")
    app.credentials.create(new, key, HOUR_NS)
    return new.id, key.secret


async def test_every_rpc_asks_for_its_role_and_nothing_less_will_do(
    app: Orchestrator, channel: grpc.aio.Channel
) -> None:
    callers = {role: Caller(channel, key_of(app, "films", role)[1]) for role in Role}
    for method, needed in rows(app).items():
        for role, caller in callers.items():
            code, reason = await caller.outcome(method)
            if role is not needed:
                assert (code, reason) == ("PERMISSION_DENIED", "ROLE_MISSING"), (method, role)
            elif code == "PERMISSION_DENIED":  # for callers who may see every project
                assert method.startswith("/videre.v1.ProjectService/") or (
                    method.endswith("/PurgeProject")
                ), method
            else:
                assert code in ("OK", "INVALID_ARGUMENT"), (method, role, code)


async def test_no_rpc_answers_a_stranger(app: Orchestrator, channel: grpc.aio.Channel) -> None:
    refused = {"": "CREDENTIAL_MISSING", "x": "CREDENTIAL_INVALID",
               new_key().secret: "CREDENTIAL_INVALID"}  # fmt: skip
    for secret, reason in refused.items():
        stranger = Caller(channel, secret)
        for method in rows(app):
            assert await stranger.outcome(method) == ("UNAUTHENTICATED", reason), method


async def test_no_rpc_may_name_another_project(
    app: Orchestrator, channel: grpc.aio.Channel
) -> None:
    caller = Caller(channel, key_of(app, "others", *Role)[1])
    forbidden = ("PERMISSION_DENIED", "PROJECT_FORBIDDEN")
    only_everywhere = ("PERMISSION_DENIED", "ROLE_MISSING")
    for method, rpc in METHODS.items():
        assert await caller.outcome(method, {}, **{"x-videre-project": "films"}) == forbidden
        if "project_id" in rpc.input_type.fields_by_name:
            expected = only_everywhere if rpc.name in (
                "CreateProject", "DeleteProject", "UndeleteProject", "PurgeProject",
            ) else forbidden  # fmt: skip
            for named in ("films", "nowhere", "*"):
                assert await caller.outcome(method, {"project_id": named}) == expected, method
    nested = {"job": {"project_id": "films", "inputs": [{"inline_text": "x"}]}}
    assert await caller.outcome("/videre.v1.JobService/EstimateJob", nested) == forbidden


async def planted(app: Orchestrator) -> dict[str, str]:
    """Put one thing of each kind into the project "films"; return them by the fields that name
    them."""

    def work() -> dict[str, str]:
        digest = app.artifacts.put("films", PLANTED.encode())
        app.media.create(
            NewMedia("m1", "films", "upload:x", "ada", digest=digest, size_bytes=12, title=PLANTED)
        )
        job = NewJob("j1", "films", "m1", b"", "r", "d", ["text"], 5, PLANTED, {}, "ada", "", None,
                     [("ingest", StageState.PENDING, "")])  # fmt: skip
        unqueued(app).submit(job, lambda _connection, _job: None)
        review = {"id": "r1", "project_id": "films", "media_id": "m1", "job_id": "j1",
                  "revision": 1, "last_revision": 1, "template": PLANTED, "suggestion": "REVIEW",
                  "severity": 1, "categories": ["ad"], "finding_count": 0, "state": "DECIDED",
                  "people": "PASS", "create_ns": 1, "due_ns": 1, "decide_ns": 1,
                  "decided_by": "ada"}  # fmt: skip
        with app.projects._db.durable.begin() as connection:
            connection.execute(sa.insert(t.review), review)
        return {"digest": digest}

    return {"job_id": "j1", "media_id": "m1", "review_id": "r1", "node_id": f"animal.{PLANTED}",
            "library_id": "staff", "entry_id": "ada", "template_id": "mine",
            "from_template_id": "mine",
            **await asyncio.to_thread(work)}  # fmt: skip


def addressed(rpc: MethodDescriptor, things: Mapping[str, str]) -> dict[str, Any]:
    """Return a request that names the things; the first one where only one may be named."""
    fields, chosen = {}, set()
    for name, value in (things | BESIDE.get(rpc.name, {})).items():
        field = rpc.input_type.fields_by_name.get(name)
        if field is None or value == "":
            continue
        one_of = field.containing_oneof
        if one_of is None or one_of.name not in chosen:
            fields[name] = value
            chosen |= {one_of.name} if one_of is not None else set()
    return fields


async def test_another_project_s_things_are_not_there(
    app: Orchestrator, channel: grpc.aio.Channel
) -> None:
    things = await planted(app)
    own = Caller(channel, key_of(app, "films", *Role)[1])
    credential, _ = key_of(app, "films", Role.VIEWER, name=PLANTED)
    made: list[tuple[str, dict[str, Any]]] = [
        ("LibraryService/CreateLibrary", {"library_id": "staff", "kind": "LIBRARY_KIND_WORDS",
                                          "name": PLANTED}),
        ("TemplateService/CreateTemplate", {"template": {"template_id": "mine", "names": [
            {"language_code": "en", "name": PLANTED}], "analysis": {}}}),
    ]  # fmt: skip
    for method, fields in made:
        await own.call(f"/videre.v1.{method}", fields)
    (upload,) = await own.call("/videre.v1.MediaService/CreateUpload",
                               {"total_size": 1, "file_name": PLANTED})  # fmt: skip
    (hook,) = await own.call("/videre.v1.EventService/CreateWebhook",
                             {"uri": "https://example.com/", "name": PLANTED})  # fmt: skip
    things |= {"webhook_id": hook.webhook.webhook_id}
    things |= {"upload_id": upload.upload.upload_id, "credential_id": credential, "key_id": "x"}
    theirs = Caller(channel, key_of(app, "others", *Role)[1])
    seen_by_own, wrong = 0, {}
    for method, rpc in METHODS.items():
        makes = rpc.name.startswith("Create") or rpc.name == "ImportTemplate"
        if makes or rpc.containing_service.name == "ProjectService":
            continue  # what makes something gives it a name; projects: see the test above
        fields = addressed(rpc, things)
        code, told = await theirs.answered(method, fields)
        reads = rows(app)[method] is Role.VIEWER or rpc.name.startswith(("List", "Get"))
        silent = PLANTED.encode() not in told and (reads or not fields)
        if code != "NOT_FOUND" and fields and not (code == "OK" and silent):
            wrong[method] = code, told
        if rpc.name.startswith(("List", "Get")):
            seen_by_own += PLANTED.encode() in (await own.answered(method, fields))[1]
    assert not wrong
    assert seen_by_own >= 6  # what the owner sees of the same calls: the test looks at something


async def test_what_is_made_names_its_maker_and_project(
    app: Orchestrator, channel: grpc.aio.Channel
) -> None:
    caller = Caller(channel, key_of(app, "films", Role.SUBMITTER)[1])
    (made,) = await caller.call("/videre.v1.MediaService/CreateUpload", {"total_size": 1})
    assert made.upload.project_id == "films"
    record = app.uploads.get("films", made.upload.upload_id)
    assert record.created_by == "ada"


async def test_who_may_see_every_project_says_which(
    app: Orchestrator, channel: grpc.aio.Channel
) -> None:
    root = Caller(channel, key_of(app, EVERY, *Role)[1])
    make = "/videre.v1.MediaService/CreateUpload"
    for fields, metadata, project in (
        ({"total_size": 1}, {}, "default"),
        ({"total_size": 1, "project_id": "films"}, {}, "films"),
        ({"total_size": 1}, {"x-videre-project": "others"}, "others"),
    ):
        (made,) = await root.call(make, fields, **metadata)
        assert made.upload.project_id == project
    nowhere = await root.outcome(make, {"total_size": 1, "project_id": "nowhere"})
    assert nowhere == ("PERMISSION_DENIED", "PROJECT_FORBIDDEN")
