"""Figures beside their targets: `ok` is computed, what is missing is not ok."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from bench.figures import Target, judge, load_required
from videre.cli.evaluation.figures import Measured


def _figure(name: str, value: float | None) -> Measured:
    return Measured(name, value, "share", "counted")


def test_limits_may_be_reached_but_not_passed() -> None:
    assert Target(at_least=0.9).met(0.9)
    assert not Target(at_least=0.9).met(0.899)
    assert Target(at_most=0.1).met(0.1)
    assert not Target(at_most=0.1).met(0.101)
    assert not Target(at_least=0.1, at_most=0.2).met(0.3)


def test_nothing_measured_is_not_ok() -> None:
    assert not Target(at_most=1).met(None)
    [judged] = judge([_figure("a", None)], {"a": Target(at_most=1)})
    assert judged.ok is False


def test_a_required_figure_that_was_forgotten_is_not_ok() -> None:
    judged = judge([_figure("a", 0.0)], {"a": Target(at_most=1), "b": Target(at_most=1)})
    assert [(one.figure.name, one.ok) for one in judged] == [("a", True), ("b", False)]


def test_a_figure_nothing_is_asked_of_is_neither_ok_nor_not() -> None:
    [judged] = judge([_figure("extra", 3.0)], {})
    assert judged.ok is None


def test_a_name_stands_for_one_figure() -> None:
    with pytest.raises(ValueError, match="two figures"):
        judge([_figure("a", 1.0), _figure("a", 2.0)], {})


def test_every_required_bench_is_there_and_every_target_has_a_limit() -> None:
    for name in load_required():
        assert find_spec(f"bench.{name}") is not None, name


def test_a_target_without_a_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "required.toml"
    path.write_text('[some]\n"figure" = {}\n', encoding="utf-8")
    with pytest.raises(ValueError, match="neither"):
        load_required(path)


def test_a_target_reads_as_a_limit() -> None:
    assert str(Target(at_least=0.5)) == "≥ 0.5"
    assert str(Target(at_least=0, at_most=1)) == "≥ 0 and ≤ 1"


def test_what_needs_media_is_asked_only_where_there_are_some() -> None:
    assert load_required()["formats"]["files: real"].at_least == 15
    assert "files: real" not in load_required(media=False)["formats"]
