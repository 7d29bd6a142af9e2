"""Very many samples: few are looked at, and what is shown is among them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pytest

from videre.orchestrator.library.coarse import CoarseIndex, thinned
from videre.orchestrator.library.entries import Marks, PictureEntry, SamplePicture
from videre.orchestrator.library.pictures import PictureFinder

Picture = Callable[..., Marks]


@pytest.fixture(scope="module")
def known(picture: Picture) -> dict[str, Marks]:
    """Return the samples of a library by their ids, with all their features."""
    return {f"e{number:03}": picture(number) for number in range(300)}


@pytest.fixture
def film(picture: Picture, view: Picture) -> list[Marks]:
    """Return ten frames: the fourth is a view of sample 7, the eighth of 200."""
    frames = [picture(1_000 + number) for number in range(10)]
    frames[3] = view(picture(7), turn=15, scale=0.8, wrong_bits=20)
    frames[7] = view(picture(200), turn=-10, wrong_bits=25)
    return frames


def finder(known: Mapping[str, Marks], ids: Sequence[str], *, gone: str = "") -> PictureFinder:
    def whole(wanted: Sequence[str]) -> dict[str, Marks]:
        return {one: known[one] for one in wanted if one != gone}

    entries = [
        PictureEntry(
            one,
            (SamplePicture(one, thinned(known[one])),),
            (SamplePicture(f"{one}", known[one]),) if one == "e200" and not gone else (),
        )
        for one in ids
    ]
    return PictureFinder(entries, whole)


def found(made: PictureFinder, frames: Sequence[Marks]) -> set[tuple[str, int, int]]:
    return {
        (made.entries[one.entry].entry_id, one.frame, one.placement.agreeing)
        for one in made.find(frames)
    }


def test_what_is_found_is_measured_with_all_features(
    known: dict[str, Marks], film: list[Marks]
) -> None:
    few = PictureFinder([PictureEntry("e007", (SamplePicture("e007", known["e007"]),))])
    assert found(finder(known, sorted(known)), film) == found(few, film)
    (sighting,) = few.find(film)
    assert sighting.placement.agreeing > len(thinned(known["e007"]).features)


def test_the_order_of_entries_says_nothing(known: dict[str, Marks], film: list[Marks]) -> None:
    assert found(finder(known, sorted(known, reverse=True)), film) == found(
        finder(known, sorted(known)), film
    )


def test_what_an_entry_is_not_is_read_too_and_what_is_gone_is_not_found(
    known: dict[str, Marks], film: list[Marks]
) -> None:
    shown = {entry for entry, *_ in found(finder(known, sorted(known)), film)}
    assert shown == {"e007"}  # 200 has a counter-sample
    assert {entry for entry, *_ in found(finder(known, sorted(known), gone="e007"), film)} == {
        "e200"
    }


def test_a_frame_is_compared_with_few(known: dict[str, Marks], film: list[Marks]) -> None:
    index = CoarseIndex([thinned(marks).features for marks in known.values()])
    votes = index.votes([frame.features for frame in film])
    assert votes == sorted(votes)
    for number in range(len(film)):
        assert sum(frame == number for _, frame, _ in votes) <= 16
    best = max(votes, key=lambda vote: vote[2])
    assert best[:2] in {(7, 3), (200, 7)}
    assert best[2] <= 64


def test_nothing_is_found_in_nothing(picture: Picture) -> None:
    frame = picture(1)
    assert CoarseIndex([]).votes([frame.features]) == []
    index = CoarseIndex([thinned(frame).features, picture(2, 0).features])
    assert index.votes([]) == []
    assert index.votes([picture(3, 0).features]) == []
    assert index.votes([frame.features]) == [(0, 0, 64)]


def test_thinned_features_are_spread_over_all(picture: Picture) -> None:
    marks = picture(1)
    few = thinned(marks)
    assert len(few.features) == 64
    assert few.features[0] == marks.features[0]
    assert few.features[-1] == marks.features[-1]
    assert thinned(few) == few
    assert thinned(picture(2, 10)).features.shape == (10,)
