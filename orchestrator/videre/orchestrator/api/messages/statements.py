"""Statements of an analysis → public messages: timecodes, names, references to evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from videre.common.errors import REASONS, Reason
from videre.common.values import TimeSpan
from videre.orchestrator import document as d
from videre.orchestrator.api.messages.values import box, box_at, confidence, quad, shot_size
from videre.orchestrator.api.present import duration
from videre.orchestrator.taxonomy.model import Taxonomy
from videre.orchestrator.timeline import Timeline
from videre.v1 import analysis_pb2 as pb
from videre.v1 import types_pb2

_REASONS = frozenset(reason.value for reason in Reason)


@dataclass(frozen=True, slots=True)
class Named:
    """What a document leaves out because it may change without it.

    Args:
        entries: name and group of entries of libraries as they are now, by library and entry.
        identities: of the people of the media, by person.
        persons: the entry that names a person, by person.
    """

    entries: Mapping[tuple[str, str], tuple[str, str]]
    identities: Mapping[str, str]
    persons: Mapping[str, d.LibraryMatch]


NOBODY: Final = Named({}, {}, {})


class Messages:
    """Makes messages for one media in one language."""

    def __init__(
        self,
        timeline: Timeline,
        taxonomy: Taxonomy,
        language: str,
        *,
        with_evidence: bool = True,
        named: Named = NOBODY,
    ) -> None:
        self._with_evidence = with_evidence
        self.named = named
        self._timeline = timeline
        self._taxonomy = taxonomy
        self.language = language

    def span(self, span: TimeSpan) -> types_pb2.TimeSpan:
        """Return a stretch with its frames and timecodes."""
        if self._timeline.counts_characters:
            return types_pb2.TimeSpan(
                start_offset=duration(0), end_offset=duration(0),
                start_char=span.start_ns, end_char=span.end_ns,
            )  # fmt: skip
        start, end = self._timeline.timecodes(span)
        return types_pb2.TimeSpan(
            start_offset=duration(span.start_ns),
            end_offset=duration(span.end_ns),
            start_frame=span.start_frame,
            end_frame=span.end_frame,
            start_timecode=start,
            end_timecode=end,
            timecode_approximate=bool(start) and self._timeline.variable_rate,
        )

    def name(self, node_id: str) -> str:
        """Return a node's name in the asked language."""
        return self._taxonomy.name(node_id, self.language)

    def full_span(self, span: TimeSpan) -> types_pb2.TimeSpan:
        """Return a stretch as `span` does, with the frames shown in it where it names none."""
        clock = self._timeline
        if span.start_frame is None and not clock.counts_characters:
            span = clock.with_frames(span.start_ns, span.end_ns)
        return self.span(span)

    def evidence(self, refs: Iterable[d.EvidenceRef]) -> list[types_pb2.EvidenceRef]:
        """Return references to evidence; none where they are not wanted."""
        return (
            []
            if not self._with_evidence
            else [
                types_pb2.EvidenceRef(
                    evidence_id=ref.id,
                    modality=ref.modality,
                    engine=ref.engine,
                    raw_confidence=confidence(ref.raw_score),
                    span=self.span(ref.span),
                    box=box(ref.box),
                    picture_digest=ref.picture,
                )
                for ref in refs
            ]
        )

    def shot(self, item: d.Shot) -> pb.Shot:
        """Return a shot."""
        transition = "UNSPECIFIED" if item.transition is d.Transition.START else item.transition
        return pb.Shot(
            index=item.index,
            span=self.span(item.span),
            transition_in=pb.ShotTransition.Value(f"SHOT_TRANSITION_{transition.upper()}"),
            confidence=confidence(item.score),
            picture_digest=item.picture,
            colors=[
                pb.ColorShare(node_id=c.node_id, rgb=c.rgb, share=confidence(c.share))
                for c in item.colors
            ],
        )

    def label(self, item: d.Label) -> pb.Label:
        """Return a label with its name."""
        return pb.Label(
            node_id=item.node_id,
            name=self._taxonomy.name(item.node_id, self.language),
            level=item.level,
            parent_node_id=item.parent_id,
            confidence=confidence(item.score),
            centric_score=confidence(item.centric),
            appearance_ratio=confidence(item.appearance),
            spans=[self.span(span) for span in item.spans],
            modalities=item.modalities,
            evidence=self.evidence(item.evidence),
            evidence_count=item.evidence_count,
        )

    def object(self, item: d.ObjectAppearance) -> pb.ObjectAppearance:
        """Return an object in a shot."""
        return pb.ObjectAppearance(
            class_name=item.class_name,
            node_id=item.node_id,
            shot_index=item.shot_index,
            span=self.span(item.span),
            confidence=confidence(item.score),
            max_count=item.max_count,
            boxes=[box_at(b) for b in item.boxes],
            evidence=self.evidence(item.evidence),
            track_ids=item.track_ids,
        )

    def face(self, item: d.FaceAppearance) -> pb.FaceAppearance:
        """Return faces in a shot."""
        return pb.FaceAppearance(
            shot_index=item.shot_index,
            span=self.span(item.span),
            confidence=confidence(item.score),
            boxes=[box_at(b) for b in item.boxes],
            shot_size=shot_size(item.shot_size),
            evidence=self.evidence(item.evidence),
            track_ids=item.track_ids,
            emotions=[self.emotion(share) for share in item.emotions],
        )

    def emotion(self, item: d.FaceEmotionShare) -> pb.FaceEmotionShare:
        """Return one expression of faces."""
        return pb.FaceEmotionShare(
            emotion=pb.FaceEmotion.Value(f"FACE_EMOTION_{item.emotion.upper()}"),
            spans=[self.span(span) for span in item.spans],
            confidence=confidence(item.score),
            face_count=item.face_count,
            evidence=self.evidence(item.evidence),
        )

    def text_line(self, item: d.TextLine) -> pb.TextLine:
        """Return a line of text."""
        kind = "UNSPECIFIED" if item.kind is d.TextKind.UNKNOWN else item.kind.upper()
        return pb.TextLine(
            text=item.text,
            span=self.span(item.span),
            quad=quad(item.quad),
            box=box(item.box),
            confidence=confidence(item.score),
            language_code=item.language,
            kind=pb.TextKind.Value(f"TEXT_KIND_{kind}"),
            evidence=self.evidence(item.evidence),
        )

    def utterance(self, item: d.Utterance) -> pb.Utterance:
        """Return an utterance; its words carry no frames."""
        return pb.Utterance(
            span=self.span(item.span),
            text=item.text,
            words=[
                pb.Word(
                    text=word.text,
                    span=types_pb2.TimeSpan(
                        start_offset=duration(word.start_ns), end_offset=duration(word.end_ns)
                    ),
                    confidence=confidence(word.score),
                )
                for word in item.words
            ],
            language_code=item.language,
            understanding=pb.Understanding.Value(f"UNDERSTANDING_{item.understanding.upper()}"),
            confidence=confidence(item.score),
            evidence=self.evidence(item.evidence),
            speaker_id=item.speaker,
        )

    def sound_event(self, item: d.SoundEvent) -> pb.SoundEvent:
        """Return a sound event."""
        return pb.SoundEvent(
            class_name=item.class_name,
            node_id=item.node_id,
            span=self.span(item.span),
            confidence=confidence(item.score),
            evidence=self.evidence(item.evidence),
        )

    def audio_segment(self, item: d.AudioSegment) -> pb.AudioSegment:
        """Return a stretch of one kind of sound."""
        return pb.AudioSegment(
            kind=pb.AudioKind.Value(f"AUDIO_KIND_{item.kind.upper()}"),
            span=self.span(item.span),
            confidence=confidence(item.score),
        )

    def frame_condition(self, item: d.FrameCondition) -> pb.FrameCondition:
        """Return a special stretch of picture."""
        return pb.FrameCondition(
            kind=pb.FrameConditionKind.Value(f"FRAME_CONDITION_KIND_{item.kind.upper()}"),
            span=self.span(item.span),
            confidence=confidence(item.score),
            evidence=self.evidence(item.evidence),
        )

    def scene(self, item: d.Scene) -> pb.Scene:
        """Return a scene or a chapter."""
        named = item.title_source is not d.TitleSource.NONE
        source = item.title_source.upper() if named else "UNSPECIFIED"
        return pb.Scene(
            index=item.index,
            kind=pb.SceneKind.Value(f"SCENE_KIND_{item.kind.upper()}"),
            span=self.span(item.span),
            first_shot_index=item.first_shot,
            end_shot_index=item.end_shot,
            title=item.title,
            title_source=pb.TitleSource.Value(f"TITLE_SOURCE_{source}"),
            confidence=confidence(item.score),
            picture_digest=item.picture,
            evidence=self.evidence(item.evidence),
        )

    def event(self, item: d.Event) -> pb.Event:
        """Return an event with the name of its node."""
        return pb.Event(
            rule_id=item.rule_id,
            node_id=item.node_id,
            name=self._taxonomy.name(item.node_id, self.language),
            span=self.span(item.span),
            confidence=confidence(item.score),
            modalities=item.modalities,
            evidence=self.evidence(item.evidence),
            evidence_count=item.evidence_count,
        )

    def event_rule(self, item: d.EventRuleState) -> pb.EventRuleState:
        """Return whether a rule of events could be evaluated."""
        return pb.EventRuleState(
            rule_id=item.rule_id,
            node_id=item.node_id,
            name=self._taxonomy.name(item.node_id, self.language),
            evaluation=pb.RuleEvaluation.Value(f"RULE_EVALUATION_{item.state.upper()}"),
            reason=item.reason,
            stages=item.stages,
        )

    def stage(self, item: d.StageResult) -> pb.Stage:
        """Return a stage's final state; the work it took is the job's to tell."""
        known = item.reason in _REASONS
        return pb.Stage(
            name=item.name,
            state=pb.StageState.Value(f"STAGE_STATE_{item.state}"),
            reason=item.reason,
            message=REASONS[Reason(item.reason)].meaning if known else "",
            missing=[self.span(span) for span in item.missing],
            sample_interval=duration(item.interval_ns) if item.interval_ns else None,
        )
