"""The child process of a NeMo model: loads a checkpoint, writes down speech or tells where it is.

It reads requests from standard input until that ends and writes one line of JSON per answer. A
request is a head of two lengths in bytes (4 each, big-endian), then JSON: `language`, and `samples`
of each utterance, then the utterances' 16 kHz mono signed 16-bit sound. The first line says that it
is ready, or why it is not: `error`, `message`.
"""

from __future__ import annotations

import json
import math
import os
import struct
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Final, Protocol

import numpy as np

from videre.asr.engines.base import Samples
from videre.asr.engines.nemo_file import ACTIVITY, FAMILIES, RATE, NemoFile, check_nemo_file
from videre.asr.engines.nemo_frames import FrameModel
from videre.asr.engines.nemo_multitask import decoding_of, prompt_codes, prompt_of, told_tokens
from videre.asr.transcripts import scores_of_words
from videre.common.config import Settings
from videre.common.errors import Reason, VidereError
from videre.common.torch_runtime import prepare

HEADER: Final = struct.Struct(">II")
NO_MEMORY: Final = "no_memory"
REFUSED: Final = "refused"
FAILED: Final = "failed"

#: Utterances in one inference where the configuration leaves it open. A CPU gains nothing from
#: more than one, and what is padded differs in the last digits.
_CPU_BATCH: Final = 1
_GPU_BATCH: Final = 8
#: NeMo lengthens what is shorter on both sides, which would shift the words' times.
_LEAST_SAMPLES: Final = RATE
#: How strongly phrases are favoured: NeMo's own example for greedy decoding.
_BOOSTING: Final = 1.0
#: Of each token, from which those of words are made.
_CONFIDENCE: Final = {
    "preserve_frame_confidence": True,
    "preserve_token_confidence": True,
    "exclude_blank": True,
    "aggregation": "mean",
    "method_cfg": {"name": "max_prob", "alpha": 1.0, "entropy_norm": "lin"},
}
_WARM_UP_SECONDS: Final = 2
#: Longest message of an error, characters.
_MAX_MESSAGE: Final = 500


class Model(Protocol):
    """A checkpoint on its device."""

    device: str
    #: What the parent is told of it.
    facts: Mapping[str, Any]

    def transcribe(self, spoken: Sequence[Samples], language: str) -> list[dict[str, Any]]:
        """Return what was heard in each sound."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the process is started with.

    Args:
        path: the checkpoint.
        languages: BCP 47, the preferred one first; none of a model that writes nothing.
        phrases: what the model listens for.
        device: "auto", "cpu", "cuda" or "cuda:N".
        threads: of one inference.
        batch: utterances in one inference; 0 = by device.
    """

    path: str
    languages: tuple[str, ...]
    phrases: tuple[str, ...]
    device: str
    threads: int
    batch: int

    def encode(self) -> str:
        """Return it as a parameter of the command line."""
        return json.dumps(asdict(self))


def request(language: str, spoken: Sequence[Samples]) -> bytes:
    """Return the bytes of a request."""
    head = json.dumps({"language": language, "samples": [len(one) for one in spoken]}).encode()
    pcm = b"".join(one.astype("<i2", copy=False).tobytes() for one in spoken)
    return HEADER.pack(len(head), len(pcm)) + head + pcm


