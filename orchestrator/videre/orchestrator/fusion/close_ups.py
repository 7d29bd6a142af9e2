"""Objects that would be close-ups, beside what the picture as a whole shows. Pure.

A detector takes the roof of a car for a telephone and is sure of it. What is held in a hand and
fills a twentieth of the picture is its subject; an engine that names whole pictures is at its best
there. If it knows things of that category and finds none in that very frame, however faintly, the
detector is not believed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from videre.common.values import SCORE_ONE
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.features import CLASSES, OBJECTS
from videre.orchestrator.taxonomy.model import Taxonomy

#: Share E4 of the picture from which something handheld is its subject.
CLOSE_UP: Final = SCORE_ONE // 20


def credible(
    objects: Sequence[Evidence], classes: Sequence[Evidence], taxonomy: Taxonomy
) -> list[Evidence]:
    """Return the detections that the engine of whole pictures does not contradict.

    Args:
        objects: detections in sampled frames.
        classes: what frames show as a whole; a frame it looked at has at least one record.
        taxonomy: tells which category a class is of.
    """
    if not any(_is_close_up(record, taxonomy) for record in objects):
        return list(objects)
    names = {record.class_name for record in classes}
    categories = {name: taxonomy.category_of(CLASSES.name, name) for name in names}
    shown: dict[int | None, set[str]] = defaultdict(set)
    for record in classes:
        shown[record.span.start_frame].add(categories[record.class_name])
    return [
        record
        for record in objects
        if not _is_close_up(record, taxonomy) or not _contradicted(record, shown, taxonomy)
    ]


def _contradicted(
    record: Evidence, shown: Mapping[int | None, set[str]], taxonomy: Taxonomy
) -> bool:
    category = taxonomy.category_of(OBJECTS.name, record.class_name)
    categories = shown.get(record.span.start_frame)
    known = taxonomy.knows(CLASSES.name, category)
    return known and categories is not None and category not in categories


def _is_close_up(record: Evidence, taxonomy: Taxonomy) -> bool:
    if record.box is None or not taxonomy.is_handheld(OBJECTS.name, record.class_name):
        return False
    _, _, width, height = record.box
    return width * height >= CLOSE_UP * SCORE_ONE
