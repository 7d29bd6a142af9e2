"""Holds the plain operations of `videre.common.openmmlab` against the compiled ones of mmcv.

`python operations.py CASES`, by a Python whose mmcv has its own; prints JSON: boxes that both keep
and cases in which they keep others, cells of regions, and the largest difference of one's mean.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from typing import Any

import numpy as np
import torch

from videre.common.openmmlab import ops

compiled = import_module("mmcv._ext")


def tensor(values: Any) -> torch.Tensor:
    return torch.from_numpy(np.asarray(values, np.float32))


def kept(rng: np.random.Generator) -> tuple[list[int], list[int]]:
    """Return which of random boxes stay, by the plain and by the compiled operation."""
    count = int(rng.integers(0, 60))
    corners = rng.uniform(0, 100, (count, 2))
    boxes = tensor(np.concatenate([corners, corners + rng.uniform(0, 60, (count, 2))], axis=1))
    scores = tensor(rng.permutation(count) / 100)  # equal ones come in any order
    threshold, offset = float(rng.uniform(0.1, 0.9)), int(rng.integers(2))
    plain = ops.nms(torch, boxes, scores, threshold, offset)
    own = compiled.nms(boxes, scores, iou_threshold=threshold, offset=offset)
    return plain.tolist(), own.tolist()


def means(rng: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the means of random regions, in part beside the map, by both operations."""
    features = tensor(rng.normal(size=(2, 3, *rng.integers(1, 24, 2))))
    count, scale = int(rng.integers(0, 8)), float(rng.choice([0.25, 0.5, 1.0]))
    corners = rng.uniform(-20, 60, (count, 2))
    ends = corners + rng.uniform(0, 60, (count, 2))
    rois = tensor(np.concatenate([rng.integers(2, size=(count, 1)), corners, ends], axis=1))
    down, across, samples = (int(value) for value in rng.integers([1, 1, 0], [8, 8, 4]))
    aligned = bool(rng.integers(2))
    out = features.new_zeros((count, 3, down, across))
    compiled.roi_align_forward(
        features, rois, out, features.new_zeros(0), features.new_zeros(0),
        aligned_height=down, aligned_width=across, spatial_scale=scale,
        sampling_ratio=samples, pool_mode=1, aligned=aligned,
    )  # fmt: skip
    size = (down, across)
    return ops.roi_align(torch, features, rois, size, scale, samples, aligned=aligned), out


def main(cases: int) -> None:
    both, others, cells, worst = 0, 0, 0, 0.0
    for seed in range(cases):
        rng = np.random.default_rng(seed)
        plain, own = kept(rng)
        both, others = both + len(own), others + (plain != own)
        mine, theirs = means(rng)
        cells += theirs.numel()
        if theirs.numel():
            worst = max(worst, float((mine - theirs).abs().max()))
    print(json.dumps({"boxes_kept": both, "other_boxes_kept": others,
                      "cells": cells, "largest_difference": worst}))  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]))
