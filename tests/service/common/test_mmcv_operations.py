"""The plain operations for networks of OpenMMLab beside the compiled ones of mmcv."""

from __future__ import annotations

import pytest
from torch_made import operations, told_by

#: Random cases; each mmcv is another version.
CASES = {"visual": "400", "ocr": "100"}


@pytest.mark.torch
@pytest.mark.parametrize(
    "service", [pytest.param(name, marks=operations(name, own=True)) for name in CASES]
)
def test_plain_operations_answer_as_the_compiled_ones(service: str) -> None:
    """What stands in for them where there are none, and for tensors of a GPU."""
    told = told_by(service, "operations", CASES[service])
    print(f"\n{told}")
    assert told["boxes_kept"] > 1_000
    assert told["other_boxes_kept"] == 0
    assert told["largest_difference"] < 1e-4
