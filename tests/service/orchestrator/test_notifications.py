"""The feed of a project and its webhooks: nothing is lost, whatever receivers and senders do."""

from __future__ import annotations

import asyncio
import json
import random
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from receiving import (
    BUSY,
    ENDLESS,
    FAILS,
    GARBAGE,
    MOVED,
    NOTHING,
    OK,
    STALLS,
    Received,
    Receiver,
    receiving,
)
from unqueued import unqueued

from tests.fresh import fresh_database
from videre.cli.app import main
from videre.client import AsyncVidere, FailedPrecondition, InvalidRequest, RetryPolicy
from videre.common.clock import FakeClock
from videre.common.server import start_server
from videre.orchestrator.access.callers import callers_of
from videre.orchestrator.api.registrations import registrations
from videre.orchestrator.app import Orchestrator, open_orchestrator
from videre.orchestrator.notify.sender import Sender
from videre.orchestrator.settings import OrchestratorSettings
from videre.orchestrator.store.jobs import NewJob
from videre.orchestrator.store.records import JobState, StageState
from videre.v1 import event_pb2

KILLED = Path(__file__).parents[2] / "doubles" / "killed_sender.py"
DAY_S = 24 * 3600.0


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def app(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Orchestrator]:
    settings = OrchestratorSettings(data_dir=tmp_path, allowed_networks=("127.0.0.1/32",))
    database = fresh_database(settings.database_path)
    try:
        async with open_orchestrator(settings, database, clock, random.Random(1)) as opened:
            yield opened
    finally:
        database.dispose()


@pytest.fixture
async def address(app: Orchestrator) -> AsyncIterator[str]:
    server = await start_server(
        "127.0.0.1",
        0,
        registrations(app),
        metrics=CollectorRegistry(),
        authenticate=callers_of(app),
    )  # fmt: skip
    yield server.address
    await server.stop(0)


@pytest.fixture
async def client(address: str) -> AsyncIterator[AsyncVidere]:
    async with AsyncVidere(address, retry=RetryPolicy(attempts=1)) as opened:
        yield opened


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as running:
        yield running


@pytest.fixture
def sender(app: Orchestrator) -> Sender:
    return Sender(app.webhooks, app.sinks, app.seal, app.clock, random.Random(2))


Happen = Callable[..., str]


@pytest.fixture
def happen(app: Orchestrator) -> Happen:
    """Return what has a job be queued, and end: two events."""

    def job(project: str = "default", *, ends: bool = True) -> str:
        new = NewJob(app.ids.new(), project, None, b"", None, "d", [], 5, "", {}, "ada", "", None,
                     [("ingest", StageState.PENDING, "")])  # fmt: skip
        unqueued(app).submit(new, lambda _connection, _job: None)
        if ends:
            app.jobs.finish(new.id, JobState.FAILED, retention_ns=10**15,
                            error={"reason": "X", "message": "y", "metadata": {}})  # fmt: skip
        return new.id

    return job


async def sent(sender: Sender) -> None:
    """Send what is due until nothing is."""
    while await sender.start_due():
        await sender.settle()


async def test_events_have_numbers_without_gaps_by_project(
    client: AsyncVidere, app: Orchestrator, happen: Happen
) -> None:
    first, second = happen(), happen()

    def fails(_connection: object, _job: object) -> None:
        raise RuntimeError("the transaction fails")

    with pytest.raises(RuntimeError):
        unqueued(app).submit(
            NewJob("x", "default", None, b"", None, "d", [], 5, "", {}, "a", "", None,
                   [("ingest", StageState.PENDING, "")]),
            fails,
        )  # fmt: skip
    happen("films")
    found = [one async for one in client.events.list()]
    assert [one.number for one in found] == [1, 2, 3, 4]
    assert [one.type for one in found] == ["job.queued", "job.failed"] * 2
    assert [one.job_id for one in found] == [first, first, second, second]
    assert [one.seq for one in found] == [1, 2, 1, 2]
    assert found[1].data["error"]["reason"] == "X"
    assert [one.number async for one in client.events.list(after_number=2)] == [3, 4]
    failed = client.events.list(types=["job.failed"])
    assert [one.number async for one in failed] == [2, 4]


async def test_events_are_watched_from_a_number_or_from_now_on(
    client: AsyncVidere, happen: Happen
) -> None:
    happen()
    seen: list[int] = []

    async def watch(after: int | None, count: int) -> None:
        async for event in client.events.watch(after_number=after, types=["job.*"]):
            seen.append(event.number)
            if len(seen) == count:
                return

    await asyncio.wait_for(watch(1, 1), 10)
    assert seen == [2]
    seen.clear()
    following = asyncio.create_task(watch(None, 2))
    while not following.done():
        await asyncio.to_thread(happen)
        await asyncio.wait([following], timeout=0.5)
    await following
    assert seen == sorted(seen)
    assert min(seen) > 2