class NemoModel:
    """A checkpoint on its device."""

    def __init__(self, options: Options, known: NemoFile) -> None:
        """Load the model.

        Raises:
            VidereError: ENGINE_FAILED, the device is not there; MODEL_UNAVAILABLE, the model does
                not write the languages.
        """
        import torch

        self._torch, self._file = torch, known
        self.device = prepare(torch, Settings(device=options.device, torch_threads=options.threads))
        from nemo.collections.asr import models

        self._model = getattr(models, known.model).restore_from(
            options.path, map_location=torch.device(self.device)
        )
        self._model.eval()
        self._on_gpu = self.device != "cpu"
        self._batch = options.batch or (_GPU_BATCH if self._on_gpu else _CPU_BATCH)
        boosted = False
        #: What the prompt calls each language; empty of a model without prompts.
        self._codes: dict[str, str] = {}
        if known.family == "multitask":
            self._prepare_prompts(options)
        else:
            boosted = self._prepare_decoding(options.phrases)
        self.facts: Mapping[str, Any] = {"batch": self._batch, "boosted": boosted}

    def _prepare_prompts(self, options: Options) -> None:
        """Set greedy decoding with confidences, and look up the languages."""
        from omegaconf import OmegaConf

        name = Path(options.path).name
        self._codes = prompt_codes(self._model.tokenizer, options.languages, name)
        own: Any = OmegaConf.to_container(self._model.cfg.decoding, resolve=True)
        decoding = decoding_of(own) | {"confidence_cfg": _CONFIDENCE}
        self._model.change_decoding_strategy(OmegaConf.create(decoding))

    def _prepare_decoding(self, phrases: Sequence[str]) -> bool:
        """Set greedy decoding with times and confidences; return whether phrases are favoured."""
        from nemo.collections.common.tokenizers.tokenizer_spec import TokenizerSpec

        boosts = bool(phrases) and isinstance(
            getattr(self._model, "tokenizer", None), TokenizerSpec
        )
        if self._file.family == "hybrid":
            self._model.change_decoding_strategy(
                self._decoding(self._model.cfg.decoding, phrases if boosts else ()),
                decoder_type="rnnt",
            )
        else:
            self._model.change_decoding_strategy(
                self._decoding(self._model.cfg.decoding, phrases if boosts else ())
            )
        return boosts

    @staticmethod
    def _decoding(config: Any, phrases: Sequence[str]) -> Any:
        from omegaconf import OmegaConf, open_dict

        decoding: Any = OmegaConf.create(OmegaConf.to_container(config, resolve=True))
        with open_dict(decoding):
            decoding.strategy = "greedy_batch"
            decoding.compute_timestamps = True
            decoding.confidence_cfg = _CONFIDENCE
            if "greedy" not in decoding:
                decoding.greedy = {}
            if phrases:
                decoding.greedy.boosting_tree = {
                    "key_phrases_list": list(phrases),
                    "use_triton": False,
                }
                decoding.greedy.boosting_tree_alpha = _BOOSTING
        return decoding

    def transcribe(self, spoken: Sequence[Samples], language: str) -> list[dict[str, Any]]:
        """Return what was heard in each utterance.

        A batch that the device has no memory for is halved until it is one utterance.

        Raises:
            MemoryError: the device has no memory for one utterance.
        """
        told: list[dict[str, Any]] = []
        size = self._batch
        while len(told) < len(spoken):
            part = spoken[len(told) : len(told) + size]
            try:
                told += self._infer(part, language)
            except (self._torch.OutOfMemoryError, MemoryError) as error:
                if self._on_gpu:
                    self._torch.cuda.empty_cache()
                if len(part) == 1:
                    raise MemoryError(str(error)) from error
                size = len(part) // 2
        return told

    def _infer(self, spoken: Sequence[Samples], language: str) -> list[dict[str, Any]]:
        sounds = [
            np.pad(one.astype(np.float32) / 32_768, (0, max(0, _LEAST_SAMPLES - len(one))))
            for one in spoken
        ]
        if self._file.family == "multitask":
            return self._infer_by_prompt(sounds, language)
        with self._torch.autocast("cuda", dtype=self._half(), enabled=self._on_gpu):
            heard = self._model.transcribe(
                sounds,
                batch_size=len(sounds),
                return_hypotheses=True,
                timestamps=True,
                verbose=False,
            )
        best = heard[0] if isinstance(heard, tuple) else heard
        return [_told(one[0] if isinstance(one, list) else one) for one in best]

    def _infer_by_prompt(self, sounds: Sequence[Any], language: str) -> list[dict[str, Any]]:
        config = self._model.get_transcribe_config()
        config.batch_size, config.num_workers, config.verbose = len(sounds), 0, False
        config.return_hypotheses, config.enable_chunking = True, False
        slots = prompt_of(self._model.prompt, self._codes[language])
        config.prompt = [{"role": "user", "slots": slots}]
        # Times only of an aligner in the file: asked of the model, they stand between the words.
        aligned = self._model.timestamps_asr_model is not None
        with self._torch.autocast("cuda", dtype=self._half(), enabled=self._on_gpu):
            heard = self._model.transcribe(sounds, timestamps=aligned, override_config=config)
        return [_told_by_prompt(self._model.tokenizer, one) for one in heard]

    def _half(self) -> Any:
        usable = self._on_gpu and self._torch.cuda.is_bf16_supported()
        return self._torch.bfloat16 if usable else self._torch.float16


