"""Own labels and verdicts of a set: found, missed, false, and what nobody spoke of."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from videre.cli.evaluation.measures.labels import own_labels
from videre.cli.evaluation.measures.verdicts import verdicts
from videre.cli.evaluation.observed import observe
from videre.cli.evaluation.report import needed_features
from videre.cli.evaluation.truth import Truth, TruthError, load_set
from videre.v1 import analysis_pb2, job_pb2

NOTHING = observe(job_pb2.Job(), analysis_pb2.Analysis())


def truth(name: str, *labels: str) -> Truth:
    return Truth(name, Path(name), "", labels=frozenset(labels))


def test_labels_are_found_by_name_as_labels_or_matches() -> None:
    seen = replace(NOTHING, labels=(("a.cup", "Cup"), ("a.sky", "Sky")), matches=("Dent",))
    pairs = [(truth("one", "cup", "dent", "old"), seen), (truth("two"), seen)]
    present, right = own_labels([*pairs, (Truth("three", Path("x"), ""), seen)])
    assert present.value == pytest.approx(2 / 3)
    assert [case.expected for case in present.cases] == ["old"]
    assert right.value == pytest.approx(2 / 4)  # sky is nobody's label
    assert {case.got for case in right.cases} == {"cup", "dent"}
    assert needed_features(pairs[0][0]) == ("classes", "landmarks", "objects")


def test_media_that_are_to_be_stopped_and_are_not() -> None:
    pairs = [
        (Truth(name, Path(name), "", verdict=wanted), replace(NOTHING, suggestion=said))
        for name, wanted, said in (
            ("a", "block", "block"), ("b", "block", "review"), ("c", "review", "block"),
            ("d", "review", "pass"),
        )
    ]  # fmt: skip
    missed = next(one for one in verdicts(pairs) if one.name == "verdict: missed")
    assert missed.value == 0.5
    assert [(case.file, case.got) for case in missed.cases] == [("b", "review"), ("d", "pass")]
    assert needed_features(pairs[0][0]) == ()


def test_another_verdict_is_refused(tmp_path: Path) -> None:
    (tmp_path / "truth.json").write_text('{"files": {"a": {"truth": {"verdict": "pass"}}}}')
    with pytest.raises(TruthError, match="verdict"):
        load_set(tmp_path)
