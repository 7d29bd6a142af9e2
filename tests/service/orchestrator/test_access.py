"""Keys, projects and quotas, by the SDK and the command line over TLS."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from certificates import Authority
from prometheus_client import CollectorRegistry
from unqueued import unqueued

from tests.fresh import fresh_database
from videre.cli.app import main
from videre.client import (
    Access,
    AlreadyExists,
    AsyncVidere,
    Conflict,
    FailedPrecondition,
    InvalidRequest,
    NotAllowed,
    NotFound,
    Overloaded,
    RetryPolicy,
)
from videre.client._rpc import CREATE_UPLOAD
from videre.common.clock import FakeClock
from videre.common.errors import Reason, VidereError
from videre.common.server import start_server
from videre.orchestrator.access.callers import callers_of
from videre.orchestrator.access.first_key import FILE, ensure_first_key
from videre.orchestrator.api.registrations import registrations
from videre.orchestrator.app import Orchestrator, open_orchestrator
from videre.orchestrator.settings import OrchestratorSettings
from videre.orchestrator.store.jobs import NewJob
from videre.orchestrator.store.records import StageState
from videre.v1 import credential_pb2, library_pb2, media_pb2, project_pb2

VIEWER, SUBMITTER = credential_pb2.ACCESS_ROLE_VIEWER, credential_pb2.ACCESS_ROLE_SUBMITTER
ADMIN = credential_pb2.ACCESS_ROLE_ADMIN
WORDS = library_pb2.LIBRARY_KIND_WORDS


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def app(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Orchestrator]:
    settings = OrchestratorSettings(data_dir=tmp_path, auth=True)
    database = fresh_database(settings.database_path)
    try:
        async with open_orchestrator(settings, database, clock, random.Random(1)) as opened:
            yield opened
    finally:
        database.dispose()


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "tls")


@pytest.fixture
async def address(app: Orchestrator, authority: Authority) -> AsyncIterator[str]:
    """An orchestrator's server with TLS that asks for keys."""
    server = await start_server(
        "127.0.0.1", 0, registrations(app), metrics=CollectorRegistry(),
        tls=authority.issue("server"), authenticate=await asyncio.to_thread(callers_of, app),
        refuses_strangers=True,
    )  # fmt: skip
    yield server.address
    await server.stop(0)


Open = Callable[..., AsyncVidere]


@pytest.fixture
async def opened(address: str, authority: Authority) -> AsyncIterator[Open]:
    """Return what opens clients by their key."""
    clients: list[AsyncVidere] = []

    def client(secret: str = "", project: str = "") -> AsyncVidere:
        access = Access(api_key=secret, ca_file=authority.file, project=project)
        clients.append(AsyncVidere(address, access=access, retry=RetryPolicy(attempts=1)))
        return clients[-1]

    yield client
    for one in clients:
        await one.close()


@pytest.fixture
def root(app: Orchestrator, opened: Open) -> AsyncVidere:
    """A client with the installation's first key."""
    return opened((app.settings.data_dir / FILE).read_text().strip())


async def test_the_first_key_is_written_once_and_for_its_owner_only(app: Orchestrator) -> None:
    folder = app.settings.data_dir
    assert ensure_first_key(app.credentials, folder, app.ids)
    first = (folder / FILE).read_text()
    assert (folder / FILE).stat().st_mode & 0o777 == 0o600
    assert not ensure_first_key(app.credentials, folder, app.ids)
    assert (folder / FILE).read_text() == first


async def test_a_key_works_until_it_ends(
    root: AsyncVidere, opened: Open, clock: FakeClock, app: Orchestrator
) -> None:
    made = await root.credentials.create("ada", [VIEWER], lifetime=timedelta(hours=1))
    stored = app.credentials.get(("default",), made.credential.credential_id)
    assert made.secret not in str(stored)
    ada = opened(made.secret)
    await ada.list_engines()
    shown = await root.credentials.get(made.credential.credential_id)
    assert shown.keys[0].live
    assert shown.keys[0].HasField("last_use_time")
    clock.advance(3601)
    with pytest.raises(NotAllowed) as ended:
        await ada.list_engines()
    assert (ended.value.code, ended.value.reason) == ("UNAUTHENTICATED", "CREDENTIAL_INVALID")


