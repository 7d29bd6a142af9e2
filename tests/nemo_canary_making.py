"""Multitask models (Canary) for `nemo_making.py`: a conformer, a transformer that writes tokens,
and a prompt that names the language.

Both kinds learn what is said in FOLDER/spoken.json by heart, and for the same sound its German of
FOLDER/german.json: which of both they write hangs on the prompt alone. `canary` has a tokenizer of
each language; `canary2` has the later prompt, one tokenizer of all languages, and an aligner in its
file, of random weights: the kind `ctc_bpe`, which must be made beside it.
"""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

TOKENIZERS = "nemo.collections.common.tokenizers.canary_tokenizer"
#: Languages of prompts, more than the models' own: the makers' files name all of them.
PROMPTED = ("en", "de", "fr")
WIDTH = 64
#: All but the languages.
ASKED = {
    "task": "asr", "pnc": "yes", "itn": "no", "timestamp": "no", "diarize": "no",
    "emotion": "<|emo:undefined|>", "decodercontext": "",
}  # fmt: skip
STEPS, LEARNING_RATE = 240, 3e-3
EXTRA = (
    "<|startofcontext|>", "<|transcribe|>", "<|translate|>", "<|itn|>", "<|noitn|>",
    "<|timestamp|>", "<|notimestamp|>", "<|diarize|>", "<|nodiarize|>", "<|emo:undefined|>",
)  # fmt: skip


def special() -> list[str]:
    from nemo.collections.common.tokenizers.canary_tokenizer import DEFAULT_TOKENS

    return [*DEFAULT_TOKENS, *EXTRA, *(f"<|{language}|>" for language in PROMPTED)]


def pieces(folder: Path, lines: list[str], size: int, symbols: list[str]) -> dict[str, str]:
    """Write a tokenizer of sentence pieces and return how a configuration names it."""
    import sentencepiece

    folder.mkdir()
    text = folder / "text.txt"
    text.write_text("\n".join(lines * 5))
    sentencepiece.SentencePieceTrainer.train(
        input=str(text), model_prefix=str(folder / "tokenizer"), vocab_size=size,
        model_type="bpe", hard_vocab_limit=False, bos_id=-1, eos_id=-1,
        user_defined_symbols=symbols,
    )  # fmt: skip
    tokens = [line.split("\t")[0] for line in (folder / "tokenizer.vocab").open()]
    (folder / "vocab.txt").write_text("\n".join(tokens[1:]))
    return {"dir": str(folder), "type": "bpe"}


def said(folder: Path) -> dict[str, list[str]]:
    """Return the sentences by language, in one order."""
    files = {"en": "spoken.json", "de": "german.json"}
    read = {language: json.loads((folder / name).read_text()) for language, name in files.items()}
    return {language: list(lines.values()) for language, lines in read.items()}


def several(folder: Path) -> dict[str, Any]:
    """Return a tokenizer of each language behind one of special tokens."""
    langs = {"spl_tokens": pieces(folder / "spl", special(), len(special()) + 2, special())}
    for language, lines in said(folder).items():
        langs[language] = pieces(folder / language, lines, 56, [])
    return {
        "type": "agg", "dir": None, "langs": langs,
        "custom_tokenizer": {"_target_": f"{TOKENIZERS}.CanaryTokenizer"},
    }  # fmt: skip


def single(folder: Path) -> dict[str, Any]:
    """Return one tokenizer of all languages."""
    lines = [line for lines in said(folder).values() for line in lines]
    made = pieces(folder / "all", lines, 96, special())
    return made | {"custom_tokenizer": {"_target_": f"{TOKENIZERS}.CanaryBPETokenizer"}}


