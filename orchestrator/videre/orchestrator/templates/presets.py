"""The templates of all kinds that come with the suite, as documents. They cannot be changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Final

from google.protobuf.duration_pb2 import Duration

from videre.orchestrator.features import (
    CLASSES,
    CODES,
    COLORS,
    DIARIZATION,
    EMOTION,
    FACES,
    FEATURES,
    LANDMARKS,
    LOUDNESS,
    MUSIC,
    NSFW,
    OBJECTS,
    PICTURE_KINDS,
    SHOTS,
    SOUND,
    SPEECH,
    TEXT,
    Feature,
)
from videre.orchestrator.moderation.presets import EARLIER, PRESETS
from videre.orchestrator.moderation.template import ModerationTemplate
from videre.orchestrator.store.templates import TemplateRecord
from videre.orchestrator.templates.documents import TemplateKind, document_of, moderation_message
from videre.v1 import production_pb2, types_pb2
from videre.v1 import template_pb2 as pb

#: Who made them.
AUTHOR: Final = "videre"

#: What each moderation preset is for.
_MODERATION: Final = {
    "careful": "Advises a person where others would block; nothing passes that nobody looked at.",
    "vendor": "The defaults of a well-known cloud vendor's template 10, number by number.",
    "vod": "The categories of a cloud vendor's audit of videos on demand: moaning, adverts.",
    "strict": "Asks for a person early and blocks what is as good as certain.",
    "lenient": "Troubles a person only with what is very likely; what nobody looked at passes.",
    "children": "For an audience of children: low thresholds; nudity must have been looked for.",
    "levels": "Labels of pictures in three levels, as a well-known cloud has them; never blocks.",
}

_Analysis = tuple[str, str, tuple[Feature, ...], float]
_CLIPS: Final = "Every feature, a look every second: clips of a minute or two."
_MOST: Final = "Every feature, two looks a second: the most that engines can tell."
#: Analysis presets: id, purpose, features (none = all), seconds between two looks (0 = default).
_ANALYSIS: Final[Sequence[_Analysis]] = (
    ("full", "Every implemented feature, engines chosen automatically.", (), 0),
    (
        "search",
        "What archives are searched for: things, people, places, words, sounds.",
        (SHOTS, OBJECTS, CLASSES, FACES, CODES, LANDMARKS, PICTURE_KINDS, TEXT, SPEECH, SOUND),
        0,
    ),
    (
        "recommend",
        "What tastes are told by: labels, looks, moods, music and words.",
        (SHOTS, OBJECTS, CLASSES, FACES, NSFW, COLORS, PICTURE_KINDS, EMOTION, TEXT, SPEECH,
         SOUND, MUSIC),
        0,
    ),
    ("short_video", _CLIPS, FEATURES, 1),
    (
        "lecture",
        "Talks and screencasts: slides, speech, codes; few looks, since little moves.",
        (SHOTS, CLASSES, FACES, CODES, PICTURE_KINDS, TEXT, SPEECH),
        5,
    ),
    (
        "fast",
        "The cheapest first impression: scenes, nudity, sounds; no words are read or heard.",
        (SHOTS, CLASSES, NSFW, SOUND, LOUDNESS),
        10,
    ),
    ("best", _MOST, FEATURES, 0.5),
)  # fmt: skip
#: Versions of those that say something else by now: what was every feature has become more.
_VERSIONS: Final = {"short_video": 2, "best": 2}
_BEFORE_SPEAKERS: Final = tuple(feature for feature in FEATURES if feature is not DIARIZATION)
_EARLIER_ANALYSIS: Final[Sequence[_Analysis]] = (
    ("short_video", _CLIPS, _BEFORE_SPEAKERS, 1),
    ("best", _MOST, _BEFORE_SPEAKERS, 0.5),
)


@cache
def presets() -> tuple[TemplateRecord, ...]:
    """Return all presets: those of moderation, of analysis, of production; the defaults first."""
    analysis = [_analysis(preset, _VERSIONS.get(preset[0], 1)) for preset in _ANALYSIS]
    player = _record(_player(), TemplateKind.PRODUCTION)
    return (*(_moderation(preset) for preset in PRESETS), *analysis, player)


@cache
def earlier_presets() -> tuple[TemplateRecord, ...]:
    """Return the versions of presets that came with earlier releases."""
    latest = {preset.template_id: preset.version for preset in PRESETS}
    moderation = (
        replace(_moderation(preset), latest=latest[preset.template_id]) for preset in EARLIER
    )
    analysis = (
        replace(_analysis(preset, 1), latest=_VERSIONS[preset[0]]) for preset in _EARLIER_ANALYSIS
    )
    return (*moderation, *analysis)


def _analysis(preset: _Analysis, version: int) -> TemplateRecord:
    template_id, description, features, seconds = preset
    draft = pb.TemplateDraft(
        template_id=template_id,
        description=description,
        analysis=pb.AnalysisTemplate(
            features=[feature.name for feature in features],
            sample_interval=_duration(seconds) if seconds else None,
        ),
    )
    return _record(draft, TemplateKind.ANALYSIS, version=version)


def _moderation(preset: ModerationTemplate) -> TemplateRecord:
    draft = pb.TemplateDraft(
        template_id=preset.template_id,
        description=_MODERATION[preset.template_id],
        moderation=moderation_message(preset),
    )
    return _record(draft, TemplateKind.MODERATION, preset.number, preset.version)


def _player() -> pb.TemplateDraft:
    """Return what a player on a web page shows besides the video."""
    vtt = production_pb2.CAPTION_FORMAT_VTT
    return pb.TemplateDraft(
        template_id="player",
        description="What a web player needs: a cover, previews for the time line, captions.",
        production=pb.ProductionTemplate(
            tasks=[
                production_pb2.ProductionTask(cover=production_pb2.CoverParams()),
                production_pb2.ProductionTask(sprite=production_pb2.SpriteParams()),
                production_pb2.ProductionTask(captions=production_pb2.CaptionsParams(format=vtt)),
            ]
        ),
    )


def _duration(seconds: float) -> Duration:
    return Duration(seconds=int(seconds), nanos=round(seconds % 1 * 1e9))


def _record(
    draft: pb.TemplateDraft, kind: TemplateKind, number: int = 0, version: int = 1
) -> TemplateRecord:
    draft.names.append(types_pb2.LocalizedName(language_code="en", name=draft.template_id))
    return TemplateRecord(
        project_id="",
        template_id=draft.template_id,
        number=number,
        kind=kind,
        version=version,
        document=document_of(draft),
        latest=version,
        create_ns=0,
        created_by=AUTHOR,
    )
