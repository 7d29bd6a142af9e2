"""Makes `.nemo` checkpoints on the spot: python nemo_making.py FOLDER [KIND...], in an environment
with NeMo.

`spoken` is a convolutional CTC model of a hundred thousand parameters that learns the sentences in
FOLDER/spoken.json by heart: it proves that checkpoints are loaded and decoded, not that speech is
recognised well. `frames` tells those voices from silence, which proves as little. Multitask models
are made by `nemo_canary_making.py`. The other kinds have random weights: they prove that the
architecture is served.
"""

from __future__ import annotations

import json
import sys
import wave
from pathlib import Path
from typing import Any

import nemo_canary_making as canary
import numpy as np

LABELS = list(" abcdefghijklmnopqrstuvwxyz'")
MODULES = "nemo.collections.asr.modules"
STEPS, LEARNING_RATE = 320, 1e-2
FRAME_STEPS = 60
WIDTH = 64


def preprocessor(features: int) -> dict[str, Any]:
    return {
        "_target_": f"{MODULES}.AudioToMelSpectrogramPreprocessor", "sample_rate": 16_000,
        "normalize": "per_feature", "window_size": 0.025, "window_stride": 0.01, "window": "hann",
        "features": features, "n_fft": 512, "frame_splicing": 1, "dither": 0.0, "pad_to": 0,
    }  # fmt: skip


def block(kernel: int, stride: int = 1, separable: bool = True) -> dict[str, Any]:
    return {
        "filters": WIDTH, "repeat": 1, "kernel": [kernel], "stride": [stride], "dilation": [1],
        "dropout": 0.0, "residual": stride == 1, "separable": separable,
    }  # fmt: skip


def convolutional() -> dict[str, Any]:
    return {
        "sample_rate": 16_000, "labels": LABELS, "preprocessor": preprocessor(WIDTH),
        "encoder": {
            "_target_": f"{MODULES}.ConvASREncoder", "feat_in": WIDTH, "activation": "relu",
            "conv_mask": True, "jasper": [block(11, 2, False), *[block(13)] * 4, block(1)],
        },
        "decoder": {
            "_target_": f"{MODULES}.ConvASRDecoder", "feat_in": WIDTH, "num_classes": len(LABELS),
            "vocabulary": LABELS,
        },
    }  # fmt: skip


def conformer(folder: Path, factor: int) -> dict[str, Any]:
    """Return what all models of a conformer and sentence pieces have."""
    return {
        "sample_rate": 16_000, "preprocessor": preprocessor(80),
        "tokenizer": {"dir": str(folder / "pieces"), "type": "bpe"},
        "encoder": {
            "_target_": f"{MODULES}.ConformerEncoder", "feat_in": 80, "feat_out": -1,
            "n_layers": 1, "d_model": WIDTH, "n_heads": 2, "subsampling_factor": factor,
            "subsampling": "striding" if factor == 4 else "dw_striding",
            "subsampling_conv_channels": WIDTH, "conv_kernel_size": 9, "dropout": 0.0,
        },
    }  # fmt: skip


def transducer(folder: Path, loss: dict[str, Any]) -> dict[str, Any]:
    return conformer(folder, 8) | {
        "model_defaults": {"enc_hidden": WIDTH, "pred_hidden": 32, "joint_hidden": 32},
        "decoder": {
            "_target_": f"{MODULES}.RNNTDecoder", "normalization_mode": None,
            "random_state_sampling": False, "blank_as_pad": True,
            "prednet": {"pred_hidden": 32, "pred_rnn_layers": 1, "dropout": 0.0},
        },
        "joint": {
            "_target_": f"{MODULES}.RNNTJoint", "log_softmax": None, "preserve_memory": False,
            "fuse_loss_wer": False,
            "jointnet": {"joint_hidden": 32, "activation": "relu", "dropout": 0.0},
        },
        "decoding": {"strategy": "greedy_batch", "greedy": {"max_symbols": 3}},
        "loss": loss,
    }  # fmt: skip


def ctc_decoder() -> dict[str, Any]:
    return {
        "_target_": f"{MODULES}.ConvASRDecoder", "feat_in": WIDTH, "num_classes": -1,
        "vocabulary": [],
    }  # fmt: skip


def frames() -> dict[str, Any]:
    """Return what a classifier of frames of 20 ms has, such as MarbleNet."""
    return {
        "sample_rate": 16_000, "labels": ["background", "speech"],
        "preprocessor": preprocessor(WIDTH) | {"normalize": "None"},
        "encoder": {
            "_target_": f"{MODULES}.ConvASREncoder", "feat_in": WIDTH, "activation": "relu",
            "conv_mask": True, "jasper": [block(11, 2, False), block(13), block(1)],
        },
        "decoder": {
            "_target_": "nemo.collections.common.parts.MultiLayerPerceptron",
            "hidden_size": WIDTH, "num_classes": 2, "num_layers": 1, "activation": "relu",
            "log_softmax": False,
        },
    }  # fmt: skip


