"""What waits, what is used, and what Prometheus is told."""

from __future__ import annotations

import json
import re
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from calling import TIMEOUT_S, Api, text_request
from prometheus_client.parser import text_string_to_metric_families
from running import Processes

from videre.v1 import operations_pb2 as pb

ROOT = Path(__file__).parents[3]
METRIC = re.compile(r"\b(?:videre|process)_[a-z_]+")
#: Told by services, or by every process about its calls; not here.
OF_SERVICES = {"videre_slots_busy", "videre_slots_waiting"}


@pytest.fixture(scope="module")
def metrics(suite: Processes, api: Api) -> set[str]:
    """The names of what Prometheus is told once a call was made."""
    api.operations.GetBacklog(pb.GetBacklogRequest(), timeout=TIMEOUT_S)
    with urllib.request.urlopen(
        f"http://127.0.0.1:{suite.ports.http}/metrics", timeout=TIMEOUT_S
    ) as answer:
        text = answer.read().decode()
    families = list(text_string_to_metric_families(text))
    return {sample.name for family in families for sample in family.samples} | {
        f"{family.name}{'_total' if family.type == 'counter' else ''}" for family in families
    }


def test_the_backlog_tells_services_and_what_waits(api: Api) -> None:
    answer = api.operations.GetBacklog(pb.GetBacklogRequest(), timeout=TIMEOUT_S)
    states = {one.service: one.state for one in answer.services}
    assert states.pop("orchestrator") == pb.SERVICE_STATE_SERVING
    assert states == dict.fromkeys(
        ("visual", "ocr", "asr", "audio", "production"), pb.SERVICE_STATE_DOWN
    )
    assert answer.HasField("time")
    assert answer.media_left.ToSeconds() >= 0


def test_what_a_job_used_is_told_under_its_day(api: Api) -> None:
    def used() -> int:
        today = datetime.now(UTC).date().isoformat()
        answer = api.operations.ListUsage(pb.ListUsageRequest(), timeout=TIMEOUT_S)
        return sum(one.jobs for one in answer.days if one.day == today)

    before = used()
    api.ended(text_request("A walk in the park."))
    assert used() > before


@pytest.mark.parametrize("name", ["alerts.yaml", "grafana.json"])
def test_every_metric_of_dashboards_and_alerts_is_told(name: str, metrics: set[str]) -> None:
    text = (ROOT / "monitoring" / name).read_text(encoding="utf-8")
    if name == "alerts.yaml":
        rules = [rule for group in yaml.safe_load(text)["groups"] for rule in group["rules"]]
        asked = " ".join(rule["expr"] for rule in rules)
    else:
        panels = json.loads(text)["panels"]
        asked = " ".join(target["expr"] for panel in panels for target in panel["targets"])
    named = set(METRIC.findall(asked))
    assert named
    assert named - OF_SERVICES <= metrics
