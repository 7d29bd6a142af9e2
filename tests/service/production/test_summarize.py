"""Summarize: a film of the length that was asked for, and a list that says why."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import synth
from rendering import refusal, render, request

from videre.common.errors import Reason
from videre.v1 import production_pb2 as pb

pytestmark = pytest.mark.engine

Clip = Callable[[str], Path]
SECOND = pb.RationalTime(value=1, rate_numerator=1)


def shown(one: pb.SummaryPart) -> tuple[float, float]:
    return one.start_offset.ToNanoseconds() / 1e9, one.end_offset.ToNanoseconds() / 1e9


@pytest.mark.long
async def test_a_summary_is_as_long_as_asked_for_and_says_why(production: Any, clip: Clip) -> None:
    output = pb.Rendition(encoder_options={"speed": "ultrafast"})
    task = pb.ProductionTask(summarize=pb.SummarizeParams(length=SECOND, output=output))
    wanted = request(task, production.media(clip("cfr25")))
    shares, result = await render(production, wanted)
    film, listed = result.outputs
    assert [film.name, film.role] == ["web.mp4", "video"]
    assert [listed.name, listed.role] == ["summary.json", "summary"]
    assert abs(film.media.duration.ToNanoseconds() / 1e9 - 1) <= 0.08
    assert film.media.audio_codec == "aac"
    spans = [shown(one) for one in listed.summary.parts]
    assert abs(sum(end - start for start, end in spans) - 1) < 0.01
    assert 1 <= len(listed.summary.highlights) <= 10
    told = json.loads(production.store.read("default", listed.digest))
    assert len(told["parts"]) == len(spans)
    assert shares == sorted(shares)
    _, again = await render(production, wanted)
    assert [one.digest for one in again.outputs] == [one.digest for one in result.outputs]


async def test_a_list_of_sound_alone(production: Any, clip: Clip) -> None:
    params = pb.SummarizeParams(length=SECOND, highlights=0, without_file=True)
    wanted = request(pb.ProductionTask(summarize=params), production.media(clip("sound_only")))
    _, result = await render(production, wanted)
    (listed,) = result.outputs
    assert listed.role == "summary"
    assert not listed.summary.highlights
    assert listed.summary.parts


async def test_a_picture_has_no_summary(production: Any, tmp_path: Path) -> None:
    path = tmp_path / "picture.jpg"
    path.write_bytes(synth.jpeg_with_orientation(1))
    task = pb.ProductionTask(summarize=pb.SummarizeParams())
    error = await refusal(production, request(task, production.media(path)))
    assert error.reason is Reason.NO_TRACK
