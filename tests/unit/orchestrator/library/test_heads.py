"""Heads: sums that are exact, fits that are calibrated, splits that stay, refusals by name."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.common.errors import Reason, VidereError
from videre.common.values import TimeSpan
from videre.orchestrator.document import EvidenceRef
from videre.orchestrator.fusion.face_vectors import Vectors, from_bytes
from videre.orchestrator.library.head_fit import figures
from videre.orchestrator.library.head_split import Count, folds, held_out
from videre.orchestrator.library.head_training import Earlier, LabelledStretch, Trained, train
from videre.orchestrator.library.heads import (
    Seen,
    from_document,
    head_of,
    probabilities,
    scores,
    to_document,
)
from videre.orchestrator.library.match import head_matches
from videre.orchestrator.library.wanted import HeadLibrary

ENGINE = "classes@1"
SIZE = 16
HALF = 5_000


def vectors(rng: np.random.Generator, count: int, push: float) -> Vectors:
    """Vectors of length 4,000 around a direction."""
    rows = rng.normal(size=(count, SIZE))
    rows[:, 0] += push
    rows = rows / np.linalg.norm(rows, axis=1, keepdims=True) * 4_000
    return from_bytes(np.rint(row).astype("<i2").tobytes() for row in rows)


def labelled(
    media: int = 8, each: int = 4, push: float = 3.0, seed: int = 5
) -> list[LabelledStretch]:
    """Media that each show the class in `each` stretches and do not in as many."""
    rng = np.random.default_rng(seed)
    return [
        LabelledStretch(f"m{number}", shown, vectors(rng, 2, push if shown else -push))
        for number in range(media)
        for shown in (True, False)
        for _ in range(each)
    ]


def trained(stretches: list[LabelledStretch], earlier: Earlier | None = None) -> Trained:
    return train(stretches, ENGINE, earlier or Earlier(), HALF)


def test_a_head_tells_the_class_on_media_it_has_not_seen() -> None:
    made = trained(labelled())
    assert made.better
    assert made.figures.average_precision > 0.99
    assert made.figures.log_loss < made.before.log_loss / 3
    assert not set(made.held_out) & set(made.fitted)
    assert made.counted.shown + made.measured.shown == 32
    assert made.measured.shown >= 8


def test_a_head_of_labels_that_say_nothing_is_no_better_than_the_guess() -> None:
    assert not trained(labelled(push=0.0)).better


def test_a_head_is_not_replaced_by_a_worse_one() -> None:
    good = trained(labelled())
    there = Earlier(good.head, good.held_out, good.fitted)
    wrong = [
        LabelledStretch(one.media, one.shown, one.vectors)
        if one.media in good.held_out
        else LabelledStretch(one.media, not one.shown, one.vectors)
        for one in labelled()
    ]
    worse = trained(wrong, there)
    assert not worse.better
    assert worse.held_out == good.held_out
    assert worse.before == good.figures


def test_probabilities_are_calibrated() -> None:
    made = trained(labelled(media=40, push=0.7))
    test = labelled(media=200, push=0.7, seed=6)
    rows = np.concatenate([one.vectors for one in test])
    shown = np.repeat([one.shown for one in test], 2)
    chances = probabilities(made.head, rows)
    for low in (0.1, 0.3, 0.5, 0.7):
        among = (chances >= low) & (chances < low + 0.2)
        assert abs(shown[among].mean() - chances[among].mean()) < 0.12


@pytest.mark.parametrize(
    ("stretches", "limit", "actual"),
    [
        (labelled(media=4, each=4), "20 of 5 media", "16 of 4 media"),
        (labelled(media=2, each=20), "20 of 5 media", "40 of 2 media"),
        ([one for one in labelled() if one.shown], "20 of 5 media", "0 of 0 media"),
        ([], "20 of 5 media", "0 of 0 media"),
    ],
)
def test_too_few_samples_are_refused(
    stretches: list[LabelledStretch], limit: str, actual: str
) -> None:
    with pytest.raises(VidereError) as caught:
        trained(stretches)
    assert caught.value.reason is Reason.SAMPLES_FEW
    assert (caught.value.metadata["limit"], caught.value.metadata["actual"]) == (limit, actual)


COUNTS = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=4),
    st.builds(Count, st.integers(0, 9), st.integers(0, 9)),
    max_size=12,
)


@given(COUNTS, st.sets(st.text("abcdef", min_size=1, max_size=4)))
def test_what_was_held_out_stays_and_what_was_fitted_is_never_measured(
    counts: dict[str, Count], earlier: set[str]
) -> None:
    before = {media for media in earlier if len(media) % 2}
    fitted = earlier - before
    apart = held_out(counts, before, fitted)
    assert before & set(counts) <= apart
    assert not apart & fitted
    assert apart == held_out(dict(reversed(counts.items())), before, fitted)


@given(COUNTS)
def test_no_fold_has_a_class_to_itself(counts: dict[str, Count]) -> None:
    found = folds(counts)
    assert set(found) == set(counts)
    for shown in (True, False):
        having = {found[media] for media in counts if counts[media].of(shown=shown)}
        of = sum(counts[media].of(shown=shown) > 0 for media in counts)
        assert len(having) >= min(2, of)


@given(st.integers(0, 2**32 - 1))
def test_a_sum_is_the_same_in_every_order(seed: int) -> None:
    rng = np.random.default_rng(seed)
    head = head_of(rng.normal(size=SIZE) * 50, 0.3, ENGINE)
    rows = vectors(rng, 3, 0.0)
    order = rng.permutation(SIZE)
    turned = from_document("x", {"head": {"engine": ENGINE}, "fitted": to_document(head)})
    exact = [sum(int(a) * int(b) for a, b in zip(row, head.weights, strict=True)) for row in rows]
    assert (rows.astype(float)[:, order] @ turned.weights[order]).tolist() == exact


def test_figures_of_equal_probabilities_are_found_at_once() -> None:
    one = np.ones(4)
    found = figures(np.full(4, 0.5), np.array([1.0, 0, 0, 0]), one, 0.5)
    assert found.average_precision == 0.25
    assert (found.precision, found.recall, found.brier) == (0.25, 1.0, 0.25)


def test_a_head_finds_its_frames_and_none_of_another_engine() -> None:
    head = trained(labelled()).head
    rows = vectors(np.random.default_rng(1), 2, 6.0)
    spans = [TimeSpan(i, i + 1, i, i + 1) for i in range(3)]
    refs = [EvidenceRef(f"b/{i}", "image", ENGINE, 0, span) for i, span in enumerate(spans)]
    other = vectors(np.random.default_rng(1), 1, -6.0)
    seen = Seen(refs, spans, np.concatenate([rows, other]))
    library = HeadLibrary("own", 2, HALF, (head,))
    (match,) = head_matches({ENGINE: seen}, library)
    assert (match.kind, match.evidence_count) == ("heads", 2)
    assert [(span.start_frame, span.end_frame) for span in match.spans] == [(0, 2)]
    assert head_matches({"classes@2": seen}, library) == []
    assert len(scores(head, Seen(refs, spans, rows[:, :4]))) == 0
