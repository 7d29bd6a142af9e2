"""Which findings are about the same."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from videre.orchestrator.review.similar import Likeness, likeness, pairs


@dataclass(frozen=True, slots=True)
class Found:
    index: int = 0
    category: str = "porn"
    medium: str = "image"
    label: str = "porn"
    rule_id: str = "porn.image"
    reason: str = ""
    words: tuple[str, ...] = ()
    picture_digest: str = ""
    picture_hash: str = ""


LABEL = Found()
WORDS = Found(words=("a", "b"))
PICTURE = Found(picture_digest="p", picture_hash="00000000000000ff")
UNSEEN = Found(rule_id="", reason="NOT_CHECKED")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (LABEL, LABEL, Likeness.LABEL),
        (LABEL, replace(LABEL, label="sexy"), None),
        (LABEL, replace(LABEL, rule_id="mine"), None),
        (LABEL, replace(LABEL, medium="sound"), None),
        (LABEL, PICTURE, None),
        (WORDS, WORDS, Likeness.WORDS),
        (WORDS, replace(WORDS, words=("a",)), None),
        (WORDS, LABEL, None),
        (PICTURE, PICTURE, Likeness.PICTURE),
        (PICTURE, replace(PICTURE, picture_digest="q", picture_hash="00000000000000f0"),
         Likeness.PICTURE),
        (PICTURE, replace(PICTURE, picture_digest="q", picture_hash="0000000000fff0ff"), None),
        (PICTURE, replace(PICTURE, picture_digest="q", picture_hash=""), None),
        (PICTURE, replace(PICTURE, picture_digest="q", label="sexy"), None),
        (UNSEEN, UNSEEN, Likeness.UNSEEN),
        (UNSEEN, replace(UNSEEN, reason="INCOMPLETE"), None),
        (UNSEEN, replace(UNSEEN, category="ad"), None),
    ],
)  # fmt: skip
def test_what_is_alike(one: Found, other: Found, expected: Likeness | None) -> None:
    assert likeness(one, other) is expected
    assert likeness(other, one) is expected


def test_every_finding_needs_a_counterpart_and_gets_the_surest() -> None:
    of = (replace(LABEL, index=0), replace(WORDS, index=1), replace(UNSEEN, index=2))
    found = pairs((replace(WORDS, index=0), replace(UNSEEN, index=1)), of)
    assert found is not None
    assert [(one.finding, one.of, one.likeness) for one in found] == [
        (0, 1, "WORDS"), (1, 2, "UNSEEN"),
    ]  # fmt: skip
    assert pairs((WORDS, PICTURE), of) is None
    assert pairs((), of) == ()
