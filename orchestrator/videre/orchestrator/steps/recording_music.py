"""What the music engine answered → evidence records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from videre.common.values import TimeSpan, score_e4
from videre.internal.v1 import audio_pb2
from videre.orchestrator.catalog import EngineFacts
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.steps.recording import scaled


def music(
    answer: audio_pb2.AnalyzeMusicResponse, engine: EngineFacts, start_ns: int, end_ns: int
) -> list[Evidence]:
    """Return tempo, beats, bars and form of a track, if there is a beat; modes and key always."""
    told = _Track(engine, start_ns, end_ns)
    modes = [told.record(one.mode, (one.start_ns, one.end_ns), one.score) for one in answer.modes]
    if answer.HasField("key"):
        key = answer.key
        modes.append(told.record(f"{key.mode} key", None, key.score, {"tonic": key.tonic}))
    if not answer.beat_ns:
        return modes
    return [*_pulse(told, answer), *_form(told, answer), *modes]


def _pulse(told: _Track, answer: audio_pb2.AnalyzeMusicResponse) -> Iterator[Evidence]:
    facts = {"tempo_bpm": answer.tempo_bpm}
    if answer.beats_per_bar:
        facts["beats_per_bar"] = answer.beats_per_bar
    yield told.record("tempo", None, answer.score, facts)
    for beat in answer.beat_ns:
        yield told.record("beat", (beat, beat), answer.score)
    for level in answer.tempo_levels:
        yield told.record("tempo_level", None, level.score, {"tempo_bpm": level.tempo_bpm})
    for change in answer.tempo_changes:
        at = (change.start_ns, change.start_ns)
        yield told.record("tempo_change", at, answer.score, {"tempo_bpm": change.tempo_bpm})


def _form(told: _Track, answer: audio_pb2.AnalyzeMusicResponse) -> Iterator[Evidence]:
    for beat in answer.downbeat_ns:
        yield told.record("downbeat", (beat, beat), answer.downbeat_score)
    for part in answer.sections:
        facts = {"group": part.group, "chorus": part.chorus}
        yield told.record("section", (part.start_ns, part.end_ns), part.score, facts)


class _Track:
    """A track of which evidence is written."""

    def __init__(self, engine: EngineFacts, start_ns: int, end_ns: int) -> None:
        self._engine = engine
        self._start_ns, self._end_ns = start_ns, end_ns

    def record(
        self,
        class_name: str,
        span: tuple[int, int] | None,
        score: float,
        attributes: Mapping[str, float] | None = None,
    ) -> Evidence:
        """Return a record; without a span it is of the whole track."""
        start, end = self._start_ns, self._end_ns
        if span is not None:
            # The last beat of a track may lie behind its last whole frame.
            marked = span[0] == span[1]
            start, end = (self._start_ns + side for side in span)
            end = end if marked else max(start, min(end, self._end_ns))
        return Evidence(
            feature="music",
            engine=self._engine.id,
            span=TimeSpan(start, end),
            class_name=class_name,
            score=score_e4(score),
            attributes={name: scaled(value) for name, value in (attributes or {}).items()},
        )
