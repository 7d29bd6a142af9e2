"""docs/model_cards.md: every engine has a card, which says what the engine says."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from videre.asr.registry import asr_engines
from videre.audio.registry import audio_engines
from videre.common.engine import EngineSpec
from videre.common.manifest import packaged_manifest
from videre.common.model_cards import packaged_cards, parse_cards
from videre.common.models import ModelStore
from videre.ocr.registry import ocr_engines
from videre.production.registry import factories
from videre.production.settings import ProductionSettings
from videre.visual.registry import visual_engines

ROOT = Path(__file__).parents[3]
#: How licences of functions begin that use no model of others.
PLAIN = ("none (no model", "ffmpeg: ")


@pytest.fixture(scope="module")
def specs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, EngineSpec]:
    """All engines of this release, and the production functions with models, by name."""
    store = ModelStore(packaged_manifest(), tmp_path_factory.mktemp("models"))
    registries = (asr_engines, audio_engines, ocr_engines, visual_engines)
    found = [one for engines in registries for one in engines(store).describe()]
    functions = [made().spec for made in factories(ProductionSettings())]
    told = [one.spec for one in found if not one.distribution] + [
        spec for spec in functions if spec.models or not spec.licence.startswith(PLAIN)
    ]
    return {spec.name: spec for spec in told}


def test_every_engine_has_a_card_that_says_what_the_engine_says(
    specs: dict[str, EngineSpec],
) -> None:
    cards = packaged_cards()
    assert cards.keys() == specs.keys()
    for name, spec in specs.items():
        card = cards[name]
        assert (card.feature, card.licence, card.models) == (
            spec.feature, spec.licence, spec.models,
        )  # fmt: skip


def test_no_card_leaves_a_row_empty() -> None:
    for card in packaged_cards().values():
        for head, sentences in card.rows():
            assert sentences, (card.name, head)
            assert all(sentence.strip() for sentence in sentences), (card.name, head)


def test_a_card_without_a_field_is_refused() -> None:
    with pytest.raises(TypeError, match="training_data"):
        parse_cards('[a]\nfeature = "x"\nlicence = "MIT"\nmodels = []\ntask = "t"\nmade_by = "m"')


def test_the_page_is_that_of_the_cards() -> None:
    spec = importlib.util.spec_from_file_location("docs_cards", ROOT / "scripts/docs_cards.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    told = (ROOT / "docs/model_cards.md").read_text(encoding="utf-8")
    assert script.page() == told, "run scripts/docs_cards.py"
