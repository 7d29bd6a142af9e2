"""Codes of sampled frames → one entry per content, with its times and places. Pure.

A code with error correction is read rightly or not at all, so one frame is enough. A bar code's
check digit lets one chance reading in ten to a hundred pass: it must be read alike in two sampled
frames, or in the only one of its shot, as everything else that is seen (see `stitch_frames`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from videre.common.values import TimeSpan
from videre.orchestrator.document import MAX_SIGHTINGS, Code, CodeSighting, Shot, Symbology
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.features import CODES, Modality
from videre.orchestrator.fusion.calibration import Judge
from videre.orchestrator.fusion.claims import ENOUGH_MENTIONS, Claim
from videre.orchestrator.fusion.face_tracks import Windows
from videre.orchestrator.fusion.pool import Witness
from videre.orchestrator.fusion.prominence import Presence, merge_spans, place_weight
from videre.orchestrator.fusion.refs import references
from videre.orchestrator.fusion.stitch_frames import SINGLE_SAMPLE_SCORE, Samples
from videre.orchestrator.fusion.stitch_shots import ShotFinder
from videre.orchestrator.taxonomy.model import Taxonomy
from videre.orchestrator.timeline import Timeline

#: Calibrated score E4 of symbologies whose error correction leaves no doubt.
_CERTAIN: Final = 9_500
_SYMBOLOGIES: Final = {item.value: item for item in Symbology}

#: Class, text and bytes of a code.
_Content = tuple[str, str, str]


class CodeReader:
    """What the codes of one film say."""

    def __init__(
        self,
        records: Iterable[Evidence],
        shots: Sequence[Shot],
        samples: Samples,
        judge: Judge,
        timeline: Timeline,
        *,
        samples_known: bool,
    ) -> None:
        """Take the evidence of codes.

        Args:
            samples_known: other features tell which frames were looked at; else a frame speaks
                for itself alone.
        """
        self._finder = ShotFinder(shots)
        self._samples = samples
        self._judge = judge
        self._timeline = timeline
        bounds = [(shot.span.start_frame or 0, shot.span.end_frame or 0) for shot in shots]
        self._windows = Windows(samples.by_shot, bounds) if samples_known else None
        self._found = self._believed(records)

    def _believed(self, records: Iterable[Evidence]) -> Mapping[_Content, Sequence[Evidence]]:
        by_content: dict[_Content, list[Evidence]] = defaultdict(list)
        for record in records:
            placed = record.points and record.span.start_frame is not None
            if placed and self._judge.detects(record):
                by_content[record.class_name, record.text, record.data].append(record)
        return {
            content: sorted(group, key=lambda r: (r.span, r.points, r.id))
            for content, group in by_content.items()
            if self._is_sure(group)
        }

    def _is_sure(self, group: Sequence[Evidence]) -> bool:
        best = max(self._judge.score(record) for record in group)
        if best >= _CERTAIN:
            return True
        frames = {record.span.start_frame or 0 for record in group}
        return len(frames) > 1 or (
            best >= SINGLE_SAMPLE_SCORE and self._samples[self._finder.at(min(frames))] <= 1
        )

    def _span(self, record: Evidence) -> TimeSpan:
        """Return the stretch for which a sampled frame speaks."""
        frame = record.span.start_frame or 0
        if self._windows is None:
            return record.span
        return self._timeline.frame_span(*self._windows.of(self._finder.at(frame), frame))

    def codes(self, taxonomy: Taxonomy) -> tuple[Code, ...]:
        """Return the codes in order of time, then of content."""
        made = [
            Code(
                symbology=_SYMBOLOGIES.get(name, Symbology.UNKNOWN),
                text=text,
                value=data,
                node_id=taxonomy.node_of(CODES.name, name),
                spans=merge_spans(self._span(record) for record in group),
                score=max(self._judge.score(record) for record in group),
                sightings=tuple(_sighting(record) for record in _thinned(group)),
                sighting_count=len(group),
                evidence=references(group),
            )
            for (name, text, data), group in self._found.items()
        ]
        return tuple(sorted(made, key=lambda c: (c.spans, c.symbology, c.text, c.value)))

    def claims(self, taxonomy: Taxonomy) -> list[Claim]:
        """Return what the codes say of the labels: that there is a QR code, a bar code."""
        claims = []
        for (name, _, _), group in self._found.items():
            if node := taxonomy.node_of(CODES.name, name):
                score = max(self._judge.score(record) for record in group)
                claims.append(
                    Claim(
                        node,
                        Witness(Modality.IMAGE.value, CODES.name, score),
                        ENOUGH_MENTIONS,
                        tuple(Presence(self._span(r), place_weight(r.box)) for r in group),
                        references(group),
                        tuple(record.id for record in group),
                    )
                )
        return claims


def _sighting(record: Evidence) -> CodeSighting:
    return CodeSighting(record.span.start_frame or 0, record.span.start_ns, record.points)


def _thinned(group: Sequence[Evidence]) -> Sequence[Evidence]:
    """Return at most `MAX_SIGHTINGS` records, evenly, the first and the last among them."""
    if len(group) <= MAX_SIGHTINGS:
        return group
    last = MAX_SIGHTINGS - 1
    return [group[number * (len(group) - 1) // last] for number in range(MAX_SIGHTINGS)]
