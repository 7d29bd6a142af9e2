"""Makes text models of MMOCR in its own format: `python readers.py FOLDER`.

Runs with the Python of `make torch-ocr`. `finder.pth` is a very small DBNet that is trained here to
find bright captions, `digits.pth` and `chinese.pth` are CRNNs that are trained to read ten digits
and, with MMOCR's dictionary of Chinese, twenty characters; the others have random numbers, and
those in the folder `compiled` want mmcv's own operations. They prove that models load and answer,
and nothing of how well MMOCR's models read.
"""

from __future__ import annotations

import copy
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import captions
import numpy as np
import torch

from videre.common.openmmlab import ops

ops.provide(torch)

import mmocr  # noqa: E402 - after the operations of mmcv stand in
import mmocr.models  # noqa: E402
from mmengine.config import Config, ConfigDict  # noqa: E402
from mmengine.registry import init_default_scope  # noqa: E402
from mmengine.structures import InstanceData, LabelData  # noqa: E402
from mmocr.registry import MODELS  # noqa: E402
from mmocr.structures import TextDetDataSample, TextRecogDataSample  # noqa: E402

RANDOM = {
    "svtr": "textrecog/svtr/svtr-tiny_20e_st_mj.py",
    "satrn": "textrecog/satrn/satrn_shallow-small_5e_st_mj.py",
    "dbnet": "textdet/dbnet/dbnet_resnet18_fpnc_1200e_icdar2015.py",
}
#: By the operation that makes each fail where mmcv has none of its own.
COMPILED = {
    "pixel_group": "textdet/panet/panet_resnet18_fpem-ffm_600e_icdar2015.py",
    "contour_expand": "textdet/psenet/psenet_resnet50_fpnf_600e_icdar2015.py",
    "modulated_deform_conv_forward": "textdet/dbnet/dbnet_resnet50-dcnv2_fpnc_1200e_icdar2015.py",
}
CRNN = "textrecog/crnn/crnn_mini-vgg_5e_mj.py"
#: name: letters, most of them in a line, width of a line, MMOCR's dictionary, steps. The second
#: goes on from what the first has learned of strokes.
READERS = {
    "digits": (captions.DIGITS, 4, 64, "lower_english_digits.txt", 130),
    "chinese": (captions.CHINESE, 2, 64, "chinese_english_digits.txt", 120),
}
LINES = 16
FINDER_STEPS, PAGES, SIDE = 260, 4, 160


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


def crnn(dictionary: str) -> Any:
    """Return MMOCR's config of a CRNN without its recurrent layers, which learn slowly."""
    config = Config.fromfile(configs() / CRNN)
    config.model.decoder.rnn_flag = False
    config.model.decoder.dictionary.dict_file = str(configs().parent / "dicts" / dictionary)
    pipeline = config.test_pipeline
    return Config(
        {
            "default_scope": "mmocr",
            "model": config.model.to_dict(),
            "test_dataloader": {"dataset": {"type": "OCRDataset", "pipeline": pipeline}},
        }
    )


def small_dbnet() -> Any:
    """Return MMOCR's config of a DBNet with an eighth of its channels."""
    config = Config.fromfile(configs() / RANDOM["dbnet"])
    model = config.model
    model.backbone.update(base_channels=8, stem_channels=8)
    model.neck.update(in_channels=[8, 16, 32, 64], lateral_channels=32, out_channels=8)
    model.det_head.update(in_channels=32)
    return Config({"default_scope": "mmocr", "model": model.to_dict()})


def small_finder(operation: str) -> Any:
    """Return MMOCR's config with an eighth of its channels, for one of `COMPILED`."""
    config = Config.fromfile(configs() / COMPILED[operation])
    model = config.model
    model.backbone.update(base_channels=8)
    if operation == "pixel_group":
        model.backbone.stem_channels = 8
        model.neck.in_channels = [8, 16, 32, 64]
    else:
        model.neck.in_channels = [32, 64, 128, 256]
    return Config({"default_scope": "mmocr", "model": model.to_dict()})


