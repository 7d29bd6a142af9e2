"""Timelines: what is shown and heard when, to the tick; what is not rendered is refused by name."""

from __future__ import annotations

import json
from copy import deepcopy
from fractions import Fraction
from typing import Any

import opentimelineio as otio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.exports.assembly import Assembly, NotRenderedError, Placed
from videre.exports.assembly_timeline import read_assembly
from videre.exports.production_params import inputs_of, options_of, violations_of
from videre.v1 import production_pb2 as pb

NTSC = Fraction(30_000, 1_001)
schema = otio.schema


def stretch(start: float, length: float, rate: float = 25) -> otio.opentime.TimeRange:
    time = otio.opentime.RationalTime
    return otio.opentime.TimeRange(time(start, rate), time(length, rate))


def clip(url: str, start: float, length: float, rate: float = 25, **more: Any) -> Any:
    reference = schema.ExternalReference(target_url=url)
    return schema.Clip(media_reference=reference, source_range=stretch(start, length, rate), **more)


def gap(length: float) -> Any:
    return schema.Gap(source_range=stretch(0, length))


def dissolve(before: float, behind: float, kind: str = "SMPTE_Dissolve") -> Any:
    time = otio.opentime.RationalTime
    return schema.Transition(
        transition_type=kind, in_offset=time(before, 25), out_offset=time(behind, 25)
    )


def title(text: str, length: float, **more: Any) -> Any:
    reference = schema.GeneratorReference(generator_kind="title", parameters={"text": text, **more})
    return schema.Clip(media_reference=reference, source_range=stretch(0, length))


def timeline(*tracks: Any) -> Any:
    made = schema.Timeline("t")
    for kind, items, *metadata in tracks:
        track = schema.Track(kind=kind, metadata={"videre": metadata[0]} if metadata else {})
        track.extend([deepcopy(item) for item in items])  # an item has one parent
        made.tracks.append(track)
    return made


def read(*tracks: Any) -> Assembly:
    return read_assembly(timeline(*tracks).to_json_string())


def spans(placed: Any) -> list[tuple[str, Fraction, Fraction, Fraction]]:
    return [(one.url, one.start * 25, one.begin * 25, one.end * 25) for one in placed]


def test_cuts_gaps_and_dissolves_have_exact_places() -> None:
    made = read(
        ("Video", [clip("a", 10, 50), dissolve(5, 3), clip("b", 20, 25), gap(10), clip("a", 0, 5)]),
        ("Audio", [clip("a", 0, 40), dissolve(10, 0), gap(50)], {"role": "voice"}),
        ("Audio", [clip("song", 0, 90, metadata={"videre": {"gain_db": -3}})]),
    )
    assert (made.length * 25, made.rate) == (90, 25)
    assert spans(made.shots) == [("a", 10, 0, 53), ("b", 15, 45, 75), ("", 0, 75, 85),
                                 ("a", 0, 85, 90)]  # fmt: skip
    assert [one.rise * 25 for one in made.shots] == [0, 8, 0, 0]
    voice, music = made.tracks
    assert (voice.role, music.role) == ("voice", "music")
    assert spans(voice.sounds) == [("a", 0, 0, 40)]
    assert voice.sounds[0].fall * 25 == 10
    assert music.sounds[0].gain_db == -3
    assert made.urls == ("a", "b", "song")


def test_the_first_and_the_last_shot_may_come_from_and_go_to_black() -> None:
    made = read(("Video", [dissolve(0, 10), clip("a", 0, 50), dissolve(10, 0)]))
    assert made.length * 25 == 50
    assert [(one.url, one.begin * 25, one.rise * 25) for one in made.shots] == [
        ("a", 0, 10), ("", 40, 10),
    ]  # fmt: skip


def test_titles_stand_over_the_picture_in_their_time() -> None:
    made = read(
        ("Video", [clip("a", 0, 50), title("The end", 25, anchor="centre", size=0.1)]),
        ("Video", [gap(10), dissolve(0, 5), title("One\nTwo", 20), dissolve(5, 0)]),
    )
    end, lower = made.titles
    assert (end.lines, end.anchor, end.size) == (("The end",), (0.5, 0.5), 0.1)
    assert (end.begin * 25, end.end * 25, end.rise) == (50, 75, 0)
    assert (lower.lines, lower.anchor) == (("One", "Two"), (0.5, 1.0))
    assert [one * 25 for one in (lower.begin, lower.end, lower.rise, lower.fall)] == [10, 30, 5, 5]
    assert [one.url for one in made.shots] == ["a", ""]


def test_media_count_from_their_own_beginning_and_rates_are_those_that_are_meant() -> None:
    one = clip("a", 90_030, 30, 29.97)
    one.media_reference.available_range = stretch(90_000, 300, 29.97)
    made = read(("Video", [one]))
    assert made.rate == NTSC
    assert made.shots == (Placed("a", 30 / NTSC, Fraction(0), 30 / NTSC, place="tracks[0][0]"),)


@given(st.lists(st.integers(1, 500), min_size=1, max_size=40),
       st.sampled_from([24, 25, 29.97, 23.976, 1_000]))  # fmt: skip
def test_errors_of_many_cuts_do_not_add_up(lengths: list[int], rate: float) -> None:
    made = read(("Video", [clip("a", 3, length, rate) for length in lengths]))
    exact = {29.97: NTSC, 23.976: Fraction(24_000, 1_001)}.get(rate, Fraction(rate))
    assert made.length == sum(lengths) / exact
    ends = [one.end for one in made.shots]
    assert [one.begin for one in made.shots] == [0, *ends[:-1]]