async def test_old_events_are_forgotten_and_consumers_can_tell(
    app: Orchestrator, client: AsyncVidere, happen: Happen, clock: FakeClock
) -> None:
    happen()
    clock.advance(10)
    happen()
    assert app.feed.forget(clock.now_ns() - 5 * 10**9) == 2
    page = app.feed.page("default", 0, 10, ())
    assert (page.oldest, page.last) == (3, 4)
    assert [one.number async for one in client.events.list()] == [3, 4]


@pytest.mark.parametrize("binary", [False, True])
async def test_a_receiver_is_sent_what_it_asked_for_signed(
    client: AsyncVidere, receiver: Receiver, sender: Sender, happen: Happen, binary: bool
) -> None:
    happen()  # before there was a webhook
    made = await client.webhooks.create(receiver.url, types=["job.failed"], binary=binary)
    job = happen()
    await sent(sender)
    (message,) = receiver.received
    assert message.number == 4
    assert message.signed_by(made.secret)
    data = json.loads(message.body)
    assert (data if binary else data["data"])["job_id"] == job
    shown = await client.webhooks.get(made.webhook.webhook_id)
    assert (shown.last_number, shown.pending_count, shown.dead_count) == (4, 0, 0)
    assert made.secret not in str(shown)
    (delivery,) = [one async for one in client.webhooks.deliveries(shown.webhook_id)]
    assert (delivery.state, delivery.status) == (event_pb2.DELIVERY_STATE_DELIVERED, 200)


async def test_a_receiver_that_fails_stalls_and_lies_gets_everything_in_the_end(
    client: AsyncVidere, receiver: Receiver, app: Orchestrator, happen: Happen, clock: FakeClock
) -> None:
    made = await client.webhooks.create(receiver.url)
    sender = Sender(app.webhooks, app.sinks, app.seal, clock, random.Random(2), answer_s=1.0)
    async with receiving() as elsewhere:
        moved = MOVED % int(elsewhere.url.split(":")[2].split("/")[0])
        misdeeds = [FAILS, STALLS, NOTHING, GARBAGE, moved]
        rng = random.Random(3)

        def answer(message: Received) -> bytes | None:
            tries = receiver.numbers.count(message.number)
            return ENDLESS if tries >= 3 else rng.choice(misdeeds)

        receiver.answer = answer
        for _ in range(4):
            happen()
        counts: dict[str, int] = {}
        while counts.keys() != {"DELIVERED"}:
            await sent(sender)
            clock.advance(120)
            counts = app.webhooks.counts(made.webhook.webhook_id)
        assert elsewhere.connections == 0  # a redirect is no answer
    assert set(receiver.numbers) == set(range(1, 9))
    assert min(receiver.numbers.count(number) for number in range(1, 9)) >= 4
    assert all(one.signed_by(made.secret) for one in receiver.received)
    assert (await client.webhooks.get(made.webhook.webhook_id)).pending_count == 0


async def test_a_receiver_is_not_asked_again_before_the_time_it_names(
    client: AsyncVidere, receiver: Receiver, sender: Sender, happen: Happen, clock: FakeClock
) -> None:
    await client.webhooks.create(receiver.url)
    receiver.answer = lambda _message: BUSY
    happen(ends=False)
    await sent(sender)
    for _ in range(10):
        clock.advance(59)
        await sent(sender)
    assert len(receiver.received) == 1
    clock.advance(11)
    await sent(sender)
    assert len(receiver.received) == 2


async def test_after_a_day_an_event_is_dead_and_can_be_sent_again(
    client: AsyncVidere, receiver: Receiver, sender: Sender, happen: Happen, clock: FakeClock
) -> None:
    made = await client.webhooks.create(receiver.url)
    identifier = made.webhook.webhook_id
    receiver.answer = lambda _message: FAILS
    happen(ends=False)
    passed = 0.0
    while passed < DAY_S + 3_600:
        await sent(sender)
        clock.advance(3_601)
        passed += 3_601
    dead = [one async for one in client.webhooks.deliveries(
        identifier, event_pb2.DELIVERY_STATE_DEAD)]  # fmt: skip
    assert [one.number for one in dead] == [1]
    assert dead[0].attempts > 10
    assert dead[0].error == "the receiver answered 500"
    receiver.answer = lambda _message: OK
    await sent(sender)
    tried = len(receiver.received)
    assert await client.webhooks.redeliver(identifier) == 1
    await sent(sender)
    assert len(receiver.received) == tried + 1
    assert await client.webhooks.redeliver(identifier) == 0
    assert await client.webhooks.redeliver(identifier, [1, 99]) == 1


