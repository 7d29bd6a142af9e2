"""Ranges and defaults of production tasks are those of the contract."""

from __future__ import annotations

import pytest
from google.protobuf.duration_pb2 import Duration
from hypothesis import given
from hypothesis import strategies as st

from videre.exports.production_params import (
    CaptionsOptions,
    CoverOptions,
    SpriteOptions,
    default_interval_ns,
    options_of,
    violations_of,
)
from videre.v1 import production_pb2 as pb

NS = 1_000_000_000


def cover(**params: int | Duration) -> pb.ProductionTask:
    return pb.ProductionTask(cover=pb.CoverParams(**params))  # type: ignore[arg-type]


def sprite(**params: int | Duration) -> pb.ProductionTask:
    return pb.ProductionTask(sprite=pb.SpriteParams(**params))  # type: ignore[arg-type]


def captions(**params: int) -> pb.ProductionTask:
    return pb.ProductionTask(captions=pb.CaptionsParams(**params))  # type: ignore[arg-type]


def test_defaults() -> None:
    assert options_of(cover()) == CoverOptions(1, 1_280, pb.IMAGE_FORMAT_JPEG)
    assert options_of(sprite()) == SpriteOptions(None, 160, 10)
    assert options_of(captions()) == CaptionsOptions(
        pb.CAPTION_SOURCE_SPEECH, pb.CAPTION_FORMAT_SRT, 42
    )


def test_given_values() -> None:
    assert options_of(sprite(interval=Duration(seconds=2, nanos=5), tile_width=32, columns=3)) == (
        SpriteOptions(2 * NS + 5, 32, 3)
    )
    wanted = cover(count=20, max_side=16, format=pb.IMAGE_FORMAT_PNG)
    assert options_of(wanted) == CoverOptions(20, 16, pb.IMAGE_FORMAT_PNG)
    moving = cover(motion=pb.COVER_MOTION_WEBP, length=Duration(seconds=1, nanos=5))
    assert options_of(moving) == CoverOptions(1, 480, pb.IMAGE_FORMAT_JPEG, "webp", NS + 5)


@pytest.mark.parametrize(
    ("task", "field", "limit"),
    [
        (cover(count=0), "cover.count", "1..20"),
        (cover(count=21), "cover.count", "1..20"),
        (cover(max_side=15), "cover.max_side", "16..3840"),
        (cover(max_side=3_841), "cover.max_side", "16..3840"),
        (cover(length=Duration(nanos=499_999_999)), "cover.length", "0.5..10 s"),
        (cover(length=Duration(seconds=10, nanos=1)), "cover.length", "0.5..10 s"),
        (sprite(interval=Duration(nanos=499_999_999)), "sprite.interval", "0.5..600 s"),
        (sprite(interval=Duration(seconds=600, nanos=1)), "sprite.interval", "0.5..600 s"),
        (sprite(interval=Duration(seconds=-1)), "sprite.interval", "0.5..600 s"),
        (sprite(interval=Duration()), "sprite.interval", "0.5..600 s"),
        (sprite(tile_width=31), "sprite.tile_width", "32..640"),
        (sprite(columns=51), "sprite.columns", "1..50"),
        (captions(max_line_length=9), "captions.max_line_length", "10..200"),
        (captions(max_line_length=201), "captions.max_line_length", "10..200"),
    ],
)
def test_what_is_out_of_range_is_named(task: pb.ProductionTask, field: str, limit: str) -> None:
    (violation,) = violations_of(task)
    assert (violation.field, violation.limit) == (field, limit)
    assert violation.actual
    assert limit in violation.description


def test_values_of_another_release_are_refused() -> None:
    later = pb.ProductionTask.FromString(
        pb.ProductionTask(cover=pb.CoverParams()).SerializeToString()
    )
    later.cover.MergeFromString(b"\x18\x63")  # field 3 = 99
    assert [violation.field for violation in violations_of(later)] == ["cover.format"]


def test_all_violations_are_collected() -> None:
    fields = [violation.field for violation in violations_of(cover(count=0, max_side=1))]
    assert fields == ["cover.count", "cover.max_side"]


def test_a_task_without_function_has_no_options() -> None:
    assert violations_of(pb.ProductionTask(name="x")) == []
    with pytest.raises(ValueError, match="no function"):
        options_of(pb.ProductionTask(name="x"))


@given(st.integers(1, 20 * 3_600 * NS))
def test_the_default_interval_gives_at_most_100_thumbnails(duration_ns: int) -> None:
    interval = default_interval_ns(duration_ns)
    assert interval >= NS
    assert -(-duration_ns // interval) <= 100