def config(encoder: dict[str, Any], tokenizer: dict[str, Any], prompt: str) -> dict[str, Any]:
    modules = "nemo.collections.asr.modules.transformer"
    return encoder | {
        "tokenizer": tokenizer, "prompt_format": prompt,
        "model_defaults": {
            "asr_enc_hidden": WIDTH, "lm_enc_hidden": WIDTH, "lm_dec_hidden": WIDTH,
        },
        "transf_decoder": {
            "_target_": f"{modules}.get_nemo_transformer", "model_name": None,
            "pretrained": False, "encoder": None, "pre_ln_final_layer_norm": True,
            "config_dict": {
                "max_sequence_length": 128, "num_token_types": 0, "embedding_dropout": 0.0,
                "learn_positional_encodings": False, "hidden_size": WIDTH,
                "inner_size": 2 * WIDTH, "num_layers": 1, "num_attention_heads": 4,
                "ffn_dropout": 0.0, "attn_score_dropout": 0.0, "attn_layer_dropout": 0.0,
                "hidden_act": "relu", "pre_ln": True, "vocab_size": None,
            },
        },
        "head": {
            "_target_": "nemo.collections.asr.parts.submodules.token_classifier.TokenClassifier",
            "num_layers": 1, "activation": "relu", "log_softmax": True, "hidden_size": WIDTH,
            "num_classes": None, "dropout": 0.0, "use_transformer_init": True,
        },
        # As the makers' files have it.
        "decoding": {
            "strategy": "beam", "return_best_hypothesis": True,
            "beam": {"beam_size": 1, "len_pen": 0.0, "max_generation_delta": 50},
        },
        "loss": {
            "_target_": "nemo.collections.common.losses.smoothed_cross_entropy."
            "SmoothedCrossEntropyLoss",
            "label_smoothing": 0.0, "pad_id": None,
        },
    }  # fmt: skip


def model(settings: dict[str, Any]) -> Any:
    from nemo.collections.asr.models import EncDecMultiTaskModel
    from omegaconf import OmegaConf

    return EncDecMultiTaskModel(cfg=OmegaConf.create(settings))


def learned(kind: str, folder: Path, encoder: dict[str, Any], sounds: list[Any]) -> Any:
    """Return a model that has learned the sentences by heart, in two languages."""
    import torch

    tokenizer = several(folder) if kind == "canary" else single(folder)
    made = model(config(encoder, tokenizer, kind))
    sound = torch.nn.utils.rnn.pad_sequence(sounds, batch_first=True)
    lengths = torch.tensor([len(one) for one in sounds])
    tokens, prompts = [], 0
    for language, lines in said(folder).items():
        slots = {slot: ASKED.get(slot, language) for slot in made.prompt.get_slots("user")}
        for line in lines:
            turns = [
                {"role": "user", "slots": slots},
                {"role": "assistant", "slots": {"text": line, "prompt_language": language}},
            ]
            coded = made.prompt.encode_dialog(turns)
            prompts = len(coded["context_ids"])
            tokens.append(coded["input_ids"])
    written = torch.nn.utils.rnn.pad_sequence(
        tokens, batch_first=True, padding_value=made.tokenizer.pad_id
    )
    ends = torch.tensor([len(one) for one in tokens])
    optimizer = torch.optim.AdamW(made.parameters(), lr=LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, total_steps=STEPS)
    made.train()
    for step in range(STEPS):
        # Silence around some: what is written must not hang on where the sound begins.
        shift = (step % 4) * 800
        shifted = torch.nn.functional.pad(sound, (shift, 800)).repeat(2, 1)
        scores, *_ = made(
            input_signal=shifted, input_signal_length=(lengths + shift + 800).repeat(2),
            transcript=written[:, :-1], transcript_length=ends - 1,
        )  # fmt: skip
        at = torch.arange(written.shape[1] - 1)[None]
        mask = (at >= prompts - 1) & (at < (ends - 1)[:, None])
        loss = made.loss(log_probs=scores, labels=written[:, 1:], output_mask=mask)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(made.parameters(), 1.0)
        optimizer.step()
        schedule.step()
    print(f"loss {loss.item():.4f}, parameters {sum(p.numel() for p in made.parameters())}")
    return made.eval()


def with_aligner(path: Path, aligner: Path) -> None:
    """Put a model of CTC into a saved one, as files of models that align by it have it."""
    with tarfile.open(path) as own:
        members = {one.name: own.extractfile(one) for one in own if one.isfile()}
        files = {name: stream.read() for name, stream in members.items() if stream}
    with tarfile.open(aligner) as other:
        for one in other:
            stream = other.extractfile(one)
            if stream:
                name = one.name.removeprefix("./")
                named = f"timestamps_asr_{name}" if name.startswith("model_") else name
                files[f"./{named}"] = stream.read()
    with tarfile.open(path, "w") as whole:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            whole.addfile(entry, io.BytesIO(content))
