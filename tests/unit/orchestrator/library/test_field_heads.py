"""Fitting a head and telling how well it does, against scikit-learn on random inputs."""

from __future__ import annotations

import field_measures
import numpy as np
import pytest

from videre.orchestrator.library.head_fit import _minimise, figures

FITTED = """
from sklearn.linear_model import LogisticRegression
for one in given:
    model = LogisticRegression(C=one["strength"], tol=1e-10, max_iter=10000)
    model.fit(one["rows"], one["shown"], sample_weight=one["weights"])
    told.append([*model.coef_[0], model.intercept_[0]])
"""
JUDGED = """
from sklearn.metrics import average_precision_score, brier_score_loss, log_loss
from sklearn.metrics import precision_score, recall_score
for one in given:
    found = [value >= one["threshold"] for value in one["chances"]]
    told.append([
        measure(one["shown"], values, sample_weight=one["weights"])
        for measure, values in (
            (log_loss, one["chances"]), (brier_score_loss, one["chances"]),
            (average_precision_score, one["chances"]), (precision_score, found),
            (recall_score, found),
        )
    ])
"""


@field_measures.needed
def test_a_head_is_fitted_as_by_scikit_learn() -> None:
    chance, given = np.random.default_rng(5), []
    for strength in (1.0, 10.0, 100.0):
        rows = chance.normal(size=(80, 12))
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        shown = (rows @ chance.normal(size=12) + chance.normal(size=80) * 0.3 > 0).astype(float)
        weights = chance.uniform(0.1, 1.0, 80)
        given.append(
            {"strength": strength, "rows": rows.tolist(), "shown": shown.tolist(),
             "weights": weights.tolist()}
        )  # fmt: skip
    for one, theirs in zip(given, field_measures.told_by(FITTED, given), strict=True):
        rows, shown, weights = (np.array(one[name]) for name in ("rows", "shown", "weights"))
        slope, offset = _minimise(rows, shown, weights, one["strength"])
        assert [*slope, offset] == pytest.approx(theirs, rel=1e-3, abs=1e-3)


@field_measures.needed
def test_figures_of_a_head_are_those_of_scikit_learn() -> None:
    chance, given = np.random.default_rng(6), []
    for number in range(50):
        size = int(chance.integers(5, 60))
        chances = chance.uniform(0.01, 0.99, size)
        shown = chance.integers(0, 2, size).astype(float)
        shown[:2] = 1.0, 0.0
        given.append(
            {"chances": (chances.round(1).clip(0.1, 0.9) if number % 2 else chances).tolist(),
             "shown": shown.tolist(), "weights": chance.uniform(0.1, 1.0, size).tolist(),
             "threshold": 0.5}
        )  # fmt: skip
    for one, theirs in zip(given, field_measures.told_by(JUDGED, given), strict=True):
        chances, shown, weights = (np.array(one[name]) for name in ("chances", "shown", "weights"))
        ours = figures(chances, shown, weights, one["threshold"])
        assert [
            ours.log_loss, ours.brier, ours.average_precision, ours.precision, ours.recall,
        ] == pytest.approx(theirs, abs=1e-9)  # fmt: skip
