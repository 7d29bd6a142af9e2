"""Events that go where rules say: to receivers, to files, to JetStream."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import nats
import pytest
from doubles.nats_server import nats_server, needs_nats
from nats.js.api import StreamConfig
from notifying import notifying
from receiving import receiving

from videre.cli.app import main
from videre.client import InvalidRequest, NotFound, ServerRefusal
from videre.common.errors import VidereError
from videre.orchestrator.notify.jetstream import JetStream
from videre.orchestrator.notify.sinks import NatsSink
from videre.orchestrator.store.records import JobState
from videre.v1 import event_pb2 as pb

KILLED = Path(__file__).parents[2] / "doubles" / "killed_sender.py"


async def test_rules_are_versions_and_send_events_where_they_say(tmp_path: Path) -> None:
    async with notifying(tmp_path) as it, receiving() as receiver:
        hooks = it.client.webhooks
        ours = (await hooks.create(receiver.url, routed=True)).webhook.webhook_id
        file = (await hooks.create(f"file://{tmp_path}/told", routed=True)).webhook.webhook_id
        it.happen()  # no rule is there
        await it.sent()
        assert not receiver.received
        finished = pb.RoutingRule(rule_id="ends", on=[pb.ROUTE_OCCASION_FINISH], webhook_ids=[ours])
        news = pb.RoutingRule(rule_id="news", types=["job.*"], tags={"desk": "news*"},
                              webhook_ids=[ours, file])  # fmt: skip
        tried = await hooks.test_routes([finished, news])
        assert [(one.number, dict(one.rules)) for one in tried.events] == [(2, {ours: "ends"})]
        assert (await hooks.set_routes([finished, news])).version == 1
        assert (await hooks.set_routes([finished, news])).version == 1
        it.happen(JobState.SUCCEEDED, desk="newsroom")
        it.happen(JobState.SUCCEEDED, desk="sport")
        await it.sent()
        assert sorted(receiver.numbers) == [3, 4, 6]
        lines = (tmp_path / "told" / "events.jsonl").read_text().splitlines()
        assert sorted(json.loads(line)["data"]["number"] for line in lines) == [3, 4]
        told = {one.number: (one.rule_id, one.rules_version)
                async for one in hooks.deliveries(ours)}  # fmt: skip
        assert told == {3: ("news", 1), 4: ("ends", 1), 6: ("ends", 1)}
        changed = await hooks.set_routes([], etag="1")
        assert (changed.version, len((await hooks.routes(1)).rules)) == (2, 2)
        assert [rule.rule_id for rule in (await hooks.routes(1)).rules] == ["ends", "news"]
        with pytest.raises(ServerRefusal, match="ETAG_MISMATCH"):
            await hooks.set_routes([news], etag="1")
        with pytest.raises(NotFound, match="ROUTES_NOT_FOUND"):
            await hooks.routes(3)
        news.webhook_ids[:] = ["other"]
        with pytest.raises(NotFound, match="WEBHOOK_NOT_FOUND"):
            await hooks.set_routes([news])
        it.happen()
        await it.sent()
        assert len(receiver.received) == 3


async def test_addresses_that_lead_nowhere_are_refused_or_tried_again(tmp_path: Path) -> None:
    async with notifying(tmp_path, nats_url="nats://127.0.0.1:1") as it:
        hooks = it.client.webhooks
        for uri in ("file:///etc", "file://elsewhere/etc", "ftp://example.com/"):
            with pytest.raises(InvalidRequest, match="URI_"):
                await hooks.create(uri)
        with pytest.raises(InvalidRequest, match="binary"):
            await hooks.create(f"file://{tmp_path}", binary=True)
        for subject in ("", "a b", "a.>", "*", "other/x", "a..b"):
            with pytest.raises(InvalidRequest, match="nats:///subject"):
                await hooks.create(f"nats:///{subject}")
        published = await hooks.create("nats:///jobs", types=["job.failed"])
        place = tmp_path / "told"
        written = await hooks.create(f"file://{place}", types=["job.failed"])
        place.write_text("a file is in the way")
        it.happen()
        await it.sent()
        for made, error in ((published, "NATS did not take"), (written, "URI_FORBIDDEN")):
            (one,) = [one async for one in hooks.deliveries(made.webhook.webhook_id)]
            assert one.state == pb.DELIVERY_STATE_PENDING
            assert error in one.error
        place.unlink()
        it.clock.advance(60)
        await it.sent()
        assert len((place / "events.jsonl").read_text().splitlines()) == 1


def test_without_a_server_nothing_is_published() -> None:
    with pytest.raises(VidereError, match="VIDERE_NATS_URL"):
        NatsSink(JetStream(None), "videre").check("default", "nats:///jobs")


@needs_nats
async def test_a_stream_stores_each_event_once(tmp_path: Path) -> None:
    with nats_server(tmp_path) as url:
        client = await nats.connect(url)
        stream = client.jetstream()
        async with notifying(tmp_path, nats_url=url) as it:
            made = await it.client.webhooks.create("nats:///jobs", binary=True)
            it.happen()
            await it.sent()  # no stream takes the subject
            (first, _) = [one async for one in it.client.webhooks.deliveries(
                made.webhook.webhook_id)]  # fmt: skip
            assert "NATS did not take videre.default.jobs" in first.error
            await stream.add_stream(StreamConfig(name="videre", subjects=["videre.>"]))
            it.clock.advance(60)
            await it.sent()
            await it.client.webhooks.redeliver(made.webhook.webhook_id, [1, 2])
            await it.sent()
            found = await stream.pull_subscribe("videre.default.*", "reader")
            messages = await found.fetch(10, timeout=1)
            heads = [message.headers or {} for message in messages]
            assert sorted(head["Nats-Msg-Id"] for head in heads) == ["default-1", "default-2"]
            assert {head["ce-type"] for head in heads} == {"dev.videre.job.queued",
                                                           "dev.videre.job.failed"}  # fmt: skip
        await client.close()


@needs_nats
@pytest.mark.fault
@pytest.mark.long
async def test_senders_that_are_killed_have_each_event_stored_once(tmp_path: Path) -> None:
    with nats_server(tmp_path) as url:
        client = await nats.connect(url)
        stream = client.jetstream()
        await stream.add_stream(StreamConfig(name="videre", subjects=["videre.>"]))
        async with notifying(tmp_path, nats_url=url) as it:
            await it.client.webhooks.create("nats:///jobs")
            for _ in range(25):
                it.happen()
        process = await asyncio.create_subprocess_exec(
            sys.executable, str(KILLED), str(tmp_path), "20", url, stdout=asyncio.subprocess.PIPE
        )
        output, _ = await asyncio.wait_for(process.communicate(), 300)
        assert json.loads(output.splitlines()[-1])["killed"] == 20
        reader = await stream.pull_subscribe("videre.default.jobs", "reader")
        messages = await reader.fetch(200, timeout=1)
        numbers = [json.loads(message.data)["data"]["number"] for message in messages]
        assert sorted(numbers) == list(range(1, 51))
        await client.close()


async def test_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with notifying(tmp_path) as it:
        monkeypatch.setenv("VIDERE_SERVER", it.address)

        async def videre(*arguments: str) -> str:
            def run() -> None:
                with pytest.raises(SystemExit) as ended:
                    main(arguments)
                assert not ended.value.code, capsys.readouterr().err

            await asyncio.to_thread(run)
            return capsys.readouterr().out

        made = await videre("webhooks", "create", f"file://{tmp_path}/told", "--routed", "--json")
        hook = json.loads(made[made.index("{\n") :])["webhook"]["webhookId"]
        rules = tmp_path / "rules.jsonl"
        rules.write_text(json.dumps({"ruleId": "ends", "on": ["ROUTE_OCCASION_FINISH"],
                                     "webhookIds": [hook]}) + "\n")  # fmt: skip
        it.happen()
        assert "job.failed" in await videre("routes", "test", str(rules))
        assert "version 1" in await videre("routes", "set", str(rules))
        assert "finish" in await videre("routes", "show")
        it.happen()
        await it.sent()
        assert "ends (v1)" in await videre("webhooks", "deliveries", hook)
        assert "by rules" in await videre("webhooks", "list")
