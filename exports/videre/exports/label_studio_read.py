"""A JSON export of Label Studio → annotations on our tasks. Pure.

https://labelstud.io/guide/export: a list of tasks with `data` as it was imported and `annotations`,
each a list of results. The file comes from another program, perhaps from a stranger: what is not
understood is counted, what is larger than any such file refused.
"""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

MAX_BYTES: Final = 256 << 20
_MAX_TASKS: Final = 10_000
_MAX_ANNOTATIONS: Final = 1_000
_MAX_RESULTS: Final = 200_000
_MAX_LABELS: Final = 100
_MAX_RANGES: Final = 1_000
_MAX_SEQUENCE: Final = 10_000
_TEXT_BYTES: Final = 4_096
_NAME_BYTES: Final = 256
_ID_BYTES: Final = 64
#: Frames of 12 h at 240 a second.
_MAX_FRAME: Final = 12 * 3_600 * 240


class NotAnExportError(ValueError):
    """The bytes are no JSON export of Label Studio with tasks of ours."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A box in one frame (from 0), as shares of the picture."""

    frame: int
    x: float
    y: float
    width: float
    height: float


@dataclass(slots=True)
class Marked:
    """A region as an annotator left it.

    Args:
        labels: those that it has.
        ranges: frames [start, end) on the timeline.
        drawn: boxes, in order of time.
        text: the words beside it; None where it has no such field.
        predicted: the region came from a prediction, says Label Studio.
    """

    labels: list[str] = field(default_factory=list)
    ranges: list[tuple[int, int]] = field(default_factory=list)
    drawn: list[Drawn] = field(default_factory=list)
    text: str | None = None
    predicted: bool = False


@dataclass(frozen=True, slots=True)
class Annotation:
    """What one annotator made of one of our tasks.

    Args:
        media_id, revision, language, regions: as in the task's data; regions = how many were sent.
        name: number of the annotation in Label Studio, and when it was changed.
        author: who made it, as Label Studio says.
        from_prediction: it began with what was predicted.
        marked: the regions by id.
        comments: words that stand beside no region.
        unread: how many results of which type were not understood.
    """

    media_id: str
    revision: int
    language: str
    regions: int
    name: str
    author: str
    from_prediction: bool
    marked: Mapping[str, Marked]
    comments: tuple[str, ...]
    unread: Mapping[str, int]


def read_annotations(data: bytes) -> list[Annotation]:
    """Return the annotations of an export that were not cancelled, in its order.

    Raises:
        NotAnExportError: it is no export, no task of it is ours, or it is larger than any.
    """
    tasks = _document(data)
    found = [annotation for task in tasks for annotation in _annotations(task)]
    if not any(_ours(task) for task in tasks):
        raise NotAnExportError(
            "no task has the media_id and revision that a Videre export gives it"
        )
    return found


def _document(data: bytes) -> list[Mapping[str, Any]]:
    if len(data) > MAX_BYTES:
        raise NotAnExportError(f"has {len(data)} bytes, at most {MAX_BYTES}")
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise NotAnExportError(f"is no JSON: {error}"[:200]) from error
    if not isinstance(document, list) or len(document) > _MAX_TASKS:
        raise NotAnExportError(f"is no list of at most {_MAX_TASKS} tasks")
    return [task for task in document if isinstance(task, dict)]


def _ours(task: Mapping[str, Any]) -> Mapping[str, Any] | None:
    data = task.get("data")
    if not isinstance(data, dict):
        return None
    known = _short(data.get("media_id"), _ID_BYTES) and _whole(data.get("revision"), 2**53)
    return data if known else None


def _annotations(task: Mapping[str, Any]) -> Iterator[Annotation]:
    data = _ours(task)
    made = task.get("annotations")
    if data is None or not isinstance(made, list):
        return
    if len(made) > _MAX_ANNOTATIONS:
        raise NotAnExportError(f"a task has more than {_MAX_ANNOTATIONS} annotations")
    for one in made:
        if isinstance(one, dict) and not one.get("was_cancelled"):
            yield _annotation(data, one)