def begun(network: Any, backbone: Any | None) -> Any:
    """Return a recogniser at the start: of a dictionary of thousands nothing is likely at first."""
    network.init_weights()
    with torch.no_grad():
        network.decoder.decoder.bias[network.decoder.dictionary.padding_idx] = 8.0
    if backbone is not None:
        network.backbone.load_state_dict(backbone.state_dict())
    return network


def batch_of_lines(name: str) -> Callable[[np.random.Generator], dict[str, Any]]:
    letters, most, width, _, _ = READERS[name]

    def batch(rng: np.random.Generator) -> dict[str, Any]:
        inputs, samples = [], []
        for _ in range(LINES):
            bgr, text = captions.line(rng, letters, most, width)
            gray = bgr.mean(axis=2, keepdims=True).astype(np.uint8)
            inputs.append(torch.from_numpy(gray.transpose(2, 0, 1).copy()))
            sample = TextRecogDataSample(metainfo={"img_shape": (32, width), "valid_ratio": 1.0})
            sample.gt_text = LabelData(item=text)
            samples.append(sample)
        return {"inputs": inputs, "data_samples": samples}

    return batch


def batch_of_pages(rng: np.random.Generator) -> dict[str, Any]:
    inputs, samples = [], []
    for _ in range(PAGES):
        bgr, outlines = captions.page(rng, SIDE)
        inputs.append(torch.from_numpy(bgr.transpose(2, 0, 1).copy()))
        sample = TextDetDataSample(metainfo={"img_shape": (SIDE, SIDE)})
        corners = [np.array([a, b, c, b, c, d, a, d], np.float32) for a, b, c, d in outlines]
        sample.gt_instances = InstanceData(
            polygons=corners, ignored=torch.zeros(len(corners), dtype=torch.bool)
        )
        samples.append(sample)
    return {"inputs": inputs, "data_samples": samples}


def train(
    network: Any, batch: Callable[[np.random.Generator], dict[str, Any]], steps: int, rate: float
) -> dict[str, float]:
    """Train; return CPU-seconds and the loss of the last step."""
    network.train()
    rng, started = np.random.default_rng(7), time.process_time()
    optimiser = torch.optim.Adam(network.parameters(), lr=rate)
    schedule = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 0.1, steps)
    loss = torch.zeros(())
    for _ in range(steps):
        given = network.data_preprocessor(batch(rng), True)
        losses = network.loss(given["inputs"], given["data_samples"])
        loss, _ = network.parse_losses(losses)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 5)
        optimiser.step()
        schedule.step()
    return {"cpu_s": round(time.process_time() - started, 1), "loss": round(loss.item(), 3)}


def main(folder: Path) -> None:
    torch.set_num_threads(1)
    told: dict[str, dict[str, float]] = {}
    backbone = None
    for name, (_, _, _, dictionary, steps) in READERS.items():
        torch.manual_seed(7)
        config = crnn(dictionary)
        network = begun(network_of(config.model.to_dict()), backbone)
        told[name] = train(network, batch_of_lines(name), steps, 5e-4)
        backbone = network.backbone
        save(network, config, folder / f"{name}.pth")
    torch.manual_seed(7)
    config = small_dbnet()
    network = network_of(config.model.to_dict())
    network.init_weights()
    told["finder"] = train(network, batch_of_pages, FINDER_STEPS, 4e-3)
    save(network, config, folder / "finder.pth")
    for name, file in RANDOM.items():
        config = Config.fromfile(configs() / file)
        save(network_of(config.model.to_dict()), config, folder / f"{name}.pth")
    (folder / "compiled").mkdir()
    for operation in COMPILED:
        config = small_finder(operation)
        network = network_of(config.model.to_dict())
        save(network, config, folder / "compiled" / f"{operation}.pth")
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
