"""Redacted media: what a verdict flags is hidden, covered or cut out; edit lists lie beside it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import opentimelineio as otio
import pytest
import reframed
import synth
from google.protobuf.duration_pb2 import Duration
from rendering import refusal, render, request

from videre.common.errors import Reason
from videre.v1 import analysis_pb2, types_pb2
from videre.v1 import production_pb2 as pb

pytestmark = pytest.mark.engine

Clip = Callable[[str], Path]
NUMBER = types_pb2.BoundingBox(x=0.08, y=0.58, width=0.84, height=0.34)
LOSSLESS = pb.Rendition(preset="archive")
BLOCK, REVIEW = analysis_pb2.SUGGESTION_BLOCK, analysis_pb2.SUGGESTION_REVIEW


def span(start: float, end: float) -> types_pb2.TimeSpan:
    sides = [Duration(seconds=int(one), nanos=round(one % 1 * 1e9)) for one in (start, end)]
    return types_pb2.TimeSpan(start_offset=sides[0], end_offset=sides[1])


def judged() -> analysis_pb2.Analysis:
    """A picture blocked at 0.4..1.2 s, a word for review at 1.4..1.6 s, a comment blocked."""
    known = analysis_pb2.Analysis()
    known.verdict.template = "careful@4"
    seen = types_pb2.EvidenceRef(modality="image", span=span(0.4, 0.44), box=NUMBER)
    for medium, suggestion, fields in (
        ("image", BLOCK, {"span": span(0.4, 1.2), "evidence": [seen]}),
        ("speech", REVIEW, {"span": span(0, 2),
                            "word_hits": [analysis_pb2.WordHit(span=span(1.4, 1.6))]}),
        ("metadata", BLOCK, {"span": span(0, 2)}),
    ):  # fmt: skip
        group = known.verdict.groups.add(category="porn", medium=medium)
        group.segments.add(label="x", suggestion=suggestion, **fields)  # type: ignore[arg-type]
    return known


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds with a tone of 440 Hz."""
    sound = synth.Sound(synth.tone(2), codec="pcm_s16le")
    return synth.make(synth.Clip("spoken.mkv", 50, sounds=(sound,)),
                      tmp_path_factory.mktemp("spoken"))  # fmt: skip


def opened(production: Any, output: pb.OutputArtifact) -> Path:
    path: Path = production.folder / output.name
    path.write_bytes(production.store.read("default", output.digest))
    return path


def samples(path: Path) -> np.ndarray:
    with av.open(str(path)) as container:
        parts = [frame.to_ndarray() for frame in container.decode(audio=0)]
    whole = np.concatenate(parts, axis=1)
    return np.asarray(whole[0] / float(1 << (8 * whole.itemsize - 1)))


async def test_what_is_flagged_is_hidden_and_covered(production: Any, film: Path) -> None:
    params = pb.RedactParams(
        mode=pb.OBSCURE_MODE_FILL, sound=pb.BLEEP_MODE_MUTE, output=LOSSLESS,
        margin=pb.RationalTime(value=0, rate_numerator=1),
    )  # fmt: skip
    wanted = request(pb.ProductionTask(redact=params), production.media(film), known=judged())
    _, result = await render(production, wanted)
    assert [one.name for one in result.outputs] == [
        "archive.mkv", "redaction.json", "edit.otio", "edit.edl", "edit.xml",
    ]  # fmt: skip
    made, told, edit, *_ = result.outputs
    path = opened(production, made)
    dark = [number for number, frame in enumerate(reframed.frames_of(path))
            if frame[106:164, 28:292].max() < 24]  # fmt: skip
    assert dark == list(range(10, 30))
    assert made.media.obscured_count == 1
    heard = np.abs(samples(path).reshape(40, -1)).max(axis=1)
    assert [place for place, level in enumerate(heard) if level < 0.01] == list(range(28, 32))
    redaction = json.loads(opened(production, told).read_text())
    assert [one["action"] for one in redaction["edited"]] == ["REDACT_ACTION_COVER"] * 2
    assert redaction["unedited"] == [
        {"category": "porn", "medium": "metadata", "label": "x", "reason": "NOT_IN_MEDIA"}
    ]
    timeline = otio.adapters.read_from_file(str(opened(production, edit)))
    assert [len(track[0].markers) for track in timeline.tracks] == [1, 1]


async def test_what_would_be_blocked_is_cut_out_and_the_rest_stays(
    production: Any, film: Path
) -> None:
    params = pb.RedactParams(
        on_block=pb.REDACT_ACTION_CUT, on_review=pb.REDACT_ACTION_KEEP, output=LOSSLESS,
        margin=pb.RationalTime(value=1, rate_numerator=50),
    )  # fmt: skip
    wanted = request(pb.ProductionTask(redact=params), production.media(film), known=judged())
    _, result = await render(production, wanted)
    made, _, edit, *_ = result.outputs
    # Margins of half a frame take the frames that they touch.
    shown = [synth.read_number(frame) for frame in reframed.frames_of(opened(production, made))]
    assert shown == [*range(9), *range(31, 50)]
    level = np.abs(samples(opened(production, made)).reshape(28, -1)).max(axis=1)
    assert level.min() > 0.2
    (track, _) = otio.adapters.read_from_file(str(opened(production, edit))).tracks
    assert [(c.source_range.start_time.value, c.source_range.duration.value) for c in track] == [
        (0, 9), (31, 19),
    ]  # fmt: skip


async def test_a_media_that_nobody_judged_or_that_is_all_flagged_is_refused(
    production: Any, film: Path
) -> None:
    media = production.media(film)
    task = pb.ProductionTask(redact=pb.RedactParams(on_block=pb.REDACT_ACTION_CUT))
    assert (await refusal(production, request(task, media))).reason is Reason.NOT_REQUESTED
    known = judged()
    known.verdict.groups[0].segments[0].span.CopyFrom(span(0, 9))
    error = await refusal(production, request(task, media, known=known))
    assert error.reason is Reason.FIELD_INVALID
    assert "nothing would be left" in error.message
