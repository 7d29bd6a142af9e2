"""Recognisers of NeMo: any checkpoint of CTC, RNN-T, TDT, hybrid or multitask models.

Which checkpoints there are says the configuration. Each lives in a process of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import structlog

from videre.asr.checkpoints import Checkpoint, chosen_language
from videre.asr.engines import nemo_worker
from videre.asr.engines.base import Check, Samples, Utterance
from videre.asr.engines.nemo_file import check_nemo_file
from videre.asr.engines.nemo_process import NemoProcess
from videre.asr.settings import AsrSettings
from videre.asr.transcripts import Told, measure_words, words_told
from videre.common.engine import EngineSpec, Tier
from videre.common.errors import Reason, VidereError
from videre.common.manifest import ModelEntry
from videre.common.models import file_sha256

if TYPE_CHECKING:
    from videre.common.models import ModelStore

log = structlog.get_logger(__name__)

#: Of NeMo and of what is made of its answers; raised whenever answers may change.
VERSION: Final = "3.0.0-2"
PACKAGE: Final = "nemo"
ENVIRONMENT: Final = "torch-nemo"

NAME_ONE: Final = "no checkpoint is configured: name one by VIDERE_NEMO_MODELS"


def nemo_spec(checkpoint: Checkpoint, phrases: str = "") -> EngineSpec:
    """Return the description of the engine that a checkpoint makes.

    Args:
        checkpoint: as the configuration names it.
        phrases: digest of the phrases that the model listens for; "" of none.
    """
    return EngineSpec(
        feature="speech",
        name=checkpoint.name,
        version="-".join(filter(None, (VERSION, "+".join(checkpoint.languages), phrases[:12]))),
        tier=Tier.TORCH,
        licence="as its makers state",
        models=(checkpoint.name,),
        packages=("torch", PACKAGE),
        environment=ENVIRONMENT,
        languages=checkpoint.languages,
        storing_floor=0.0,
        max_call_seconds=120.0,
        cpu_seconds_per_item=0.3,
        max_batch=1,
        thread_safe=True,
    )


class UnnamedNemo:
    """Stands for NeMo where no checkpoint is configured; says how to name one."""

    @property
    def spec(self) -> EngineSpec:
        """The engine's description."""
        return EngineSpec(
            feature="speech",
            name="nemo",
            version=VERSION,
            tier=Tier.TORCH,
            licence="as its makers state",
            packages=("torch", PACKAGE),
            environment=ENVIRONMENT,
            lacks=NAME_ONE,
            thread_safe=True,
        )

    def load(self, models: ModelStore) -> None:
        """Refuse: there is nothing to load.

        Raises:
            VidereError: MODEL_UNAVAILABLE.
        """
        raise VidereError(Reason.MODEL_UNAVAILABLE, NAME_ONE)

    def recognise(self, samples: Samples, check: Check) -> Utterance:
        """Never called: it does not load."""
        raise VidereError(Reason.MODEL_UNAVAILABLE, NAME_ONE)


class NemoRecogniser:
    """Hands groups of speech to the process of one model. Serves all slots, one at a time."""

    def __init__(
        self, checkpoint: Checkpoint, settings: AsrSettings, phrases: Sequence[str]
    ) -> None:
        """Describe an engine that is not loaded.

        Args:
            checkpoint: its model.
            settings: device, threads, batch.
            phrases: what the model listens for; a model that cannot goes on without.
        """
        self._spec = nemo_spec(checkpoint, phrases_digest(phrases))
        self._checkpoint, self._settings, self._phrases = checkpoint, settings, tuple(phrases)
        self._process: NemoProcess | None = None

    @property
    def spec(self) -> EngineSpec:
        """The engine's description."""
        return self._spec

    def load(self, models: ModelStore) -> None:
        """Check the file, start the process, load and warm up the model.

        Raises:
            VidereError: MODEL_UNAVAILABLE, the file is missing, another or no recogniser, or does
                not write the languages; ENGINE_FAILED, NeMo or the device refuses it;
                WORKER_CRASHED.
        """
        path = models.path(self._checkpoint.name)
        check_nemo_file(path)
        known = self._settings
        options = nemo_worker.Options(
            path=str(path),
            languages=self._checkpoint.languages,
            phrases=self._phrases,
            device=known.device,
            threads=known.torch_threads,
            batch=known.nemo_batch,
        )
        self._process = NemoProcess(
            self._spec.name, options, known.nemo_idle_seconds, self._warn_of_phrases
        )

    def recognise(self, samples: Samples, check: Check) -> Utterance:
        """Write down one utterance in the model's first language; see `recognise_group`."""
        return self.recognise_group([samples], (), check)[0]

    def recognise_group(
        self, spoken: Sequence[Samples], hints: Sequence[str], check: Check
    ) -> list[Utterance]:
        """Write down utterances; a process that died is replaced once.

        Args:
            spoken: one span of speech each.
            hints: BCP 47 languages the caller expects, best first.
            check: called while waiting; what it raises ends the call.

        Raises:
            VidereError: DEVICE_MEMORY, the device has no memory left; ENGINE_FAILED;
                WORKER_CRASHED when the group kills or hangs the process twice.
        """
        if not spoken:
            return []
        assert self._process is not None  # loaded
        language = chosen_language(self._checkpoint.languages, hints)
        request = nemo_worker.request(language, spoken)
        answer = self._process.ask(request, check, "this speech")
        share = answer["cpu_seconds"] / len(spoken)
        return [
            _utterance(told, len(samples), language, share)
            for told, samples in zip(answer["utterances"], spoken, strict=True)
        ]

    def close(self) -> None:
        """End the process; the next group starts another."""
        if self._process is not None:
            self._process.close()

    def _warn_of_phrases(self, ready: Any) -> None:
        if self._phrases and not ready["boosted"]:
            log.warning(
                "model cannot listen for phrases", engine=self._spec.name, model=ready["model"]
            )


def checkpoint_entry(checkpoint: Checkpoint, task: str = "speech-recognition") -> ModelEntry:
    """Return the model that a checkpoint is; reads the whole file where it is there."""
    there = checkpoint.path.is_file()
    return ModelEntry(
        name=checkpoint.name,
        task=task,
        file=checkpoint.path.name,
        bytes=checkpoint.path.stat().st_size if there else 0,
        sha256=file_sha256(checkpoint.path) if there else "",
        licence="as its makers state",
        tier=Tier.TORCH,
        origin="the user",
        path=str(checkpoint.path),
    )


def read_phrases(path: Path | None) -> tuple[str, ...]:
    """Return the phrases of a text file, one a line, without empty ones.

    Raises:
        OSError: it cannot be read.
    """
    if path is None:
        return ()
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(dict.fromkeys(line.strip() for line in lines if line.strip()))


def phrases_digest(phrases: Sequence[str]) -> str:
    """Return a digest of phrases, hex; "" of none."""
    return hashlib.sha256("\n".join(phrases).encode()).hexdigest() if phrases else ""


def _utterance(told: Any, samples: int, language: str, cpu_seconds: float) -> Utterance:
    known = Told(
        words=tuple(told["words"]),
        times=None if told["times"] is None else tuple((a, b) for a, b in told["times"]),
        scores=None if told["scores"] is None else tuple(told["scores"]),
        mean_log_probability=told["mean_log_probability"],
    )
    words = words_told(known, samples)
    return Utterance(words, language, measure_words(known, words, samples), cpu_seconds)