def faster() -> Any:
    made = clip("a", 0, 50)
    made.effects.append(schema.LinearTimeWarp(time_scalar=2))
    return made


def stills() -> Any:
    return schema.Clip(
        media_reference=schema.ImageSequenceReference(), source_range=stretch(0, 5)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("tracks", "place", "words"),
    [
        ([("Video", [faster()])], "tracks[0][0].effects",
         "effect 'LinearTimeWarp' is not rendered"),
        ([("Video", [clip("a", 9, 50), dissolve(1, 1, "wipe"), clip("a", 9, 50)])],
         "tracks[0][1]", "transition 'wipe' is not rendered"),
        ([("Video", [schema.Stack()])], "tracks[0][0]", "Stack is not rendered"),
        ([("Video", [stills()])], "tracks[0][0].media_reference",
         "ImageSequenceReference is not rendered"),
        ([("Video", [schema.Clip(source_range=stretch(0, 5))])],
         "tracks[0][0].media_reference", "MissingReference is not rendered"),
        ([("Video", [schema.Clip()])], "tracks[0][0]", "says neither"),
        ([("Video", [clip("a", 0, 0)])], "tracks[0][0]", "has no length"),
        ([("Video", [clip("a", 0, 50)]), ("Video", [clip("b", 0, 50)])],
         "tracks[1][0]", "only the first picture track"),
        ([("Video", [clip("a", 0, 50), dissolve(5, 5), clip("b", 2, 50)])],
         "tracks[0][2]", "begins before the media"),
        ([("Video", [clip("a", 9, 9), dissolve(5, 5), clip("b", 9, 8), dissolve(5, 5),
                     clip("a", 9, 9)])], "tracks[0][2]", "transitions overlap"),
        ([("Video", [dissolve(1, 1), clip("a", 9, 9)])], "tracks[0][0]", "reaches before"),
        ([("Video", [clip("a", 9, 9), dissolve(1, 1)])], "tracks[0]", "reaches behind"),
        ([("Video", [gap(5)])], "tracks", "shows and plays nothing"),
        ([("Data", [clip("a", 0, 5)])], "tracks[0]", "neither of pictures nor of sound"),
        ([("Video", [clip("a", 0, 5), title("", 5)])],
         "tracks[0][1].media_reference.parameters.text", "must be 1..200"),
        ([("Video", [clip("a", 0, 5), title("x", 5, anchor="up")])],
         "tracks[0][1].media_reference.parameters.anchor", "is no place"),
        ([("Video", [clip("a", 0, 5), title("x", 5, size=2)])],
         "tracks[0][1].media_reference.parameters.size", "must be 0.01..1"),
        ([("Video", [clip("a", 0, 5), title("x", 5, font="Arial")])],
         "tracks[0][1].media_reference.parameters.font", "is not rendered"),
        ([("Audio", [clip("a", 0, 5, metadata={"videre": {"gain_db": 30}})])],
         "tracks[0][0].metadata.videre.gain_db", "must be -40..20 dB"),
        ([("Audio", [clip("a", 0, 5)], {"role": "noise"})], "tracks[0].metadata.videre.role",
         "unknown role"),
        ([("Audio", [title("x", 5), clip("a", 0, 5)])], "tracks[0][0]", "makes no sound"),
        ([("Audio", [clip("a", 0, 5)])] * 17, "tracks", "too many audio tracks"),
        ([("Video", [gap(5)] * 1_001)], "tracks", "more than 1000 items"),
    ],
)  # fmt: skip
def test_what_is_not_rendered_is_refused_where_it_stands(
    tracks: list[Any], place: str, words: str
) -> None:
    with pytest.raises(NotRenderedError) as caught:
        read(*tracks)
    told = {one.place: one for one in caught.value.problems}
    assert words in told[place].description
    assert told[place].limit
    task = pb.ProductionTask(assemble=pb.AssembleParams())
    task.assemble.timeline = json.dumps(json.loads(timeline(*tracks).to_json_string()))
    assert f"assemble.timeline.{place}" in [one.field for one in violations_of(task)]
    assert inputs_of(task) == ()


@pytest.mark.parametrize("text", ["", "no json", "{}", clip("a", 0, 5).to_json_string()])
def test_what_is_no_timeline_is_refused(text: str) -> None:
    task = pb.ProductionTask(assemble=pb.AssembleParams(timeline=text))
    assert [one.field for one in violations_of(task)] == ["assemble.timeline"]


def test_what_is_switched_off_and_notes_change_nothing() -> None:
    off = clip("b", 0, 25)
    off.enabled = False
    effect = schema.Effect(effect_name="blur")
    effect.enabled = False
    shown = clip("a", 0, 25, markers=[schema.Marker(name="look")], effects=[effect])
    made = read(("Video", [shown, off]))
    assert [one.url for one in made.shots] == ["a", ""]


def test_references_stand_for_inputs_of_the_task() -> None:
    task = pb.ProductionTask(assemble=pb.AssembleParams(inputs={"file:///a.mov": "main"}))
    task.assemble.timeline = timeline(
        ("Video", [clip("file:///a.mov", 0, 50)]), ("Audio", [clip("song", 0, 50)])
    ).to_json_string()
    assert inputs_of(task) == ("main", "song")
    options: Any = options_of(task)
    assert options.inputs == {"file:///a.mov": "main", "song": "song"}
    assert [one.name for one in options.renditions] == ["web"]
