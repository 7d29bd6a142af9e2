"""Which other way of opening a model counts as better than what ships."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.runtime.base import Cost, Right, Work
from bench.runtime.figures import AS_SHIPPED, Answers, Trial, figures

STATIC = "int8 static"
COST = Cost(10, 10, 10, 10, 50, 20, 40, 100)
WORK: Work[float] = Work(
    ("net",), ("net",), lambda _models, _given: 0.0, lambda old, new: abs(old - new), "score", 0.02
)


def trial(way: str, cost: Cost, answers: Answers | None = None, **work: object) -> Trial:
    told = {way: answers} if answers else {}
    kind = replace(WORK, lost=0.125, **work)  # type: ignore[arg-type]
    return Trial("net", kind, {AS_SHIPPED: COST, way: cost}, told, {}, Right("F1", 0.75))


@pytest.mark.parametrize(
    ("cpu_ms", "kept_mib", "wins"),
    [(8.5, 40, True), (8.6, 40, False), (10.5, 24, True), (10.6, 24, False), (10, 25, False)],
)
def test_a_way_wins_by_cpu_or_by_memory(cpu_ms: float, kept_mib: float, wins: bool) -> None:
    cost = replace(COST, cpu_ms=cpu_ms, kept_mib=kept_mib)
    assert trial("graph none", cost).wins("graph none") is wins


@pytest.mark.parametrize(
    ("answers", "equal"),
    [
        (Answers(0.02, Right("F1", 0.625)), True),
        (Answers(0.021, Right("F1", 0.75)), False),
        (Answers(0.0, Right("F1", 0.5)), False),
        (Answers(0.0, None), True),
    ],
)
def test_cheaper_numbers_win_where_answers_are_equal(answers: Answers, equal: bool) -> None:
    cheap = replace(COST, cpu_ms=1)
    assert trial(STATIC, cheap, answers).wins(STATIC) is equal
    assert not trial(STATIC, cheap, answers, unproven="nothing to see").wins(STATIC)


def test_errors_may_grow_as_little_as_scores_may_fall() -> None:
    errors = trial(STATIC, COST, Answers(0, Right("CER", 0.25, more=False)))
    assert replace(errors, right=Right("CER", 0.125, more=False)).equal(STATIC)
    assert not replace(errors, right=Right("CER", 0.0625, more=False)).equal(STATIC)


def test_a_model_that_is_beaten_is_named_once() -> None:
    cheap = replace(COST, cpu_ms=2)
    beaten = replace(
        trial("graph none", cheap),
        costs={AS_SHIPPED: COST, "graph none": cheap, "graph basic": cheap},
    )
    by_name = {one.name: one for one in figures([beaten])}
    assert by_name["beaten by another graph"].value == 1
    assert [case.got for case in by_name["beaten by another graph"].cases] == [
        "graph none: 0.20 of the CPU", "graph basic: 0.20 of the CPU",
    ]  # fmt: skip
    assert by_name["beaten in 8 bits, answers equal"].value == 0


def test_a_model_that_cannot_be_changed_says_why() -> None:
    refused = replace(trial("graph none", COST), refused={STATIC: "ValueError: no"})
    (told,) = [one for one in figures([refused]) if "8 bits, change" in one.name]
    assert told.value is None
    assert "int8 static cannot be made (ValueError: no)" in told.how
