"""Every process of a cluster is restarted in turn while jobs come in: none of them fails.

`make bench NAME=cluster` does the same with more processes.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from cluster import cluster

from bench.faults.rollout import Load, forget, roll
from tests import synth
from videre.client import Videre
from videre.v1 import job_pb2

pytestmark = [
    pytest.mark.fault,
    pytest.mark.skipif(
        os.environ.get("VIDERE_FAULTS", "") != "all", reason="two minutes: VIDERE_FAULTS=all"
    ),
]

SERVICES = ("visual", "audio")
#: What these two look for.
FEATURES = ("shots", "colors", "loudness", "sound")


def said(job: job_pb2.Job) -> tuple[str, ...]:
    return (job.result_digest,)


def test_no_job_fails_while_every_process_is_restarted(tmp_path: Path) -> None:
    sound = synth.Sound(synth.tone(3.0, rate=16_000), rate=16_000)
    clips = [
        synth.make(synth.Clip(f"clip-{n}.mp4", 75, (160, 96), cuts=(25 + n,), sounds=(sound,)),
                   tmp_path)
        for n in range(2)
    ]  # fmt: skip

    def load(client: Videre, clip: Path) -> Load:
        def send(asked: Videre) -> job_pb2.Job:
            return asked.submit(clip, features=FEATURES)

        job = client.wait(send(client).job_id, timeout_s=300)
        assert job.state == job_pb2.JOB_STATE_SUCCEEDED, job
        assert job.model_calls > 0
        forget(client, job)
        return Load(clip.stem, send, said(job), said)

    with cluster(tmp_path / "cluster", *SERVICES, VIDERE_STAGE_PATIENCE="120") as made:
        for name in ("one", "two"):
            made.orchestrator(name, "all")
        with made.suite.client("one") as client:
            loads = [load(client, clip) for clip in clips]
        rolled = roll(made, ("one", "two"), ("one", *SERVICES, "two"), loads)
    print(f"{rolled.jobs} jobs while {len(rolled.restarted)} processes were restarted")
    assert not rolled.failed
    assert not rolled.unclean
    assert rolled.jobs >= len(loads)
