"""What the bench of moderation makes of what it saw: adverts caught, replay, what is projected."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bench.meanwhile import Meanwhile
from bench.moderation import Replayed, caught, of_replay
from videre.cli.evaluation.observed import Finding, Observed, observe
from videre.cli.evaluation.truth import Truth
from videre.v1 import analysis_pb2, job_pb2

ADVERT = Truth("ocr/advert.jpg", Path("advert.jpg"), "ocr", ordinary=False, lines=("查性别",))
FOUND = Finding("prohibited", "text", "review", "contraband", 0.85, "", 0.0)


def seen(*findings: Finding) -> Observed:
    return replace(observe(job_pb2.Job(), analysis_pb2.Analysis()), findings=findings)


@pytest.mark.parametrize(
    ("findings", "share"),
    [
        ([FOUND], 1.0),
        ([], 0.0),
        ([replace(FOUND, reason="NOT_CHECKED")], 0.0),
        ([replace(FOUND, medium="image")], 0.0),
        ([replace(FOUND, category="ad")], 0.0),
    ],
)
def test_an_advert_is_caught_by_a_word_of_the_prohibited_lists(
    findings: list[Finding], share: float
) -> None:
    figure = caught([(ADVERT, seen(*findings)), (replace(ADVERT, ordinary=True), seen())])
    assert figure.value == share
    assert len(figure.cases) == (share == 0)


def test_without_adverts_there_is_nothing_to_catch() -> None:
    assert caught([(replace(ADVERT, ordinary=True), seen())]).value is None


def test_the_archive_is_projected_from_the_film() -> None:
    films = (Meanwhile(0.5, 0.4, 0), Meanwhile(0.6, 0.5, 1), Meanwhile(0.9, 0.8, 0))
    told = Replayed(Meanwhile(30.0, 20.0, 2), 1_001, films, 7_200.0, 3_600.0)
    figures = {one.name: one for one in of_replay(told)}
    assert figures["judging a film of 2 h anew"].value == 0.9
    assert figures["calls of models"].value == 3
    projected = figures["judging 10,000 h anew"]
    assert projected.value == pytest.approx(5_000 * 0.6 / 60)
    assert projected.how.startswith("PROJECTED, not measured")
