"""Makes detectors of MMDetection in its own format: `python detectors.py FOLDER`.

Runs with the Python of `make torch-visual`. `shapes.pth` is a very small RTMDet that is trained
here to find coloured shapes; the others have random numbers, and those in the folder `compiled`
want mmcv's own operations. They prove that models load and answer, and nothing of how well
MMDetection's models see.
"""

from __future__ import annotations

import copy
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
from shapes import CLASSES, picture

from videre.common.openmmlab import ops

ops.provide(torch)

import mmdet  # noqa: E402 - after the operations of mmcv stand in
import mmdet.models  # noqa: E402
from mmdet.registry import MODELS  # noqa: E402
from mmdet.structures import DetDataSample  # noqa: E402
from mmengine.config import Config, ConfigDict  # noqa: E402
from mmengine.registry import init_default_scope  # noqa: E402
from mmengine.structures import InstanceData  # noqa: E402

STEPS = 500
BATCH = 8
SIDE = 128
THINGS = tuple(f"thing {n}" for n in range(80))
#: One of each kind: one stage, masks without and with regions, queries.
RANDOM = {
    "rtmdet": "rtmdet/rtmdet_tiny_8xb32-300e_coco.py",
    "rtmdet-ins": "rtmdet/rtmdet-ins_tiny_8xb32-300e_coco.py",
    "yolox": "yolox/yolox_tiny_8xb8-300e_coco.py",
    "mask-rcnn": "mask_rcnn/mask-rcnn_r18_fpn_8xb8-amp-lsj-200e_coco.py",
    "detr": "detr/detr_r18_8xb2-500e_coco.py",
}
#: By the operation that makes each fail where mmcv has none of its own.
COMPILED = {
    "modulated_deform_conv_forward": "dcnv2/faster-rcnn_r50-mdconv-c3-c5_fpn_1x_coco.py",
    "deform_conv_forward": "dcn/faster-rcnn_r50-dconv-c3-c5_fpn_1x_coco.py",
    "softnms": "faster_rcnn/faster-rcnn_r50_fpn_1x_coco.py",
}


def configs() -> Path:
    return Path(mmdet.__file__).parent / ".mim" / "configs"


def network_of(config: Any) -> Any:
    init_default_scope("mmdet")
    return MODELS.build(ConfigDict(copy.deepcopy(_plain(config.model.to_dict()))))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items() if k not in ("init_cfg", "pretrained")}
    return [_plain(one) for one in value] if isinstance(value, list) else value


def save(network: Any, config: Any, classes: tuple[str, ...], path: Path) -> None:
    meta = {"cfg": config.pretty_text, "dataset_meta": {"classes": classes}}
    torch.save({"meta": meta, "state_dict": network.state_dict()}, path)


def small_rtmdet() -> Any:
    """Return a config of 0.5 million numbers for pictures of 128 pixels."""
    config = Config.fromfile(configs() / RANDOM["rtmdet"])
    norm = {"type": "BN"}
    model = config.model
    model.backbone.update(deepen_factor=0.167, widen_factor=0.125, norm_cfg=norm)
    model.neck.update(in_channels=[32, 64, 128], out_channels=32, num_csp_blocks=1, norm_cfg=norm)
    model.bbox_head.update(
        num_classes=len(CLASSES), in_channels=32, feat_channels=32, norm_cfg=norm
    )
    pipeline = [
        {"type": "LoadImageFromFile"},
        {"type": "Resize", "scale": (SIDE, SIDE), "keep_ratio": True},
        {"type": "Pad", "size": (SIDE, SIDE), "pad_val": {"img": (114, 114, 114)}},
        {
            "type": "PackDetInputs",
            "meta_keys": ("img_id", "img_path", "ori_shape", "img_shape", "scale_factor"),
        },
    ]
    return Config(
        {
            "default_scope": "mmdet",
            "model": model.to_dict(),
            "test_dataloader": {"dataset": {"type": "CocoDataset", "pipeline": pipeline}},
        }
    )


def small_faster_rcnn(operation: str) -> Any:
    """Return MMDetection's config with an eighth of its channels, for one of `COMPILED`."""
    config = Config.fromfile(configs() / COMPILED[operation])
    model = config.model
    model.backbone.base_channels = 8
    model.neck.update(in_channels=[32, 64, 128, 256], out_channels=32)
    model.rpn_head.update(in_channels=32, feat_channels=32)
    model.roi_head.bbox_roi_extractor.out_channels = 32
    model.roi_head.bbox_head.update(in_channels=32, fc_out_channels=64)
    if operation == "softnms":
        # Random numbers are sure of nothing: each box gets as far as the suppression.
        soft = {"type": "soft_nms", "iou_threshold": 0.5, "min_score": 0.0}
        model.test_cfg.rcnn.update(score_thr=0.0, nms=soft)
    return config


def train(network: Any, rng: np.random.Generator) -> None:
    network.init_weights()
    network.train()
    optimiser = torch.optim.AdamW(network.parameters(), lr=2e-3, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 0.05, STEPS)
    for _ in range(STEPS):
        inputs, samples = [], []
        for _ in range(BATCH):
            bgr, labels, boxes = picture(rng, SIDE)
            inputs.append(torch.from_numpy(bgr.transpose(2, 0, 1).copy()))
            sample = DetDataSample(
                metainfo=dict.fromkeys(("img_shape", "batch_input_shape"), (SIDE, SIDE))
            )
            sample.gt_instances = InstanceData(
                bboxes=torch.from_numpy(boxes), labels=torch.tensor(labels, dtype=torch.long)
            )
            sample.ignored_instances = InstanceData(
                bboxes=torch.zeros(0, 4), labels=torch.zeros(0, dtype=torch.long)
            )
            samples.append(sample)
        given = network.data_preprocessor({"inputs": inputs, "data_samples": samples}, True)
        losses = network.loss(given["inputs"], given["data_samples"])
        loss, _ = network.parse_losses(losses)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 35)
        optimiser.step()
        schedule.step()


def main(folder: Path) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(7)
    config = small_rtmdet()
    network = network_of(config)
    train(network, np.random.default_rng(7))
    save(network, config, CLASSES, folder / "shapes.pth")
    for name, file in RANDOM.items():
        config = Config.fromfile(configs() / file)
        network = network_of(config)
        save(network, config, THINGS, folder / f"{name}.pth")
    (folder / "compiled").mkdir()
    for operation in COMPILED:
        config = small_faster_rcnn(operation)
        network = network_of(config)
        save(network, config, THINGS, folder / "compiled" / f"{operation}.pth")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
