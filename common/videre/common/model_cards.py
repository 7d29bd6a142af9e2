"""The packaged model cards: what is known, and not known, of each engine's model."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What one engine's model is. `model_cards.toml` explains the fields."""

    name: str
    feature: str
    licence: str
    models: tuple[str, ...]
    task: str
    made_by: str
    training_data: str
    measured: tuple[str, ...]
    limits: tuple[str, ...]
    biases: tuple[str, ...]

    def rows(self) -> list[tuple[str, tuple[str, ...]]]:
        """Return what a reader is shown: what it is about, and the sentences."""
        return [
            ("Task", (self.task,)),
            ("Feature", (self.feature,)),
            ("Licence", (self.licence,)),
            ("Made by", (self.made_by,)),
            ("Training data", (self.training_data,)),
            ("Measured", self.measured),
            ("Limits", self.limits),
            ("Known biases", self.biases),
        ]


def parse_cards(text: str) -> Mapping[str, ModelCard]:
    """Return the cards written in a TOML text, by engine, in the order of the text.

    Raises:
        TypeError: a card lacks a field or has an unknown one.
    """
    return {name: ModelCard(name, **_fields(card)) for name, card in tomllib.loads(text).items()}


def _fields(card: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in card.items()}


@cache
def packaged_cards() -> Mapping[str, ModelCard]:
    """Return the cards of this release."""
    return parse_cards(resources.files("videre.common").joinpath("model_cards.toml").read_text())
