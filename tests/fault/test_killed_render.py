"""A production service is killed with a long render half done: the next call goes on from there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import grpc
import pytest
import synth
from calling import until
from processes import alive, children
from running import Processes, processes

from videre.common.artifacts import ArtifactStore
from videre.internal.v1 import engine_pb2, production_pb2, production_pb2_grpc
from videre.orchestrator.media.limits import MediaLimits
from videre.orchestrator.media.probe import probe_media
from videre.v1 import production_pb2 as pb

pytestmark = [
    pytest.mark.fault,
    pytest.mark.long,
    pytest.mark.skipif(
        os.environ.get("VIDERE_FAULTS", "") != "all", reason="half a minute: VIDERE_FAULTS=all"
    ),
]

RATE, SECONDS, CHUNKS = 3, 385, 6  # five of a minute and the rest
#: Within this time a rendering process notices that its service is gone, seconds.
ORPHAN_S = 10.0
WAIT_S = 240.0


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    clip = synth.Clip(
        "long.mp4", RATE * SECONDS, size=(160, 96), rate=RATE,
        encoder=(("preset", "ultrafast"), ("g", "60")),
        sounds=(synth.Sound(synth.tone(SECONDS, rate=16_000), rate=16_000),),
    )  # fmt: skip
    return synth.make(clip, tmp_path_factory.mktemp("long"))


def cue(start: int, end: int) -> pb.CaptionCue:
    sides = [pb.RationalTime(value=one, rate_numerator=1) for one in (start, end)]
    return pb.CaptionCue(range=pb.MediaRange(start=sides[0], end=sides[1]), text="words")


def wanted(folder: Path, film: Path) -> production_pb2.RenderRequest:
    store = ArtifactStore(folder / "data" / "artifacts")
    main = production_pb2.RenderInput(
        name="main",
        index_digest=store.put("default", probe_media(film, MediaLimits()).encode()),
        artifact_digest=store.put_file("default", film),
    )
    slow = pb.Rendition(encoder_options={"speed": "veryslow"})
    return production_pb2.RenderRequest(
        project_id="default",
        task=pb.ProductionTask(
            burn_captions=pb.BurnCaptionsParams(
                track=pb.CaptionTrack(cues=[cue(2, 8), cue(100, 130)]), renditions=[slow]
            )
        ),
        inputs=[main],
        engine=engine_pb2.EngineSelection(
            feature="burn_captions", name="burn_captions", version="1"
        ),
    )


def rendered(running: Processes, wish: production_pb2.RenderRequest) -> tuple[list[float], str]:
    """Return the shares that were told, and the digest of the file."""
    shares, digest = [], ""
    with grpc.insecure_channel(running.ports.target("production")) as channel:
        stub: Any = production_pb2_grpc.ProductionServiceStub(channel)
        for message in stub.Render(wish, timeout=WAIT_S, wait_for_ready=True):
            if message.WhichOneof("message") == "result":
                digest = message.result.outputs[0].digest
            else:
                shares.append(message.progress)
    return shares, digest


def sets(folder: Path) -> dict[str, int]:
    """Return the chunks that are kept, and when each was used last."""
    kept = (folder / "data" / "chunks").glob("default/[!.]*")
    return {one.name: one.stat().st_mtime_ns for one in kept}


def test_a_killed_render_goes_on_from_its_chunks_and_makes_the_same_file(
    tmp_path: Path, film: Path
) -> None:
    calm, killed = tmp_path / "calm", tmp_path / "killed"
    for folder in (calm, killed):
        folder.mkdir()
    with processes(calm, "production") as running:
        _, undisturbed = rendered(running, wanted(calm, film))
    assert len(sets(calm)) == CHUNKS  # captions may be edited: they stay
    with processes(killed, "production") as running:
        wish = wanted(killed, film)
        with grpc.insecure_channel(running.ports.target("production")) as channel:
            stub: Any = production_pb2_grpc.ProductionServiceStub(channel)
            call = stub.Render(wish, timeout=WAIT_S, wait_for_ready=True)
            until(lambda: len(sets(killed)) >= 2, "two chunks are kept", WAIT_S)
            rendering = children(running.pid("production"))
            assert rendering
            running.kill("production")
            call.cancel()
        until(lambda: not any(map(alive, rendering)), "rendering has ended", ORPHAN_S)
        done = sets(killed)
        assert len(done) >= 2
        running.start("production")
        shares, digest = rendered(running, wish)
    assert digest == undisturbed
    assert shares == sorted(shares)
    after = sets(killed)
    assert after.keys() == sets(calm).keys()
    assert all(after[name] > when for name, when in done.items()), "made again, not taken"
