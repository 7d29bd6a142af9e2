"""The packaged class names."""

from __future__ import annotations

import pytest

from videre.visual.labels import class_names


@pytest.mark.parametrize(
    ("file", "count", "some"),
    [
        ("coco80.txt", 80, {0: "person", 39: "bottle", 79: "toothbrush"}),
        ("imagenet1000.txt", 1000, {0: "tench", 134: "crane (bird)", 639: "tank suit"}),
    ],
)
def test_names_are_unique_and_in_model_order(file: str, count: int, some: dict[int, str]) -> None:
    names = class_names(file)
    assert len(names) == len(set(names)) == count
    assert {index: names[index] for index in some} == some