async def test_a_pause_loses_nothing(
    client: AsyncVidere, receiver: Receiver, sender: Sender, happen: Happen
) -> None:
    made = await client.webhooks.create(receiver.url)
    pause = event_pb2.UpdateWebhookRequest(webhook_id=made.webhook.webhook_id, paused=True)
    await client.webhooks.update(pause)
    happen()
    await sent(sender)
    assert not receiver.received
    pause.paused = False
    await client.webhooks.update(pause)
    await sent(sender)
    assert receiver.numbers == [1, 2]


async def test_secrets_are_changed_without_a_gap(
    client: AsyncVidere, receiver: Receiver, sender: Sender, happen: Happen
) -> None:
    made = await client.webhooks.create(receiver.url)
    identifier, old_key = made.webhook.webhook_id, made.webhook.secrets[0].key_id
    second = await client.webhooks.rotate_secret(identifier)
    with pytest.raises(FailedPrecondition):
        await client.webhooks.rotate_secret(identifier)
    happen(ends=False)
    await sent(sender)
    assert receiver.received[0].signed_by(made.secret)
    assert receiver.received[0].signed_by(second.secret)
    for _ in range(2):
        await client.webhooks.remove_secret(identifier, old_key)
    with pytest.raises(FailedPrecondition):
        await client.webhooks.remove_secret(identifier, second.webhook.secrets[0].key_id)
    happen(ends=False)
    await sent(sender)
    assert not receiver.received[1].signed_by(made.secret)
    assert receiver.received[1].signed_by(second.secret)


async def test_a_webhook_leads_nowhere_inside(client: AsyncVidere, receiver: Receiver) -> None:
    for uri in ("http://10.0.0.1/", "http://[::ffff:169.254.169.254]/", "file:///etc/passwd"):
        with pytest.raises(InvalidRequest):
            await client.webhooks.create(uri)
    assert receiver.connections == 0


@pytest.mark.fault
@pytest.mark.long
async def test_a_sender_that_is_killed_again_and_again_loses_nothing(
    app: Orchestrator, client: AsyncVidere, receiver: Receiver, happen: Happen
) -> None:
    made = await client.webhooks.create(receiver.url)
    for _ in range(50):
        happen()
    rng = random.Random(5)
    receiver.answer = lambda _message: rng.choice([OK, OK, FAILS, NOTHING])
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(KILLED), str(app.settings.data_dir), "50",
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    output, _ = await asyncio.wait_for(process.communicate(), 300)
    assert process.returncode == 0
    assert json.loads(output.splitlines()[-1])["killed"] == 50
    assert set(receiver.numbers) == set(range(1, 101))
    assert all(one.signed_by(made.secret) for one in receiver.received)
    counts = app.webhooks.counts(made.webhook.webhook_id)
    assert counts == {"DELIVERED": 100}


async def test_the_command_line(
    address: str,
    receiver: Receiver,
    sender: Sender,
    happen: Happen,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("VIDERE_SERVER", address)

    async def videre(*arguments: str) -> str:
        def run() -> None:
            with pytest.raises(SystemExit) as ended:
                main(arguments)
            assert not ended.value.code, capsys.readouterr().err

        await asyncio.to_thread(run)
        lines = capsys.readouterr().out.splitlines()  # the server's log is among them
        return "\n".join(line for line in lines if " [debug " not in line and " [info " not in line)

    made = json.loads(await videre("webhooks", "create", receiver.url, "--name", "ci", "--json"))
    identifier = made["webhook"]["webhookId"]
    job = happen()
    assert job in await videre("feed", "list", "--type", "job.*")
    watched = json.loads(await videre("feed", "watch", "--after", "1", "--count", "1", "--json"))
    assert (watched["number"], watched["type"]) == ("2", "job.failed")
    await sent(sender)
    assert "delivered" in await videre("webhooks", "deliveries", identifier)
    assert "2 are sent again" in await videre("webhooks", "redeliver", identifier, "1", "2")
    assert "2 to be sent" in await videre("webhooks", "show", identifier)
    assert (await videre("webhooks", "rotate", identifier)).startswith("whsec_")
    old = made["webhook"]["secrets"][0]["keyId"]
    assert "removed" in await videre("webhooks", "remove-secret", identifier, old)
    await videre("webhooks", "update", identifier, "--pause", "--type", "review.*")
    assert "paused" in await videre("webhooks", "list")
    assert "deleted" in await videre("webhooks", "delete", identifier)
