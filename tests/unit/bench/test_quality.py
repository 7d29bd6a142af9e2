"""How faults that are told are compared with those that were planted."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.constructed.faulty import Faulty, Half, Planted, Source
from bench.measures.quality import Clean, Known, Told, clean_figure, found, planted_figures
from bench.quality import known_faults, told
from videre.cli.evaluation.measures.intervals import rate_interval
from videre.cli.evaluation.truth import Span
from videre.v1 import analysis_pb2 as pb

HUM = Planted("hum", Span(10.0, 14.0), 0)


@pytest.mark.parametrize(
    ("items", "off"),
    [
        ([Told("hum", 10.25, 14.5)], (0.25, 0.5)),
        ([Told("hum", 10.0, 11.0), Told("hum", 12.0, 13.5)], (0.0, 0.5)),
        ([Told("hum", 9.0, 11.5)], None),  # not half of it
        ([Told("hum", 8.0, 14.0)], None),  # two seconds too much
        ([Told("blur", 10.0, 14.0)], None),
        ([], None),
    ],
)
def test_a_fault_is_found_when_most_of_it_is_told_and_little_else(items, off) -> None:  # type: ignore[no-untyped-def]
    assert found(HUM, items) == off


def film(name: str, half: Half) -> Faulty:
    mild, strong = (Planted("hum", Span(at, at + 4.0), place) for place, at in enumerate((10, 20)))
    return Faulty(Path(name), "hum", Source(name, Path(name), half), (mild, strong))


def test_what_is_found_is_counted_by_half_kind_and_strength() -> None:
    films = [
        (film("a", Half.DEVELOPMENT), [Told("hum", 10, 14), Told("hum", 20.5, 24)]),
        (film("b", Half.HELD_OUT), [Told("hum", 20, 24), Told("hum", 2, 3), Told("blur", 1, 3)]),
    ]
    figures = {figure.name: figure for figure in planted_figures(films)}
    values = {name: figure.value for name, figure in figures.items()}
    assert values["planted faults found"] == values["found: hum"] == 0.75
    assert values["found: development half"] == 1
    assert values["found: held out half"] == values["found: mildest strength"] == 0.5
    assert values["beginning of a fault: error"] == values["end of a fault: error"] == 0
    assert [(case.file, case.at_s) for case in figures["planted faults found"].cases] == [("b", 10)]
    assert [(case.file, case.at_s) for case in figures["told beside the planted"].cases] == [
        ("b", 2)
    ]


def test_what_people_found_in_clean_media_is_no_false_alarm() -> None:
    known = known_faults({"a": {"silence": {"why": "", "spans": [[0, 4]]}, "hum": {"why": ""}}})
    assert known == {"a": (Known("silence", ((0, 4),)), Known("hum", ()))}
    tells = (Told("silence", 1, 5), Told("silence", 8, 12), Told("hum", 0, 60), Told("blur", 1, 3))
    item = Clean("a", 1_800, tells, known["a"])
    assert item.false == (tells[1], tells[3])
    assert [clean_figure("false", [part]).value for part in (item.of_sound(), item.of_picture())] \
        == [2, 2]  # fmt: skip
    figure = clean_figure("false", [item])
    assert (figure.value, len(figure.cases)) == (4, 2)
    assert figure.spread is not None
    assert figure.spread[0] < 4 < figure.spread[1]


@pytest.mark.parametrize(
    ("events", "low", "high"), [(0, 0.0, 3.689), (1, 0.0253, 5.572), (10, 4.795, 18.39)]
)
def test_the_interval_of_a_rate_is_garwoods(events: int, low: float, high: float) -> None:
    assert rate_interval(events, 0.5) == pytest.approx((2 * low, 2 * high), abs=0.01)


def test_faults_are_read_from_an_analysis() -> None:
    analysis = pb.Analysis()
    item = analysis.quality.add(kind=pb.QUALITY_KIND_BLACK_BARS)
    item.span.start_offset.FromMilliseconds(1_500)
    item.span.end_offset.FromMilliseconds(4_000)
    assert told(analysis) == (Told("black_bars", 1.5, 4.0),)
