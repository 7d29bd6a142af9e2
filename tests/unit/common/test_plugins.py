"""What a plug-in's engine may say of itself, and how it stands in a registry."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import pytest

from videre.common.engine import ClassSpec, Engine, EngineRegistry, EngineSpec, State, Tier
from videre.common.errors import Reason, VidereError
from videre.common.manifest import Manifest
from videre.common.models import ModelStore
from videre.common.plugins import Plugin, Refused, check_engine

SPEC = EngineSpec("objects", "toy", "1", Tier.BUNDLED, "MIT", classes=(ClassSpec("cat"),))


@runtime_checkable
class Looker(Engine, Protocol):
    def look(self) -> None: ...


class Toy:
    def __init__(self, spec: Any = SPEC) -> None:
        self.spec = spec

    def load(self, models: ModelStore) -> None:
        """Nothing to load."""

    def look(self) -> None:
        """See nothing."""


def test_a_sound_engine_fits() -> None:
    check_engine(Toy(), "objects", "toy", Looker)


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (None, "no EngineSpec"),
        (replace(SPEC, name="other"), "says it is objects.other"),
        (replace(SPEC, version=""), "version is empty"),
        (replace(SPEC, version="x" * 101), "no text of at most 100"),
        (replace(SPEC, version=1), "no text of at most 100"),  # type: ignore[arg-type]
        (replace(SPEC, licence=""), "licence is empty"),
        (replace(SPEC, tier=Tier.UNKNOWN), "no tier"),
        (replace(SPEC, classes=(ClassSpec("a"), ClassSpec("a"))), "name twice"),
        (replace(SPEC, classes=(ClassSpec("a", 1.5),)), "not within 0..1"),
        (replace(SPEC, storing_floor=float("nan")), "not within 0..1"),
        (replace(SPEC, max_batch=17), "max_batch"),
        (replace(SPEC, max_call_seconds=0), "max_call_seconds"),
        (replace(SPEC, cpu_seconds_per_item=float("inf")), "no cost"),
    ],
)
def test_a_description_that_cannot_be_is_refused(spec: Any, words: str) -> None:
    with pytest.raises(Refused, match=words):
        check_engine(Toy(spec), "objects", "toy", Looker)


def test_plugins_come_last_and_unknown_models_are_refused(tmp_path: Path) -> None:
    second = replace(SPEC, name="second", models=("nobody-knows",))
    plugins = [
        Plugin("objects", "third", "acme 1", lambda: Toy(replace(SPEC, name="third"))),
        Plugin("objects", "second", "acme 1", lambda: Toy(second)),
    ]
    registry: EngineRegistry[Any]
    registry = EngineRegistry([Toy], ModelStore(Manifest({}), tmp_path), plugins)
    states = {one.spec.name: one for one in registry.describe()}
    assert list(states) == ["toy", "third", "second"]
    assert (states["third"].state, states["third"].distribution) == (State.AVAILABLE, "acme 1")
    assert states["second"].state is State.FAILED
    assert "the manifest has no model nobody-knows" in states["second"].message
    with pytest.raises(VidereError) as refused:
        registry.acquire("objects", "second", "1", [], 0)
    assert refused.value.reason is Reason.ENGINE_FAILED
    assert registry.acquire("objects", "third", "1", [], 0).spec.name == "third"
