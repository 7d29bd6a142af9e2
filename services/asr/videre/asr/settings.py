"""What the speech service needs to know beside the common settings."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, field_validator

from videre.asr.checkpoints import Checkpoint, read_checkpoints
from videre.common.config import Settings, TextList


class AsrSettings(Settings):
    """Settings of the speech process."""

    nemo_models: TextList = Field(
        default=(),
        description="NeMo checkpoints, each as [ENGINE=]LANGUAGE[+LANGUAGE…]:FILE.nemo.",
    )
    nemo_phrases: Path | None = Field(
        default=None, description="Text file of phrases that NeMo models listen for, one a line."
    )
    nemo_batch: int = Field(
        default=0,
        ge=0,
        le=64,
        description="Utterances in one inference of a NeMo model; 0 = 1 on a CPU, 8 on a GPU.",
    )
    nemo_idle_seconds: float = Field(
        default=0.0, ge=0, description="A NeMo model unused for so long leaves memory; 0 = never."
    )

    nemo_vad: Path | None = Field(
        default=None,
        description="NeMo checkpoint that tells where somebody speaks, FILE.nemo.",
    )

    @field_validator("nemo_vad")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        if value is not None and not (value.is_absolute() and value.suffix == ".nemo"):
            raise ValueError(f"{value} is no absolute path that ends with .nemo")
        return value

    @field_validator("nemo_models", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("nemo_models")
    @classmethod
    def _read(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        read_checkpoints(value)
        return value

    @property
    def checkpoints(self) -> tuple[Checkpoint, ...]:
        """The NeMo checkpoints."""
        return read_checkpoints(self.nemo_models)
