"""What the conditions of event rules look at: stretches in which something is there. Pure.

Every condition gets its own list of signs, each of which alone meets the condition's limits of
score, number, area and movement; how long and how often is for `windows` to judge. Signs are made
of what fusion believes (appearances, sound events, understood speech, stitched lines), so that what
one frame alone shows has been sifted out before.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import msgspec

from videre.common.values import SCORE_ONE, TimeSpan
from videre.orchestrator.document import (
    BoxAt,
    BoxE4,
    EvidenceRef,
    FaceAppearance,
    Music,
    Shot,
    SoundEvent,
    StageResult,
    TextLine,
    Understanding,
    Utterance,
)
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.features import (
    DIARIZATION,
    FACES,
    MUSIC,
    SHOTS,
    SOUND,
    SPEECH,
    SPEECH_ACTIVITY,
    TEXT,
)
from videre.orchestrator.fusion.calibration import Judge
from videre.orchestrator.fusion.claims import SPOKEN_SCORE, WRITTEN_SCORE
from videre.orchestrator.fusion.events.model import Condition, What
from videre.orchestrator.fusion.refs import modality_name
from videre.orchestrator.fusion.stitch_frames import Appearance
from videre.orchestrator.taxonomy.model import Taxonomy
from videre.orchestrator.timeline import Timeline

#: Evidence of a line that stands for it: two frames, so that no line rests on one.
_LINE_REFS: Final = 2
#: Stands between texts that are searched together; in none of them.
_BETWEEN: Final = "\n"


@dataclass(frozen=True, slots=True)
class Observed:
    """What fusion has made of the evidence.

    Args:
        by_feature: records by feature, for what is not stitched.
        sounds: sound events with their windows.
        sampled: indices of the frames that engines looked at, upwards.
    """

    timeline: Timeline
    taxonomy: Taxonomy
    judge: Judge
    stages: Sequence[StageResult]
    by_feature: Mapping[str, Sequence[Evidence]]
    shots: Sequence[Shot] = ()
    seen: Sequence[Appearance] = ()
    faces: Sequence[FaceAppearance] = ()
    sounds: Sequence[tuple[SoundEvent, tuple[Evidence, ...]]] = ()
    lines: Sequence[TextLine] = ()
    utterances: Sequence[Utterance] = ()
    music: Music | None = None
    sampled: Sequence[int] = ()


class Sign(msgspec.Struct, frozen=True, gc=False):
    """One stretch in which something is there.

    Args:
        feature: feature that tells it.
        score: calibrated score, E4.
        name: who speaks (of a speaker), else "".
        records: its evidence, or
        refs: references to it, where fusion keeps only those.
    """

    start_ns: int
    end_ns: int
    feature: str
    score: int
    name: str = ""
    records: tuple[Evidence, ...] = ()
    refs: tuple[EvidenceRef, ...] = ()

    @property
    def modality(self) -> str:
        """What kind of witness it is."""
        return modality_name(self.feature)


Signs = Mapping[Condition, Sequence[Sign]]


def collect(conditions: Iterable[Condition], observed: Observed) -> Signs:
    """Return the signs of every condition, in order of time."""
    by_kind: dict[What, list[Condition]] = defaultdict(list)
    for condition in conditions:
        by_kind[condition.what].append(condition)
    found: dict[Condition, list[Sign]] = {}
    found |= _seen(by_kind[What.SEE], observed)
    found |= _heard(by_kind[What.HEAR], observed)
    found |= _said(by_kind[What.WORDS], observed)
    found |= {c: list(_faces(c, observed)) for c in by_kind[What.FACES]}
    found |= {c: list(_text(c, observed.lines)) for c in by_kind[What.TEXT]}
    found |= {c: list(_tempo(c, observed)) for c in by_kind[What.TEMPO]}
    for what, feature in ((What.VOICE, SPEECH_ACTIVITY), (What.SPEAKERS, DIARIZATION.name)):
        found |= {c: list(_stretches(c, feature, observed)) for c in by_kind[what]}
    found |= {c: list(_cuts(observed)) for c in by_kind[What.CUTS]}
    for signs in found.values():
        signs.sort(key=lambda sign: (sign.start_ns, sign.end_ns, sign.feature, sign.score))
    return found


class _Readers:
    """Which conditions a class of an engine matters to."""

    def __init__(self, conditions: Iterable[Condition], taxonomy: Taxonomy) -> None:
        self._taxonomy = taxonomy
        self._known: dict[tuple[str, str], tuple[Condition, ...]] = {}
        self._by_node: dict[tuple[str, str], list[Condition]] = defaultdict(list)
        self._by_class: dict[tuple[str, str], list[Condition]] = defaultdict(list)
        for condition in conditions:
            for feature in condition.sources:
                for node in condition.names:
                    self._by_node[feature, node].append(condition)
                for class_name in condition.classes:
                    self._by_class[feature, class_name].append(condition)

    def of(self, feature: str, class_name: str) -> tuple[Condition, ...]:
        """Return the conditions that name a class, its node or one above it."""
        key = feature, class_name
        if key not in self._known:
            named = dict.fromkeys(self._by_class.get(key, ()))
            for node in self._taxonomy.lineage(self._taxonomy.node_of(feature, class_name)):
                named.update(dict.fromkeys(self._by_node.get((feature, node), ())))
            self._known[key] = tuple(named)
        return self._known[key]


def _seen(conditions: Sequence[Condition], observed: Observed) -> dict[Condition, list[Sign]]:
    readers = _Readers(conditions, observed.taxonomy)
    found: dict[Condition, list[Sign]] = {condition: [] for condition in conditions}
    for item in observed.seen:
        wanted = [c for c in readers.of(item.feature, item.class_name) if item.score >= c.min_score]
        if not wanted:
            continue
        start, end = _shown(item.span, item.shot, observed)
        sign = Sign(start, end, item.feature, item.score, records=item.records)
        most = 1
        if any(condition.min_count > 1 for condition in wanted):
            most = max(Counter(record.span.start_frame for record in item.records).values())
        for condition in wanted:
            if most >= condition.min_count:
                found[condition].append(sign)
    return found


def _shown(span: TimeSpan, shot: int, observed: Observed) -> tuple[int, int]:
    """Return when something seen in sampled frames is taken to be there, nanoseconds.

    A sampled frame speaks for the time half-way to its neighbours, within its shot.
    """
    whole = observed.shots[shot].span
    first, last = span.start_frame or 0, max((span.end_frame or 1) - 1, span.start_frame or 0)
    start, end = whole.start_frame or 0, whole.end_frame or 1
    sampled = observed.sampled
    before = bisect_left(sampled, first) - 1
    if before >= 0 and sampled[before] >= start:
        start = (sampled[before] + first + 1) // 2
    after = bisect_right(sampled, last)
    if after < len(sampled) and sampled[after] < end:
        end = (last + sampled[after] + 1) // 2
    shown = observed.timeline.frame_span(start, max(end, start + 1))
    return shown.start_ns, shown.end_ns


def _heard(conditions: Sequence[Condition], observed: Observed) -> dict[Condition, list[Sign]]:
    readers = _Readers(conditions, observed.taxonomy)
    found: dict[Condition, list[Sign]] = {condition: [] for condition in conditions}
    for event, records in observed.sounds:
        wanted = readers.of(SOUND.name, event.class_name)
        if wanted:
            span = event.span
            sign = Sign(span.start_ns, span.end_ns, SOUND.name, event.score, records=records)
            for condition in wanted:
                if event.score >= condition.min_score:
                    found[condition].append(sign)
    return found


def _faces(condition: Condition, observed: Observed) -> Iterator[Sign]:
    for face in observed.faces:
        if (
            (not condition.names or face.shot_size.value in condition.names)
            and face.score >= condition.min_score
            and _faces_at_once(face.boxes) >= condition.min_count
            and (not condition.min_move or _movement(face.boxes) >= condition.min_move)
        ):
            start, end = _shown(face.span, face.shot_index, observed)
            yield Sign(start, end, FACES.name, face.score, refs=face.evidence)


def _by_frame(boxes: Iterable[BoxAt]) -> list[list[BoxE4]]:
    """Return the boxes of each frame, the tallest first, in order of time."""
    frames: dict[int, list[BoxE4]] = defaultdict(list)
    for item in boxes:
        frames[item.frame].append(item.box)
    return [sorted(frames[frame], key=lambda box: (-box[3], box)) for frame in sorted(frames)]


def _faces_at_once(boxes: Iterable[BoxAt]) -> int:
    """Return the largest number of faces in one frame; those in the background do not count.

    In the background is a face less than half as high as the tallest one.
    """
    return max(sum(2 * box[3] >= frame[0][3] for box in frame) for frame in _by_frame(boxes))


def _movement(boxes: Iterable[BoxAt]) -> int:
    """Return how far the largest face moves or grows from one frame to the next.

    E4 of its height; a photograph that stands still has next to none.
    """
    largest = [frame[0] for frame in _by_frame(boxes)]
    return max(
        (
            max(
                abs(2 * b[0] + b[2] - 2 * a[0] - a[2]),
                abs(2 * b[1] + b[3] - 2 * a[1] - a[3]),
                2 * abs(b[3] - a[3]),
            )
            * SCORE_ONE
            // (2 * max(1, a[3]))
            for a, b in pairwise(largest)
        ),
        default=0,
    )


def _stretches(condition: Condition, feature: str, observed: Observed) -> Iterator[Sign]:
    """Yield stretches that an engine names as they are: voices, speakers."""
    judge = observed.judge
    for record in observed.by_feature.get(feature, ()):
        if judge.detects(record) and judge.score(record) >= condition.min_score:
            span, name = record.span, record.class_name
            yield Sign(
                span.start_ns, span.end_ns, feature, judge.score(record), name, records=(record,)
            )


def _cuts(observed: Observed) -> Iterator[Sign]:
    """Yield an instant for each boundary of shots that a record tells."""
    at = {record.span.start_frame: record for record in observed.by_feature.get(SHOTS.name, ())
          if record.class_name in ("cut", "fade")}  # fmt: skip
    for shot in observed.shots[1:]:
        record = at.get(shot.span.start_frame)
        if record is not None:
            start = shot.span.start_ns
            yield Sign(start, start, SHOTS.name, shot.score, records=(record,))


def _tempo(condition: Condition, observed: Observed) -> Iterator[Sign]:
    music = observed.music
    slowest, fastest = condition.tempo
    if music is None or not slowest <= music.tempo_mbpm <= fastest:
        return
    if music.score >= condition.min_score:
        records = tuple(observed.by_feature.get(MUSIC.name, ()))
        told = tuple(record for record in records if record.class_name == "tempo")
        yield Sign(0, observed.timeline.duration_ns, MUSIC.name, music.score, records=told)


def _text(condition: Condition, lines: Sequence[TextLine]) -> Iterator[Sign]:
    """Yield the stretches in which enough lines fill enough of the picture at once."""
    wanted = [
        line
        for line in lines
        if line.box is not None
        and line.span.duration_ns
        and line.score >= condition.min_score
        and (not condition.names or line.kind.value in condition.names)
    ]
    edges = sorted(
        (time_ns, starts, index)
        for index, line in enumerate(wanted)
        for time_ns, starts in ((line.span.start_ns, True), (line.span.end_ns, False))
    )
    shown: set[int] = set()
    area, since = 0, -1
    held: set[int] = set()
    for number, (time_ns, starts, index) in enumerate(edges):
        box = wanted[index].box or (0, 0, 0, 0)
        (shown.add if starts else shown.discard)(index)
        area += box[2] * box[3] if starts else -box[2] * box[3]
        if number + 1 < len(edges) and edges[number + 1][0] == time_ns:
            continue  # what begins and ends in the same instant is judged together
        if len(shown) >= condition.min_count and area >= condition.min_area * SCORE_ONE:
            since = time_ns if since < 0 else since
            held |= shown
        elif since >= 0:
            yield _text_sign(since, time_ns, [wanted[i] for i in sorted(held)])
            since, held = -1, set()


def _text_sign(start_ns: int, end_ns: int, lines: Sequence[TextLine]) -> Sign:
    best = max(line.score for line in lines)
    refs = tuple(ref for line in lines for ref in line.evidence[:_LINE_REFS])
    return Sign(start_ns, end_ns, TEXT.name, best, refs=refs)


class _Texts:
    """Many texts in which phrases are looked for together."""

    def __init__(self, items: Iterable[tuple[str, Sign]]) -> None:
        self.signs: list[Sign] = []
        self._starts: list[int] = []
        pieces: list[str] = []
        length = 0
        for text, sign in items:
            folded = text.casefold().replace(_BETWEEN, " ")
            self.signs.append(sign)
            self._starts.append(length)
            pieces.append(folded)
            length += len(folded) + len(_BETWEEN)
        self._whole = _BETWEEN.join(pieces)

    def find(self, phrase: str) -> Iterator[Sign]:
        """Yield the sign of each mention; a phrase in ASCII stands as words of its own."""
        whole, spaced = self._whole, phrase.isascii()
        at = whole.find(phrase)
        while at >= 0:
            end = at + len(phrase)
            apart = not spaced or not (
                (at and whole[at - 1].isalnum()) or (end < len(whole) and whole[end].isalnum())
            )
            if apart:
                yield self.signs[bisect_right(self._starts, at) - 1]
            at = whole.find(phrase, end)


def _said(conditions: Sequence[Condition], observed: Observed) -> dict[Condition, list[Sign]]:
    if not conditions:
        return {}
    texts = {SPEECH.name: _Texts(_spoken(observed)), TEXT.name: _Texts(_written(observed))}
    mentions: dict[tuple[str, str], list[Sign]] = {}
    found: dict[Condition, list[Sign]] = {}
    for condition in conditions:
        found[condition] = []
        for source in condition.sources:
            for phrase in condition.names:
                if (source, phrase) not in mentions:
                    mentions[source, phrase] = list(texts[source].find(phrase))
                found[condition] += mentions[source, phrase]
    return found


def _spoken(observed: Observed) -> Iterator[tuple[str, Sign]]:
    for item in observed.utterances:
        if item.understanding is Understanding.UNDERSTOOD:
            span, score = item.span, min(SPOKEN_SCORE, item.score)
            sign = Sign(span.start_ns, span.end_ns, SPEECH.name, score, refs=item.evidence)
            yield item.text, sign


def _written(observed: Observed) -> Iterator[tuple[str, Sign]]:
    for line in observed.lines:
        span, score = line.span, min(WRITTEN_SCORE, line.score)
        yield line.text, Sign(span.start_ns, span.end_ns, TEXT.name, score, refs=line.evidence)
