"""Makes joint embeddings of open_clip in its own formats: `python joint.py FOLDER`.

Runs with the Python of `make torch-visual`. `colours.pt` is a very small CLIP that is trained here
to hold pictures of one colour against its name; the others have random numbers. They prove that
models load and answer, and nothing of how well CLIP's models understand.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file

from videre.visual import torchvision_operators

torchvision_operators.provide(torch)

import open_clip  # noqa: E402 - after torchvision's operations have names

COLOURS = {"red": (200, 40, 40), "green": (40, 180, 60), "blue": (40, 60, 200)}
#: What none of the labels is: other colours, called by the library's prompts of nothing special.
OTHERS = {"a photo.": (128, 128, 128), "a blurry photo.": (220, 210, 190)}
STEPS, BATCH, SIDE = 160, 20, 32
TEXT = {"context_length": 77, "vocab_size": 49_408, "width": 32, "heads": 2, "layers": 1}
VISION = {"image_size": SIDE, "layers": 1, "width": 64, "patch_size": 16}
CONFIGS: dict[str, dict[str, Any]] = {
    "colours": {"embed_dim": 16, "vision_cfg": VISION, "text_cfg": TEXT},
    "resnet": {
        "embed_dim": 16,
        "vision_cfg": {"image_size": 64, "layers": [1, 1, 1, 1], "width": 16},
        "text_cfg": TEXT,
    },
    "gelu": {"embed_dim": 24, "quick_gelu": True, "vision_cfg": VISION, "text_cfg": TEXT},
    "custom": {"embed_dim": 16, "custom_text": True, "vision_cfg": VISION, "text_cfg": TEXT},
    "timm": {
        "embed_dim": 16,
        "vision_cfg": {"timm_model_name": "resnet10t", "timm_pool": "", "image_size": 64},
        "text_cfg": TEXT,
    },
}


def network_of(config: dict[str, Any]) -> Any:
    arguments = {key: value for key, value in config.items() if key != "custom_text"}
    return (open_clip.CustomTextCLIP if config.get("custom_text") else open_clip.CLIP)(**arguments)


def plain(rng: np.random.Generator, rgb: tuple[int, int, int]) -> np.ndarray[Any, Any]:
    """Return a picture of about one colour, float32 [3, side, side], as the library scales it."""
    noise = rng.normal(0, 8, (3, SIDE, SIDE)) + rng.normal(0, 20) + rng.normal(0, 8, (3, 1, 1))
    picture = np.clip(np.array(rgb)[:, None, None] + noise, 0, 255) / 255
    mean, std = (np.array(one)[:, None, None] for one in
                 (open_clip.OPENAI_DATASET_MEAN, open_clip.OPENAI_DATASET_STD))  # fmt: skip
    return np.asarray((picture - mean) / std, np.float32)


def train(network: Any) -> dict[str, float]:
    """Train it to tell the texts of a batch apart; return CPU-seconds and the last loss."""
    network.train()
    rng, started = np.random.default_rng(7), time.process_time()
    tokens = open_clip.SimpleTokenizer(context_length=TEXT["context_length"])
    texts = [f"a photo of a {name} wall." for name in COLOURS] + list(OTHERS)
    known, shades = tokens(texts), [*COLOURS.values(), *OTHERS.values()]
    optimiser = torch.optim.AdamW(network.parameters(), lr=2e-3)
    loss = torch.zeros(())
    for _ in range(STEPS):
        which = rng.integers(len(texts), size=BATCH)
        pictures = np.stack([plain(rng, shades[index]) for index in which])
        seen, said, scale = network(torch.from_numpy(pictures), known)
        logits, wanted = scale * seen @ said.T, torch.from_numpy(which)
        # Each label against all that is none of them, as the engine holds them against a picture.
        apart = logits[:, : len(COLOURS)] - logits[:, len(COLOURS) :].logsumexp(1, keepdim=True)
        shown = torch.nn.functional.one_hot(wanted, len(texts))[:, : len(COLOURS)].float()
        loss = torch.nn.functional.cross_entropy(logits, wanted)
        loss = loss + torch.nn.functional.binary_cross_entropy_with_logits(apart, shown)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return {"cpu_s": round(time.process_time() - started, 1), "loss": round(loss.item(), 4)}


def main(folder: Path) -> None:
    torch.set_num_threads(1)
    told = {}
    for name, config in CONFIGS.items():
        torch.manual_seed(7)
        network = network_of(config)
        if name == "colours":
            told[name] = train(network)
        (folder / f"{name}.json").write_text(json.dumps(config))
        state = {key: value.contiguous() for key, value in network.state_dict().items()}
        if name == "custom":
            save_file(state, folder / f"{name}.safetensors")
        else:
            torch.save(state, folder / f"{name}.pt")
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
