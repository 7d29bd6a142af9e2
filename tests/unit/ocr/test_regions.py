import cv2
import numpy as np
import pytest

from videre.ocr import regions
from videre.ocr.regions import Likeness

QUAD = regions.to_e4(np.array([(20, 20), (420, 20), (420, 70), (20, 70)], np.float32), 640, 360)


def gray(text: str, background: int = 60, noise: int = 0, letters: int = 255) -> np.ndarray:
    picture = np.full((360, 640), background, np.uint8)
    cv2.putText(picture, text, (28, 58), cv2.FONT_HERSHEY_SIMPLEX, 1.3, letters, 3, cv2.LINE_AA)
    grain = np.random.default_rng(7).integers(-noise, noise + 1, picture.shape)
    return (picture + grain).clip(0, 255).astype(np.uint8)


def likeness(one: np.ndarray, other: np.ndarray) -> Likeness:
    return regions.compare(regions.fingerprint(one, QUAD), regions.fingerprint(other, QUAD))


def test_noise_and_brightness_leave_a_line_the_same() -> None:
    assert likeness(gray("12:01:05 Lisbon"), gray("12:01:05 Lisbon", noise=8)) is Likeness.SAME
    brighter = (gray("12:01:05 Lisbon", background=70) * 0.95).astype(np.uint8)
    assert likeness(gray("12:01:05 Lisbon"), brighter) is Likeness.SAME


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12:01:05 Lisbon", "12:01:07 Lisbon"),
        ("18:01:11 Lisbon", "18:07:11 Lisbon"),
        ("Nothing lasts", "Nothing lists"),
        ("Nothing lasts", "Nothing last"),
        ("12:01:08 Lisbon", "12:01:03 Lisbon"),
        ("a cool place", "a coal place"),
    ],
)
def test_one_changed_character_is_doubtful(one: str, other: str) -> None:
    assert likeness(gray(one), gray(other)) is Likeness.DOUBTFUL


def test_a_line_that_went_is_other() -> None:
    assert likeness(gray("Nothing lasts here"), gray("")) is Likeness.OTHER
    # Half faded still reads, but no longer looks the same.
    assert likeness(gray("Nothing lasts here"), gray("Nothing lasts here", letters=140)) is (
        Likeness.DOUBTFUL
    )


def test_a_forgotten_print_is_doubtful() -> None:
    assert regions.compare(b"", b"") is Likeness.DOUBTFUL
    assert regions.compare(b"", regions.fingerprint(gray("x"), QUAD)) is Likeness.DOUBTFUL


def test_print_has_as_many_blocks_as_the_line_is_long() -> None:
    assert len(regions.fingerprint(gray("x"), QUAD)) == 12 * 12 * 8
    whole = regions.to_e4(np.array([(0, 0), (5, 0), (5, 359), (0, 359)], np.float32), 640, 360)
    assert len(regions.fingerprint(gray("x"), whole)) == 12 * 12


def test_corners_survive_normalisation() -> None:
    quad = np.array([(10, 20), (600, 25), (598, 60), (9, 55)], np.float32)
    back = regions.to_pixels(regions.to_e4(quad, 1280, 720), 1280, 720)
    assert np.abs(back - quad).max() <= 1280 / 10_000


def test_extent_tells_a_grown_line_from_a_shaken_one() -> None:
    base = np.array([(100, 100), (300, 100), (300, 140), (100, 140)], np.float32)
    longer = base + np.array([(0, 0), (20, 0), (20, 0), (0, 0)], np.float32)
    one, shaken, grown = (regions.to_e4(q, 640, 360) for q in (base, base + 3, longer))
    assert regions.same_extent(one, shaken, 640, 360)
    assert not regions.same_extent(one, grown, 640, 360)
    turned = regions.to_e4(np.roll(base, 1, axis=0), 640, 360)
    assert regions.same_extent(one, turned, 640, 360)


def test_covered_share() -> None:
    outer = (0, 0, 1000, 0, 1000, 1000, 0, 1000)
    assert regions.covered((500, 0, 1500, 0, 1500, 1000, 500, 1000), outer) == 0.5
    assert regions.covered(outer, outer) == 1.0
    assert regions.covered((2000, 0, 3000, 0, 3000, 1000, 2000, 1000), outer) == 0.0
    assert regions.covered((5, 5, 5, 5, 5, 5, 5, 5), outer) == 0.0


def over(background: int, text: str = "WE MEET MEN IN MAY", seed: int = 0) -> bytes:
    """The print of an outlined caption over a ground of its own."""
    grain = np.random.default_rng(seed).integers(-40, 41, (360, 640))
    picture = (cv2.blur(grain.astype(np.float32), (9, 9)) * 4 + background).clip(0, 255)
    picture = picture.astype(np.uint8)
    for colour, thickness in ((10, 9), (250, 4)):
        cv2.putText(
            picture, text, (28, 58), cv2.FONT_HERSHEY_SIMPLEX, 1.3, colour, thickness, cv2.LINE_AA
        )
    return regions.fingerprint(picture, QUAD)


def test_what_changes_behind_confirmed_letters_no_longer_counts() -> None:
    one, other, third = over(60, seed=1), over(150, seed=2), over(105, seed=3)
    assert regions.compare(one, other) is not Likeness.SAME
    letters = regions.learned(one, other)
    assert regions.is_partial(letters)
    assert not regions.is_partial(other)
    assert regions.compare(letters, third) is Likeness.SAME


def test_letters_that_were_learned_are_missed_when_they_go_or_change() -> None:
    letters = regions.learned(over(60, seed=1), over(150, seed=2))
    assert regions.compare(letters, over(105, "", seed=3)) is Likeness.OTHER
    assert regions.compare(letters, over(105, "NOW IT IS OVER", seed=3)) is Likeness.OTHER
    assert regions.compare(letters, over(105, "WE MEET MAN IN MAY", seed=3)) is not Likeness.SAME
    assert regions.compare(letters, bytes([250]) * len(letters)) is Likeness.OTHER


def test_too_few_letters_are_not_learned() -> None:
    one, other = over(20, "", seed=1), over(220, "", seed=2)
    assert regions.learned(one, other) == other
    assert regions.learned(b"", other) == other