async def test_keys_are_rotated_without_a_gap(
    root: AsyncVidere, opened: Open, clock: FakeClock
) -> None:
    made = await root.credentials.create("ada", [VIEWER])
    credential = made.credential.credential_id
    old_key = made.credential.keys[0].key_id
    second = await root.credentials.rotate(credential)
    old, new = opened(made.secret), opened(second.secret)
    await old.list_engines()
    await new.list_engines()
    with pytest.raises(FailedPrecondition) as full:
        await root.credentials.rotate(credential)
    assert full.value.reason == "CREDENTIAL_KEYS_FULL"
    for _ in range(2):
        changed = await root.credentials.revoke_key(credential, old_key)
    assert [key.live for key in changed.keys if key.key_id == old_key] == [False]
    clock.advance(1.1)
    await new.list_engines()
    with pytest.raises(NotAllowed):
        await old.list_engines()
    await root.credentials.delete(credential)
    clock.advance(1.1)
    with pytest.raises(NotAllowed):
        await new.list_engines()
    with pytest.raises(NotFound):
        await root.credentials.get(credential)


async def test_an_admin_of_a_project_makes_keys_of_that_project_only(
    root: AsyncVidere, opened: Open
) -> None:
    await root.projects.create(project_pb2.CreateProjectRequest(project_id="films"))
    made = await root.credentials.create("eve", [ADMIN, VIEWER], project_id="films")
    eve = opened(made.secret)
    own = await eve.credentials.create("ada", [SUBMITTER])
    assert own.credential.project_id == "films"
    assert {one.project_id async for one in eve.credentials.list()} == {"films"}
    for elsewhere in ("default", "*", "nowhere"):
        with pytest.raises(NotAllowed) as refused:
            await eve.credentials.create("x", [VIEWER], project_id=elsewhere)
        assert refused.value.reason == "PROJECT_FORBIDDEN"
    assert [one.project_id async for one in eve.projects.list(show_deleted=True)] == ["films"]
    with pytest.raises(NotAllowed):
        await eve.projects.update(
            project_pb2.UpdateProjectRequest(quotas=project_pb2.ProjectQuotas(active_jobs=9))
        )


async def test_a_closed_project_answers_nobody_and_keeps_what_it_has(
    root: AsyncVidere, opened: Open
) -> None:
    request = project_pb2.CreateProjectRequest(project_id="films", name="Films")
    made = await root.projects.create(request)
    with pytest.raises(AlreadyExists):
        await root.projects.create(request)
    key = await root.credentials.create("ada", [VIEWER], project_id="films")
    ada = opened(key.secret)
    assert (await ada.projects.get()).name == "Films"
    with pytest.raises(Conflict):
        await root.projects.delete("films", etag="99")
    closed = await root.projects.delete("films", etag=made.etag)
    assert closed.HasField("delete_time")
    with pytest.raises(NotAllowed):
        await ada.list_engines()
    assert [one.project_id async for one in root.projects.list()] == ["default"]
    await root.projects.undelete("films")
    await ada.list_engines()
    with pytest.raises(FailedPrecondition):
        await root.projects.delete("default")
    with pytest.raises(FailedPrecondition):
        await root.projects.undelete("films")
    with pytest.raises(NotFound):
        await root.projects.get("nowhere")


async def test_quotas_are_kept_and_say_when_to_come_back(
    root: AsyncVidere, opened: Open, app: Orchestrator
) -> None:
    quotas = project_pb2.ProjectQuotas(active_jobs=1, storage_bytes=1_000)
    await root.projects.create(project_pb2.CreateProjectRequest(project_id="films", quotas=quotas))
    films = opened((app.settings.data_dir / FILE).read_text().strip(), "films")

    def submit(project: str) -> None:
        job = NewJob(app.ids.new(), project, None, b"", None, "d", [], 5, "", {}, "ada", "", None,
                     [("ingest", StageState.PENDING, "")])  # fmt: skip
        unqueued(app).submit(job, lambda _connection, _job: None)

    submit("films")
    with pytest.raises(VidereError) as jobs:
        submit("films")
    assert jobs.value.reason is Reason.QUOTA_EXCEEDED
    assert jobs.value.metadata["field"] == "active_jobs"
    assert (await films.projects.get()).usage.active_jobs == 1
    submit("default")
    await films.libraries.create(library_pb2.CreateLibraryRequest(kind=WORDS))
    await _upload(films, 600)
    with pytest.raises(Overloaded) as full:
        await _upload(films, 401)
    assert (full.value.reason, full.value.metadata["actual"]) == ("QUOTA_EXCEEDED", "1001")
    assert full.value.retry_after_s
    await _upload(root, 5_000)
    assert (await films.projects.get()).usage.storage_bytes == 600


