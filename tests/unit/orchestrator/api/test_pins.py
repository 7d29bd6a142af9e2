"""Pins are refused where the service that would know the engine says that it does not."""

from __future__ import annotations

import pytest

from videre.common.errors import Reason, VidereError
from videre.orchestrator.api.pins import check_pins
from videre.orchestrator.catalog import EngineFacts, ServiceCatalog

_ENGINE = EngineFacts("visual", "objects", "yolox-nano", "1", "standard", available=False)
_CATALOGS = [ServiceCatalog("visual", (_ENGINE,)), ServiceCatalog("ocr", down=True)]


@pytest.mark.parametrize(
    ("feature", "wanted"),
    [("objects", "yolox-nano"), ("objects", "yolox-nano@1"), ("text", "any"), ("objects2", "any")],
)
def test_known_engines_and_silent_services_are_let_through(feature: str, wanted: str) -> None:
    check_pins([(feature, wanted)], _CATALOGS)


@pytest.mark.parametrize("wanted", ["yolox", "yolox-nano@2", "YOLOX-nano", "yolox-nano@"])
def test_an_unknown_engine_is_refused_with_those_there_are(wanted: str) -> None:
    with pytest.raises(VidereError) as refused:
        check_pins([("objects", wanted)], _CATALOGS)
    assert refused.value.reason is Reason.ENGINE_UNKNOWN
    assert refused.value.metadata == {
        "field": "engine_pins",
        "limit": "yolox-nano@1",
        "actual": wanted,
    }
