"""The overlays run as they are rendered: every pod with its own network, files and user.

Minutes each: `VIDERE_MANIFESTS=run`, as `.ci/full` does.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from doubles.postgres import postgres
from doubles.s3 import s3
from kubelet import Kubelet, Pod
from manifests import ROOT, rendered
from nodes import Node, node

from tests import synth

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(
        os.environ.get("VIDERE_MANIFESTS", "") != "run", reason="minutes: VIDERE_MANIFESTS=run"
    ),
]

JOB_S = 240


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Two shots with a tone; nothing that is looked for needs a model that is not packaged."""
    sound = synth.Sound(synth.tone(2.0, rate=16_000), rate=16_000)
    return synth.make(synth.Clip("clip.mp4", 50, (160, 96), cuts=(25,), sounds=(sound,)), tmp_path)


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as held:
        yield held


def signing_key() -> str:
    private = Ed25519PrivateKey.generate()
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def job_of(made: Node, pod: Pod, clip: Path, **environment: str) -> Any:
    """Send a clip with the command, through a forwarded port; return the job."""
    told = made.run(
        str(ROOT / ".venv/bin/videre"), "submit", str(clip), "--features", "shots,colors,loudness",
        "--wait", "--json", "--server", "127.0.0.1:7700", timeout_s=JOB_S, pid=pod.network,
        **environment,
    )  # fmt: skip
    return json.loads(told)


def test_one_node(tmp_path: Path, clip: Path, stack: ExitStack) -> None:
    made = stack.enter_context(node(tmp_path))
    kubelet = Kubelet(made, rendered("dev"), {})
    stack.callback(kubelet.kill)
    kubelet.run_deployments()
    (orchestrator,) = kubelet.named("orchestrator")
    job = job_of(made, orchestrator, clip)
    print(json.dumps(job)[:600])
    assert "SUCCEEDED" in json.dumps(job)
    for pod in list(kubelet.pods):
        took_s = kubelet.stop(pod)
        print(f"{pod.name} ended in {took_s:.1f} s")


def test_a_cluster(tmp_path: Path, clip: Path, stack: ExitStack) -> None:
    made = stack.enter_context(node(tmp_path))
    server = stack.enter_context(postgres())
    objects = stack.enter_context(s3(tmp_path / "s3", "videre"))
    endpoint = objects.pop("AWS_ENDPOINT_URL").rpartition(":")[2]
    objects["AWS_ENDPOINT_URL"] = f"http://{made.open_to(('127.0.0.1', int(endpoint)))}"
    database = made.open_to(f"{server.folder}/.s.PGSQL.5432")
    name = server.make().partition("?")[0].rpartition("/")[2]
    given = {
        "videre-objects": objects,
        "videre-state": {**objects, "VIDERE_DATABASE_URL": f"postgresql://videre@{database}/{name}"},
        "videre-keys": {
            "links.key": secrets.token_hex(16), "master.key": secrets.token_hex(16),
            "report.key": signing_key(),
        },
    }  # fmt: skip
    kubelet = Kubelet(made, rendered("prod"), given)
    stack.callback(kubelet.kill)
    kubelet.run_jobs()
    kubelet.run_deployments()
    (api,), workers = kubelet.named("api"), kubelet.named("worker")
    assert workers
    key = next(
        (pod.folder / "data" / "admin.key").read_text().strip()
        for pod in kubelet.pods
        if (pod.folder / "data" / "admin.key").exists()
    )
    job = job_of(made, api, clip, VIDERE_API_KEY=key)
    assert "SUCCEEDED" in json.dumps(job)
    for pod in list(kubelet.pods):
        kubelet.stop(pod)