async def _upload(client: AsyncVidere, size: int) -> None:
    """Open an upload and write nothing to it."""
    request = media_pb2.CreateUploadRequest(total_size=size)
    await client._transport.run(client._context.call(CREATE_UPLOAD, request))


async def test_names_and_lifetimes_have_limits(root: AsyncVidere) -> None:
    for name, roles, lifetime, field in (
        (" ", [VIEWER], None, "name"),
        ("x" * 129, [VIEWER], None, "name"),
        ("a\nb", [VIEWER], None, "name"),
        ("ada", [], None, "roles"),
        ("ada", [9], None, "roles[0]"),
        ("ada", [VIEWER], timedelta(seconds=59), "lifetime"),
        ("ada", [VIEWER], timedelta(days=3651), "lifetime"),
    ):
        with pytest.raises(InvalidRequest) as refused:
            await root.credentials.create(name, roles, lifetime=lifetime)  # type: ignore[arg-type]
        assert refused.value.violations[0].field == field


async def test_the_command_line_shows_its_key(
    address: str,
    root: AsyncVidere,
    authority: Authority,
    app: Orchestrator,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("VIDERE_SERVER", address)
    monkeypatch.setenv("VIDERE_TLS_CA", str(authority.file))
    monkeypatch.setenv("VIDERE_API_KEY", (app.settings.data_dir / FILE).read_text().strip())

    async def videre(*arguments: str) -> str:
        def run() -> None:
            with pytest.raises(SystemExit) as ended:
                main(arguments)
            assert not ended.value.code, capsys.readouterr().err

        await asyncio.to_thread(run)
        lines = capsys.readouterr().out.splitlines()  # the server's log is among them
        return "\n".join(line for line in lines if " [debug " not in line)

    assert "films is made" in await videre("projects", "create", "films", "--active-jobs", "3")
    await videre("projects", "update", "films", "--name", "Films", "--storage-bytes", "1000")
    shown = json.loads(await videre("projects", "show", "films", "--json"))
    assert shown["quotas"] == {"activeJobs": 3, "storageBytes": "1000"}
    assert "0 of 3" in await videre("projects", "show", "films")
    made = json.loads(
        await videre(
            "credentials", "create", "ada", "--role", "viewer", "--project", "films", "--json"
        )
    )
    identifier, key = made["credential"]["credentialId"], made["credential"]["keys"][0]["keyId"]
    secret = await videre("credentials", "create", "bob", "--role", "viewer", "--days", "2")
    assert secret.startswith("videre_")
    monkeypatch.setenv("VIDERE_PROJECT", "films")
    assert "ada" in await videre("credentials", "list")
    assert made["secret"] not in await videre("credentials", "list", "--json")
    assert (await videre("credentials", "rotate", identifier)).startswith("videre_")
    assert "revoked" in await videre("credentials", "revoke", identifier, key)
    assert "revoked" in await videre("credentials", "show", identifier)
    assert "deleted" in await videre("credentials", "delete", identifier)
    monkeypatch.delenv("VIDERE_PROJECT")
    assert "closed" in await videre("projects", "close", "films")
    assert "closed" in await videre("projects", "list", "--closed")
    assert "open" in await videre("projects", "reopen", "films")


def test_a_key_is_not_sent_in_plain_text_to_another_machine(tmp_path: Path) -> None:
    for target in ("videre.example:7700", "10.0.0.1:7700", "dns:///videre.example:7700"):
        with pytest.raises(ValueError, match="plain text"):
            Access(api_key="videre_x").check(target, encrypted=False)
        Access(api_key="videre_x").check(target, encrypted=True)
        Access().check(target, encrypted=False)
    for target in ("127.0.0.1:7700", "[::1]:7700", "localhost:7700", "unix:/run/videre"):
        Access(api_key="videre_x").check(target, encrypted=False)
    assert "videre_x" not in repr(Access(api_key="videre_x"))
