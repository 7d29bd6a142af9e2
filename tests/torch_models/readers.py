"""Makes text models of MMOCR in its own format: `python readers.py FOLDER`.

Runs with the Python of `make torch-ocr`. The models have random numbers: they prove that models
load and answer, and nothing of how well MMOCR's models read.
"""

from __future__ import annotations

import copy
import sys
from pathlib import Path
from typing import Any

import torch

from videre.common.openmmlab import ops

ops.provide(torch)

import mmocr  # noqa: E402 - after the operations of mmcv stand in
import mmocr.models  # noqa: E402
from mmengine.config import Config, ConfigDict  # noqa: E402
from mmengine.registry import init_default_scope  # noqa: E402
from mmocr.registry import MODELS  # noqa: E402

RANDOM = {
    "svtr": "textrecog/svtr/svtr-tiny_20e_st_mj.py",
    "satrn": "textrecog/satrn/satrn_shallow-small_5e_st_mj.py",
    "dbnet": "textdet/dbnet/dbnet_resnet18_fpnc_1200e_icdar2015.py",
}


def configs() -> Path:
    return Path(mmocr.__file__).parent / ".mim" / "configs"


def network_of(model: dict[str, Any]) -> Any:
    init_default_scope("mmocr")
    return MODELS.build(ConfigDict(copy.deepcopy(_plain(model))))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items() if k not in ("init_cfg", "pretrained")}
    return [_plain(one) for one in value] if isinstance(value, list) else value


def save(network: Any, config: Any, path: Path) -> None:
    meta = {"cfg": config.pretty_text, "dataset_meta": {}}
    torch.save({"meta": meta, "state_dict": network.state_dict()}, path)


def main(folder: Path) -> None:
    torch.manual_seed(7)
    for name, file in RANDOM.items():
        config = Config.fromfile(configs() / file)
        save(network_of(config.model.to_dict()), config, folder / f"{name}.pth")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
