"""Topics, names and keywords as Alibaba's smart tags have them. Pure.

Topics are `classifications` of VideoLabel and `cates` of CPVLabel; they have one level, so the
second one is empty. Names are `entities` of CPVLabel, and with the keywords the tags of TextLabel
under the four words that the vendor's templates know.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

from videre.exports.subject import score, seconds, share
from videre.v1 import analysis_pb2, types_pb2

_NAME, _LOCATION, _ORGANIZATION, _OTHER = "name", "location", "organization", "other"
_TAGS: Final = {
    analysis_pb2.ENTITY_KIND_PERSON: _NAME,
    analysis_pb2.ENTITY_KIND_PLACE: _LOCATION,
    analysis_pb2.ENTITY_KIND_ORGANISATION: _ORGANIZATION,
}
#: What a name is the name of, in the two languages that labels' names are complete in.
_KINDS: Final = {
    analysis_pb2.ENTITY_KIND_PERSON: ("Person", "人物"),
    analysis_pb2.ENTITY_KIND_PLACE: ("Place", "地点"),
    analysis_pb2.ENTITY_KIND_ORGANISATION: ("Organisation", "机构"),
    analysis_pb2.ENTITY_KIND_BRAND: ("Brand", "品牌"),
    analysis_pb2.ENTITY_KIND_PRODUCT: ("Product", "产品"),
}


def classifications(analysis: analysis_pb2.Analysis) -> list[dict[str, Any]]:
    """Return the topics, surest first."""
    return [
        {"score": score(topic.confidence), "category1": topic.name, "category2": ""}
        for topic in analysis.topics
    ]


def cates(analysis: analysis_pb2.Analysis) -> list[dict[str, Any]]:
    """Return the topics with their times."""
    return [
        _entry(analysis, topic.name, topic.name, topic.confidence, topic.spans)
        for topic in analysis.topics
    ]


def entities(analysis: analysis_pb2.Analysis, language: str) -> list[dict[str, Any]]:
    """Return the names with their times, under what they are the name of."""
    chinese = language.lower().startswith("zh")
    return [
        _entry(
            analysis,
            _KINDS.get(item.kind, ("", ""))[chinese],
            item.name,
            item.confidence,
            item.spans,
        )
        for item in analysis.entities
    ]


def tags(analysis: analysis_pb2.Analysis) -> list[dict[str, str]]:
    """Return names and keywords joined by commas, under the word for their kind."""
    values: dict[str, dict[str, None]] = defaultdict(dict)
    for item in analysis.entities:
        values[_TAGS.get(item.kind, _OTHER)][item.name] = None
    for keyword in analysis.keywords:
        values[_OTHER][keyword.text] = None
    order = (_NAME, _LOCATION, _ORGANIZATION, _OTHER)
    return [{"name": name, "value": ",".join(values[name])} for name in order if name in values]


def _entry(
    analysis: analysis_pb2.Analysis,
    level1: str,
    label: str,
    confidence: float,
    spans: Iterable[types_pb2.TimeSpan],
) -> dict[str, Any]:
    stretches = list(spans)
    return {
        "labelLevel1": level1,
        "labelLevel2": "",
        "label": label,
        "appearanceProbability": share(stretches, analysis.media_info.duration),
        "detailInfo": [
            {
                "score": score(confidence),
                "startTime": seconds(span.start_offset),
                "endTime": seconds(span.end_offset),
            }
            for span in stretches
        ],
    }
