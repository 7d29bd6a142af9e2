"""Which seconds a preview of sound alone is."""

from __future__ import annotations

from fractions import Fraction

import pytest

from videre.common.errors import Reason, VidereError
from videre.exports.production_params.preview import Glance
from videre.production.previewing.moment import heard
from videre.production.rendering.job import Segment


def stretch(source: int, start: float, end: float) -> Segment:
    return Segment(source, Fraction(start), Fraction(end))


@pytest.mark.parametrize(
    ("at", "wanted"),
    [
        (Fraction(1), (stretch(0, 3, 6), stretch(1, 10, 12))),
        (Fraction(11, 2), (stretch(1, 11.5, 16.5),)),
        (Fraction(13), (stretch(1, 19, 20),)),
        (None, (stretch(1, 10.5, 15.5),)),
    ],
)
def test_seconds_of_what_follows_one_another(
    at: Fraction | None, wanted: tuple[Segment, ...]
) -> None:
    given = [stretch(0, 2, 6), stretch(1, 10, 20)]
    assert heard(given, Glance(at, sound=False)) == wanted


def test_what_is_short_is_heard_whole_and_nothing_behind_its_end() -> None:
    given = [stretch(0, 2, 4)]
    assert heard(given, Glance(None, sound=False)) == tuple(given)
    with pytest.raises(VidereError, match="before 2 s") as caught:
        heard(given, Glance(Fraction(2), sound=False))
    assert caught.value.reason is Reason.FIELD_INVALID
