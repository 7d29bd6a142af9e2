"""The engines of the OCR service, best first."""

from __future__ import annotations

from typing import Final

from videre.common.engine import EngineRegistry
from videre.common.models import ModelStore
from videre.common.plugins import find_plugins
from videre.ocr.engines.base import TextEngine
from videre.ocr.engines.mmocr import MMOCR
from videre.ocr.engines.rapid import RapidTextEngine

TEXT: Final = "text"


def ocr_engines(models: ModelStore) -> EngineRegistry[TextEngine]:
    """Return the engines of this release, then those of plug-ins."""
    plugins = find_plugins("ocr", {TEXT: TextEngine})
    return EngineRegistry((RapidTextEngine, MMOCR), models, plugins)
