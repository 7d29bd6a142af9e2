"""Sample pictures are found in frames, wherever these are and whatever else is looked for."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from videre.orchestrator.library.entries import Marks, PictureEntry, SamplePicture
from videre.orchestrator.library.pictures import PictureFinder, Sighting, score_of

Picture = Callable[..., Marks]


def entry(name: str, *samples: Marks, negatives: tuple[Marks, ...] = ()) -> PictureEntry:
    shown = tuple(SamplePicture(f"{name}/{sample.hash}", sample) for sample in samples)
    others = tuple(SamplePicture(f"{name}/not/{other.hash}", other) for other in negatives)
    return PictureEntry(name, shown, others)


@pytest.fixture
def film(picture: Picture, view: Picture) -> list[Marks]:
    """Return ten frames: pictures 100 to 109; the fourth is a view of picture 1."""
    frames = [picture(100 + number) for number in range(10)]
    frames[3] = view(picture(1), turn=15, scale=0.8, wrong_bits=20)
    return frames


def found(frames: list[Marks], *entries: PictureEntry) -> list[tuple[str, int]]:
    sightings = PictureFinder(entries).find(frames)
    return [(entries[item.entry].entry_id, item.frame) for item in sightings]


def test_a_view_is_found_and_strangers_are_not(film: list[Marks], picture: Picture) -> None:
    assert found(film, entry("one", picture(1)), entry("two", picture(2))) == [("one", 3)]
    assert found([], entry("one", picture(1))) == []
    assert found(film) == []


def test_any_sample_of_an_entry_finds_it(film: list[Marks], picture: Picture) -> None:
    samples = picture(2), picture(1), picture(3)
    (sighting,) = PictureFinder([entry("one", *samples)]).find(film)
    assert sighting.sample_id == f"one/{picture(1).hash}"


def test_the_order_of_samples_and_entries_is_nothing(film: list[Marks], picture: Picture) -> None:
    samples = [picture(number) for number in (1, 103, 2)]
    one = PictureFinder([entry("e", *samples)]).find(film)
    assert one == PictureFinder([entry("e", *reversed(samples))]).find(film)
    entries = [entry("a", picture(1)), entry("b", picture(105))]
    assert sorted(found(film, *entries)) == sorted(found(film, *reversed(entries)))


def test_a_negative_as_near_as_the_sample_keeps_it_from_being_found(
    film: list[Marks], picture: Picture, view: Picture
) -> None:
    lookalike = view(picture(1), wrong_bits=5)
    assert found(film, entry("one", picture(1), negatives=(lookalike,))) == []
    farther = view(picture(1), wrong_bits=5, keep=40)
    assert found(film, entry("one", picture(1), negatives=(farther,))) == [("one", 3)]
    assert found(film, entry("one", picture(1), negatives=(picture(50),))) == [("one", 3)]


def test_negatives_never_raise(film: list[Marks], picture: Picture) -> None:
    def seen(*negatives: Marks) -> set[Sighting]:
        wanted = entry("e", picture(1), picture(104), negatives=negatives)
        return set(PictureFinder([wanted]).find(film))

    negatives = [picture(104), picture(60), picture(1)]
    for count in range(len(negatives)):
        assert seen(*negatives[: count + 1]) <= seen(*negatives[:count])


def test_scores_rise_with_what_agrees() -> None:
    scores = [score_of(count) for count in range(100)]
    assert scores == sorted(scores)
    assert (scores[0], scores[-1]) == (0, 10_000)
