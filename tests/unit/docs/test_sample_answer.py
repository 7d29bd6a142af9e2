"""The sample answer in the docs is one of this release: made with its rules and its engines."""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from videre.common.engine import EngineSpec
from videre.orchestrator.fusion.inputs import FUSION_VERSION
from videre.orchestrator.moderation.inputs import MODERATION_VERSION
from videre.orchestrator.planning import PLAN_VERSION
from videre.orchestrator.taxonomy.load import load_taxonomy

SAMPLE = Path(__file__).parents[3] / "docs/samples/result.json"
RENEW = "make it anew with scripts/docs_sample.py"


def specs() -> Iterator[EngineSpec]:
    """Yield what the engines of all services say of themselves."""
    for service in ("visual", "ocr", "asr", "audio"):
        package = importlib.import_module(f"videre.{service}.engines")
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            yield from (
                value
                for value in vars(importlib.import_module(module.name)).values()
                if isinstance(value, EngineSpec)
            )


@pytest.fixture(scope="module")
def job() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(SAMPLE.read_text("utf-8"))["job"]
    return found


def test_its_rules_are_those_of_this_release(job: dict[str, Any]) -> None:
    rules = job["rules"]
    now = {
        "plan": PLAN_VERSION,
        "taxonomy": load_taxonomy().version,
        "fusion": FUSION_VERSION,
        "moderation": MODERATION_VERSION,
    }
    assert {name: rules[name] for name in now} == now, RENEW


def test_its_engines_are_those_of_this_release(job: dict[str, Any]) -> None:
    now = {(spec.feature, spec.name): spec.version for spec in specs()}
    made = {(pin["feature"], pin["engine"]): pin["version"] for pin in job["engines"]}
    assert len(made) >= 10
    assert made == {engine: now.get(engine) for engine in made}, RENEW
