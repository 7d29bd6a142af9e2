"""Pictures before the engines of the visual service, and what changes of their answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from bench.runtime.base import Right
from bench.runtime.materials import Materials
from videre.common.models import ModelStore
from videre.visual.engines.base import FrameEngine, Seen
from videre.visual.engines.objects import YoloxNano
from videre.visual.pictures import Picture

Looks = Sequence[Sequence[Seen]]
_SAME_BOX: Final = 0.5
#: Least score of what is compared.
_DETECTED: Final = 0.5


def looks(make: Callable[[], FrameEngine]) -> Callable[[ModelStore, Materials], Looks]:
    def answers(models: ModelStore, given: Materials) -> Looks:
        engine = make()
        engine.load(models)
        return [engine.look(Picture(shown.bgr)).seen for shown in given.frames]

    return answers


def boxes_changed(before: Looks, after: Looks) -> float:
    """Return the share of detections that have no partner of the same class in the same place."""
    alike = total = 0
    for old, new in zip(before, after, strict=True):
        left = _detected(new)
        total += len(_detected(old)) + len(left)
        for one in _detected(old):
            partner = next((other for other in left if _same(one, other)), None)
            if partner is not None:
                left.remove(partner)
                alike += 2
    return 1 - alike / total if total else 0.0


def _same(one: Seen, other: Seen) -> bool:
    if one.box is None or other.box is None or one.class_name != other.class_name:
        return False
    return one.box.iou(other.box) >= _SAME_BOX


def _detected(seen: Sequence[Seen]) -> list[Seen]:
    return [one for one in seen if one.box is not None and one.score >= _DETECTED]


def classes_right(given: Materials, looks: Looks) -> Right:
    """Return F1: main classes of clips that are found, detections that are of what is there."""
    found: dict[str, set[str]] = {}
    wanted: dict[str, frozenset[str]] = {}
    told = true = 0
    known = {spec.name for spec in YoloxNano().spec.classes}
    for shown, seen in zip(given.frames, looks, strict=True):
        names = [one.class_name for one in _detected(seen)]
        there = shown.truth.all_objects or frozenset()
        told, true = told + len(names), true + sum(name in there for name in names)
        found.setdefault(shown.truth.name, set()).update(names)
        wanted[shown.truth.name] = (shown.truth.objects or frozenset()) & known
    asked = sum(map(len, wanted.values()))
    met = sum(len(names & found[name]) for name, names in wanted.items())
    recall, precision = met / max(1, asked), true / max(1, told)
    return Right("F1 of objects", 2 * recall * precision / max(1e-9, recall + precision))


def top_changed(before: Looks, after: Looks) -> float:
    """Return the share of pictures whose likeliest class is another one."""
    pairs = [(old[0].class_name, new[0].class_name) for old, new in zip(before, after, strict=True)]
    return sum(old != new for old, new in pairs) / len(pairs)


def score_changed(before: Looks, after: Looks) -> float:
    """Return the largest change of the score of a class in a picture."""
    changes = [0.0]
    for old, new in zip(before, after, strict=True):
        olds, news = ({one.class_name: one.score for one in seen} for seen in (old, new))
        changes += [abs(olds.get(name, 0) - news.get(name, 0)) for name in {*olds, *news}]
    return max(changes)


def faces_changed(before: Looks, after: Looks) -> float:
    """Return the mean of what lacks of cosine 1 between embeddings of the same faces."""
    lacks = []
    for old, new in zip(before, after, strict=True):
        for one in old:
            partner = next((other for other in new if _same(one, other)), None)
            if one.embedding is not None and partner is not None and partner.embedding is not None:
                lacks.append(1 - float(one.embedding @ partner.embedding))
    return float(np.mean(lacks)) if lacks else 0.0


def faces_named(before: Looks, after: Looks) -> float:
    """Return the share of faces that express something else."""
    olds, news = ([one.class_name for seen in looks for one in seen] for looks in (before, after))
    if len(olds) != len(news):
        return 1.0
    return sum(old != new for old, new in zip(olds, news, strict=True)) / max(1, len(olds))
