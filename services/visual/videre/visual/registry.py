"""The engines of the visual service, best first within a feature."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from videre.common.engine import EngineRegistry
from videre.common.models import ModelStore
from videre.common.plugins import find_plugins
from videre.visual.engines.base import FrameEngine, ShotEngine, StripShotEngine
from videre.visual.engines.classes import MobileNetV2
from videre.visual.engines.codes import ZxingCodes
from videre.visual.engines.colors import LabClusters
from videre.visual.engines.emotion import MiniXception
from videre.visual.engines.faces import YuNet, YuNetMobileFace
from videre.visual.engines.frame_conditions import FrameMeasures
from videre.visual.engines.landmarks import OrbMarks
from videre.visual.engines.mmdet import MMDetection
from videre.visual.engines.nsfw import NsfwMobileNet, OpenNsfw
from videre.visual.engines.objects import YoloxNano
from videre.visual.engines.open_clip import OpenClip
from videre.visual.engines.picture_kinds import PictureMeasures
from videre.visual.engines.shots import SignalShots
from videre.visual.engines.transnet import TransNetV2

VisualEngine = FrameEngine | ShotEngine | StripShotEngine

SHOTS: Final = "shots"

_FACTORIES: Final[tuple[Callable[[], VisualEngine], ...]] = (
    SignalShots,
    TransNetV2,
    YoloxNano,
    MMDetection,
    MobileNetV2,
    OpenClip,
    YuNetMobileFace,
    YuNet,
    OpenNsfw,
    NsfwMobileNet,
    LabClusters,
    FrameMeasures,
    PictureMeasures,
    ZxingCodes,
    MiniXception,
    OrbMarks,
)


def visual_engines(models: ModelStore) -> EngineRegistry[VisualEngine]:
    """Return the engines of this release, then those of plug-ins.

    Engines of `SHOTS` are `ShotEngine`s, or `StripShotEngine`s where they look at small frames; all
    others are `FrameEngine`s.
    """
    features = {factory().spec.feature for factory in _FACTORIES}
    seats = {feature: ShotEngine if feature == SHOTS else FrameEngine for feature in features}
    return EngineRegistry(_FACTORIES, models, find_plugins("visual", seats))