def frame_model(folder: Path) -> Any:
    """Return a classifier that has learned what is voice and what the silence around it."""
    import torch
    from nemo.collections.asr.models import EncDecFrameClassificationModel
    from omegaconf import OmegaConf

    model = EncDecFrameClassificationModel(cfg=OmegaConf.create(frames()))
    sound = torch.nn.functional.pad(torch.cat(heard(folder)), (16_000, 16_000))
    power = torch.nn.functional.avg_pool1d(sound.square()[None], 3_200, 320, 1_600)[0]
    voiced = (power > 1e-5).long()
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE)
    model.train()
    for _ in range(FRAME_STEPS):
        logits = model(input_signal=sound[None], input_signal_length=torch.tensor([len(sound)]))[0]
        n = min(len(logits), len(voiced))
        loss = torch.nn.functional.cross_entropy(logits[:n], voiced[:n])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"loss {loss.item():.4f}, parameters {sum(p.numel() for p in model.parameters())}")
    return model.eval()


def random_model(kind: str, folder: Path) -> Any:
    from nemo.collections.asr import models
    from omegaconf import OmegaConf

    plain = {"loss_name": "pytorch"}
    if kind == "ctc":
        made, config = models.EncDecCTCModel, convolutional()
    elif kind == "ctc_bpe":
        config = conformer(folder, 4) | {"decoder": ctc_decoder()}
        made = models.EncDecCTCModelBPE
    elif kind == "rnnt_bpe":
        made, config = models.EncDecRNNTBPEModel, transducer(folder, plain)
    elif kind == "tdt_bpe":
        durations = [0, 1, 2, 3, 4]
        loss = {"loss_name": "tdt_pytorch", "tdt_pytorch_kwargs": {"durations": durations}}
        config = transducer(folder, loss)
        config["model_defaults"] |= {"tdt_durations": durations, "num_tdt_durations": 5}
        config["joint"]["num_extra_outputs"] = 5
        config["decoding"] |= {"model_type": "tdt", "durations": durations}
        made = models.EncDecRNNTBPEModel
    elif kind == "hybrid_bpe":
        config = transducer(folder, plain)
        config["aux_ctc"] = {
            "ctc_loss_weight": 0.3, "use_cer": False, "decoder": ctc_decoder(),
            "decoding": {"strategy": "greedy"},
        }  # fmt: skip
        made = models.EncDecHybridRNNTCTCBPEModel
    else:
        raise SystemExit(f"no kind {kind}")
    return made(cfg=OmegaConf.create(config))


def read(path: Path) -> np.ndarray:
    with wave.open(str(path)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / 32_768


def heard(folder: Path) -> list[Any]:
    """Return the sounds that FOLDER/spoken.json names."""
    import torch

    said = json.loads((folder / "spoken.json").read_text())
    return [torch.from_numpy(read(folder / name)) for name in said]


def spoken_model(folder: Path) -> Any:
    """Return a model that has learned the sentences of FOLDER/spoken.json by heart."""
    import torch

    model = random_model("ctc", folder)
    said = json.loads((folder / "spoken.json").read_text())
    sounds = heard(folder)
    lengths = torch.tensor([len(sound) for sound in sounds])
    targets = [torch.tensor([LABELS.index(letter) for letter in text]) for text in said.values()]
    target_lengths = torch.tensor([len(target) for target in targets])
    batch = torch.nn.utils.rnn.pad_sequence(sounds, batch_first=True)
    target = torch.nn.utils.rnn.pad_sequence(targets, batch_first=True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, total_steps=STEPS)
    model.train()
    for step in range(STEPS):
        # Silence in front of some: the words must not hang on where the sound begins.
        shift = (step % 4) * 800
        shifted = torch.nn.functional.pad(batch, (shift, 800))
        scores, score_lengths, _ = model(
            input_signal=shifted, input_signal_length=lengths + shift + 800
        )
        loss = model.loss(
            log_probs=scores, targets=target, input_lengths=score_lengths,
            target_lengths=target_lengths,
        )  # fmt: skip
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
    print(f"loss {loss.item():.4f}, parameters {sum(p.numel() for p in model.parameters())}")
    return model.eval()


def main(folder: Path, kinds: list[str]) -> None:
    import torch

    torch.set_num_threads(1)
    if any(kind.endswith("_bpe") for kind in kinds):
        canary.pieces(folder / "pieces", canary.said(folder)["en"], 48, [])
    for kind in kinds:
        torch.manual_seed(1)
        if kind == "spoken":
            model = spoken_model(folder)
        elif kind == "frames":
            model = frame_model(folder)
        elif kind in ("canary", "canary2"):
            model = canary.learned(kind, folder, conformer(folder, 8), heard(folder))
        else:
            model = random_model(kind, folder)
        model.save_to(str(folder / f"{kind}.nemo"))
    if "canary2" in kinds:
        canary.with_aligner(folder / "canary2.nemo", folder / "ctc_bpe.nemo")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