def _annotation(data: Mapping[str, Any], one: Mapping[str, Any]) -> Annotation:
    results = one.get("result")
    results = results if isinstance(results, list) else []
    if len(results) > _MAX_RESULTS:
        raise NotAnExportError(f"an annotation has more than {_MAX_RESULTS} results")
    marked: dict[str, Marked] = defaultdict(Marked)
    comments: list[str] = []
    unread: Counter[str] = Counter()
    for result in results:
        kind = result.get("type") if isinstance(result, dict) else None
        if not _read(result, marked, comments):
            unread[_short(kind, _ID_BYTES) or "?"] += 1
    parent = one.get("parent_prediction")
    return Annotation(
        media_id=str(data["media_id"]),
        revision=int(data["revision"]),
        language=_short(data.get("language"), _ID_BYTES) or "en",
        regions=_whole(data.get("regions"), _MAX_RESULTS) or 0,
        name=f"{_plain(one.get('id'))} {_plain(one.get('updated_at'))}".strip(),
        author=_author(one.get("completed_by")),
        from_prediction=parent is not None or any(item.predicted for item in marked.values()),
        marked={key: item for key, item in marked.items() if item.ranges or item.drawn},
        comments=tuple(comments),
        unread=unread,
    )


def _read(result: Any, marked: dict[str, Marked], comments: list[str]) -> bool:
    """Take one result into its region; False where it is not understood."""
    if not isinstance(result, dict) or not isinstance(result.get("value"), dict):
        return False
    kind, value = result.get("type"), result["value"]
    key = _short(result.get("id"), _ID_BYTES)
    if kind == "timelinelabels" and "ranges" not in value and "sequence" in value:
        return True  # a box once more: https://github.com/HumanSignal/label-studio/issues/9744
    labels = _names(value.get("timelinelabels") or value.get("labels"))
    if kind == "textarea":
        words = _words(value.get("text"))
        if words is not None and key in marked:
            marked[key].text = words
        elif words:
            comments.append(words)
        return words is not None
    if not key or kind not in ("timelinelabels", "videorectangle", "labels"):
        return False
    ranges = list(_ranges(value.get("ranges"))) if kind == "timelinelabels" else []
    drawn = list(_sequence(value.get("sequence"))) if kind == "videorectangle" else []
    if kind != "labels" and not (ranges or drawn):
        return False
    region = marked[key]
    region.labels = labels or region.labels
    region.ranges += ranges
    region.drawn += drawn
    region.predicted |= str(result.get("origin", "")).startswith("prediction")
    meta = result.get("meta")
    if isinstance(meta, dict) and region.text is None:
        region.text = _words(meta.get("text"))
    return True


def _ranges(value: Any) -> Iterator[tuple[int, int]]:
    """Yield stretches of frames [start, end) from 0; Label Studio counts from 1 to the last one."""
    for one in value[:_MAX_RANGES] if isinstance(value, list) else ():
        if isinstance(one, dict):
            start, end = _whole(one.get("start"), _MAX_FRAME), _whole(one.get("end"), _MAX_FRAME)
            if start and end and start <= end:
                yield start - 1, end


def _sequence(value: Any) -> Iterator[Drawn]:
    for one in value[:_MAX_SEQUENCE] if isinstance(value, list) else ():
        if isinstance(one, dict) and (frame := _whole(one.get("frame"), _MAX_FRAME)):
            sides = [_share(one.get(side)) for side in ("x", "y", "width", "height")]
            x, y, width, height = (0.0 if side is None else side for side in sides)
            if None not in sides:
                yield Drawn(frame - 1, x, y, min(width, 1 - x), min(height, 1 - y))


def _share(value: Any) -> float | None:
    """Return per cent as a share, cut to the picture; None where it is no number."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        share = float(value) / 100
    except OverflowError:
        return None
    return min(max(share, 0.0), 1.0) if math.isfinite(share) else None


def _whole(value: Any, top: int) -> int | None:
    """Return a number 0..top; None where it is none."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    fits = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= top
    return value if fits else None


def _names(value: Any) -> list[str]:
    given = value[:_MAX_LABELS] if isinstance(value, list) else [value]
    return [name for one in given if (name := _short(one, _NAME_BYTES))]


def _words(value: Any) -> str | None:
    """Return the words of a text field, lines joined; None where it is none or too long."""
    lines: Sequence[Any] = value[:_MAX_LABELS] if isinstance(value, list) else [value]
    kept = [line for line in lines if isinstance(line, str)]
    joined = "\n".join(kept)
    return joined if kept and (not joined or _short(joined, _TEXT_BYTES)) else None


def _short(value: Any, size: int) -> str:
    """Return a text of at most so many bytes; "" where it is none or longer."""
    if not isinstance(value, str) or "\0" in value:
        return ""
    try:
        return value if len(value.encode()) <= size else ""
    except UnicodeEncodeError:  # half a pair of surrogates
        return ""


def _plain(value: Any) -> str:
    return _short(str(value), _ID_BYTES) if isinstance(value, str | int) else ""


def _author(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("email") or value.get("id")
    return _plain(value)
