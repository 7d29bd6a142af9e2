"""A vendor's view: what QuerySmarttagJob of Alibaba MPS (2014-06-18) and ICE answers. Pure.

Each result's `Data` is a JSON document in a string, as there. Fields that nothing here founds are
left out: knowledgeInfo, hotwords, freeTags, Subtitle, Usages. Seconds count from the media's
origin, positions in pixels of the displayed picture. The score of an occurrence is that of its
label, a name's or a topic's its own.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

from videre.exports import mps_people, mps_words
from videre.exports.subject import Subject, pixels, score, seconds, span_ns
from videre.v1 import analysis_pb2, job_pb2, types_pb2

#: Language of names where the caller asked for none.
LANGUAGE: Final = "zh-Hans"
_STATUS: Final = {
    job_pb2.JOB_STATE_QUEUED: "Submitted",
    job_pb2.JOB_STATE_RUNNING: "Processing",
    job_pb2.JOB_STATE_SUCCEEDED: "Success",
    job_pb2.JOB_STATE_PARTIAL: "Success",
}
_TEXT_TYPES: Final = {
    analysis_pb2.TEXT_KIND_SUBTITLE: 0,
    analysis_pb2.TEXT_KIND_CRAWL: 1,
    analysis_pb2.TEXT_KIND_FIXED: 2,
}
_SEEN_OR_HEARD: Final = frozenset({"image", "sound"})
_SAID: Final = frozenset({"text", "speech", "metadata"})


def mps_smarttag(
    subject: Subject, *, asr: bool = True, ocr: bool = True, meta: bool = True, process: str = ""
) -> dict[str, Any]:
    """Return the answer; names must be in `subject.language`.

    Args:
        subject: the job.
        asr, ocr, meta: the switches needAsrData, needOcrData and needMetaData.
        process: address of the raw result; "" = no result of type Process.
    """
    job, analysis = subject.job, subject.analysis
    answer: dict[str, Any] = {
        "RequestId": subject.request_id,
        "JobStatus": _STATUS.get(job.state, "Fail"),
    }
    if message := _message(job):
        answer["Message"] = message
    if job.user_data:
        answer["UserData"] = job.user_data
    tree = _Tree(analysis.labels)
    results: dict[str, Any] = {}
    if analysis.media_info.kind == analysis_pb2.MEDIA_KIND_IMAGE:
        results["ImageLabel"] = _labelled(subject, tree, timed=False)
    elif analysis.media_info.kind != analysis_pb2.MEDIA_KIND_TEXT:
        results["VideoLabel"] = _labelled(subject, tree, timed=True)
    results["TextLabel"] = {"tags": [*_text_tags(tree), *mps_words.tags(analysis)]}
    results["CPVLabel"] = _cpv(subject, tree)
    if asr and analysis.utterances:
        results["ASR"] = {"details": _asr(analysis.utterances)}
    if ocr and analysis.text_lines:
        results["OCR"] = {"details": _ocr(analysis)}
    if meta and subject.title:
        results["Meta"] = {"title": subject.title}
    if process:
        results["Process"] = {"url": process}
    answer["Results"] = {
        "Result": [{"Type": kind, "Data": _compact(data)} for kind, data in results.items()]
    }
    return answer


class _Tree:
    """Labels with the names of those above them."""

    def __init__(self, labels: Iterable[analysis_pb2.Label]) -> None:
        self._known = {label.node_id: label for label in labels}

    def below_top(self, modalities: frozenset[str]) -> list[analysis_pb2.Label]:
        """Return the labels of level 2 and 3 for which one of the modalities speaks."""
        return [
            label
            for label in self._known.values()
            if label.level > 1 and modalities & set(label.modalities)
        ]

    def leaves(self) -> list[analysis_pb2.Label]:
        """Return the labels that have none below them."""
        parents = {label.parent_node_id for label in self._known.values()}
        return [label for label in self._known.values() if label.node_id not in parents]

    def lineage(self, label: analysis_pb2.Label) -> list[str]:
        """Return the names from level 1 down to the label, as far as a filter left them."""
        names = [label.name]
        above = self._known.get(label.parent_node_id)
        while above is not None:
            names.insert(0, above.name)
            above = self._known.get(above.parent_node_id)
        return names


def _labelled(subject: Subject, tree: _Tree, *, timed: bool) -> dict[str, Any]:
    """Return a result of type VideoLabel or ImageLabel; lists without entries are left out."""
    parts: dict[str, list[dict[str, Any]]] = {
        "persons": mps_people.persons(subject, timed=timed),
        "tags": _tags(tree, timed=timed),
        "classifications": mps_words.classifications(subject.analysis),
    }
    return {name: part for name, part in parts.items() if part or name == "tags"}


def _cpv(subject: Subject, tree: _Tree) -> dict[str, Any]:
    cates = mps_words.cates(subject.analysis)
    named = mps_words.entities(subject.analysis, subject.language)
    return {
        "type": "auto",
        **({"cates": cates} if cates else {}),
        "entities": [*_entities(subject, tree), *named],
    }


def _tags(tree: _Tree, *, timed: bool) -> list[dict[str, Any]]:
    tags = []
    for label in tree.below_top(_SEEN_OR_HEARD):
        main, *rest = tree.lineage(label)
        tag: dict[str, Any] = {"mainTagName": main, "subTagName": rest[-1] if rest else main}
        if timed:
            tag["ratio"] = score(label.appearance_ratio)
            tag["occurrences"] = [
                {"score": score(label.confidence), **_from_to(span)} for span in label.spans
            ]
        else:
            tag["score"] = score(label.confidence)
        tags.append(tag)
    return tags


def _text_tags(tree: _Tree) -> list[dict[str, str]]:
    values: dict[str, list[str]] = defaultdict(list)
    for label in tree.below_top(_SAID):
        values[tree.lineage(label)[0]].append(label.name)
    return [{"name": name, "value": ",".join(found)} for name, found in values.items()]


def _entities(subject: Subject, tree: _Tree) -> list[dict[str, Any]]:
    objects: dict[str, list[analysis_pb2.BoxAt]] = defaultdict(list)
    for item in subject.analysis.objects:
        objects[item.node_id].extend(item.boxes)
    entities = []
    for label in tree.leaves():
        above = [*tree.lineage(label)[:-1], "", ""]
        entities.append(
            {
                "labelLevel1": above[0],
                "labelLevel2": above[1],
                "label": label.name,
                "appearanceProbability": score(label.appearance_ratio),
                "detailInfo": [
                    _detail(subject, label, span, objects[label.node_id]) for span in label.spans
                ],
            }
        )
    return entities


def _detail(
    subject: Subject,
    label: analysis_pb2.Label,
    span: types_pb2.TimeSpan,
    boxes: list[analysis_pb2.BoxAt],
) -> dict[str, Any]:
    start, end = span_ns(span)
    detail: dict[str, Any] = {
        "score": score(label.confidence),
        "startTime": start / 1e9,
        "endTime": end / 1e9,
    }
    inside = [box for box in boxes if start / 1e9 <= seconds(box.offset) < end / 1e9]
    if inside:
        detail["trackData"] = [
            {
                "score": score(box.confidence),
                "bbox": list(pixels(box.box, *subject.size)),
                "timestamp": seconds(box.offset),
            }
            for box in inside
        ]
    return detail


def _asr(utterances: Iterable[analysis_pb2.Utterance]) -> list[dict[str, Any]]:
    return [
        {**_from_to(line.span), "content": line.text}
        for line in utterances
        if line.understanding == analysis_pb2.UNDERSTANDING_UNDERSTOOD and line.text
    ]


def _ocr(analysis: analysis_pb2.Analysis) -> list[dict[str, Any]]:
    """Return the lines by the time they can be read from; their places are those of that line."""
    lines: dict[float, list[dict[str, Any]]] = defaultdict(list)
    video = analysis.media_info.video
    for line in analysis.text_lines:
        info: dict[str, Any] = {"score": score(line.confidence), "content": line.text}
        if line.HasField("box") and video.width:
            info["position"] = mps_people.position(line.box, video.width, video.height)
        if line.kind in _TEXT_TYPES:
            info["textType"] = _TEXT_TYPES[line.kind]
        lines[seconds(line.span.start_offset)].append(info)
    return [{"timestamp": time, "info": info} for time, info in sorted(lines.items())]


def _message(job: job_pb2.Job) -> str:
    if job.state == job_pb2.JOB_STATE_PARTIAL:
        failed = [s.name for s in job.stages if s.state == analysis_pb2.STAGE_STATE_FAILED]
        return f"failed in part: {', '.join(failed)}"
    return job.error.message if job.HasField("error") else ""


def _from_to(span: types_pb2.TimeSpan) -> dict[str, float]:
    return {"from": seconds(span.start_offset), "to": seconds(span.end_offset)}


def _compact(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