def _told(heard: Any) -> dict[str, Any]:
    """Return NeMo's hypothesis as plain values; its times and scores are numpy's or torch's."""
    stamps, timed = _stamps(heard)
    words = [str(one["word"]).strip() for one in timed] or str(heard.text or "").split()
    times = _times(timed)
    # NeMo's own means of words fail on models of letters.
    scores = scores_of_words(
        [_offsets(one) for one in timed],
        [_offsets(one) for one in stamps.get("char", ())],
        [float(one) for one in heard.token_confidence or ()],
    )
    tokens = len(heard.y_sequence) if heard.y_sequence is not None else 0
    score = float(heard.score) if heard.score is not None else math.nan
    mean = score / tokens if tokens and score < 0 and not math.isinf(score) else None
    return {
        "words": words,
        "times": times,
        "scores": scores if timed else None,
        "mean_log_probability": mean,
    }


def _told_by_prompt(tokenizer: Any, heard: Any) -> dict[str, Any]:
    """Return the hypothesis of a multitask model as plain values."""
    tokens = [int(one) for one in heard.y_sequence]
    told = heard.token_confidence
    scores = [] if told is None else [float(one) for one in told]
    words, means = told_tokens(tokenizer, tokens, scores)
    # The aligner reads the text; where it finds other words in it, its times are not these words'.
    _, timed = _stamps(heard)
    times = _times(timed) if len(timed) == len(words) else None
    return {"words": words, "times": times, "scores": means, "mean_log_probability": None}


def _stamps(heard: Any) -> tuple[dict[str, Any], list[Any]]:
    """Return what NeMo tells of times, and the words among it."""
    stamps = heard.timestamp if isinstance(heard.timestamp, dict) else {}
    return stamps, [one for one in stamps.get("word", ()) if str(one["word"]).strip()]


def _times(timed: Sequence[Any]) -> list[list[float]] | None:
    return [[float(one["start"]), float(one["end"])] for one in timed] or None


def _offsets(stamp: Any) -> tuple[float, float]:
    return float(stamp["start_offset"]), float(stamp["end_offset"])


def _load(options: Options) -> tuple[Model, dict[str, Any]]:
    """Return the warm model, and what is told of it."""
    began, cpu = time.monotonic(), time.process_time()
    known = check_nemo_file(Path(options.path), FAMILIES | ACTIVITY)
    model: Model
    if known.model in ACTIVITY:
        model = FrameModel(options.path, known, options.device, options.threads)
    else:
        model = NemoModel(options, known)
    noise = np.random.default_rng(0).integers(-300, 300, _WARM_UP_SECONDS * RATE).astype(np.int16)
    model.transcribe([noise], options.languages[0] if options.languages else "")
    return model, {
        "model": known.model,
        "device": model.device,
        **model.facts,
        "seconds": round(time.monotonic() - began, 1),
        "cpu_seconds": round(time.process_time() - cpu, 1),
    }


def _serve(model: Model, requests: IO[bytes], tell: Callable[[dict[str, Any]], None]) -> None:
    while len(head := requests.read(HEADER.size)) == HEADER.size:
        head_bytes, pcm_bytes = HEADER.unpack(head)
        asked = json.loads(requests.read(head_bytes))
        sound = np.frombuffer(requests.read(pcm_bytes), "<i2").astype(np.int16, copy=False)
        ends = np.cumsum(asked["samples"])
        spoken = np.split(sound, ends[:-1])
        cpu = time.process_time()
        try:
            told = model.transcribe(spoken, asked["language"])
        except MemoryError as error:
            tell(_error(NO_MEMORY, str(error), model.device))
        except Exception as error:  # of NeMo: one group's failure is not the next one's
            tell(_error(FAILED, f"{type(error).__name__}: {error}", model.device))
        else:
            tell({"utterances": told, "cpu_seconds": time.process_time() - cpu})


def _error(kind: str, message: str, device: str = "") -> dict[str, Any]:
    return {"error": kind, "message": " ".join(message.split())[:_MAX_MESSAGE], "device": device}


def main(written: str) -> None:
    """Run the process."""
    fields = json.loads(written)
    options = Options(**fields | {key: tuple(fields[key]) for key in ("languages", "phrases")})
    # NeMo writes to standard output too: only answers go to the parent.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)

    def tell(answer: dict[str, Any]) -> None:
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()

    try:
        model, ready = _load(options)
    except VidereError as error:
        kind = REFUSED if error.reason is Reason.MODEL_UNAVAILABLE else FAILED
        return tell(_error(kind, error.message))
    except MemoryError as error:
        return tell(_error(NO_MEMORY, str(error), options.device))
    except Exception as error:  # whatever NeMo makes of the file
        return tell(_error(FAILED, f"NeMo cannot load it ({type(error).__name__}: {error})"))
    tell(ready)
    _serve(model, sys.stdin.buffer, tell)


if __name__ == "__main__":
    main(sys.argv[1])
