"""A film of six hours as full as films get, in a store: made by the store's own code, never played.

What callers could send is at its limits too: rows with every tag, the longest texts, all outputs.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from fractions import Fraction
from itertools import cycle, islice
from pathlib import Path
from typing import Final

import numpy as np

from tests.unqueued import unqueued
from videre.common.clock import SystemClock
from videre.common.values import NS, TimeSpan
from videre.orchestrator import document as d
from videre.orchestrator.app import Orchestrator, open_orchestrator
from videre.orchestrator.document.canonical import facts_to_json, result_document
from videre.orchestrator.evidence import Word
from videre.orchestrator.features import FEATURES
from videre.orchestrator.media.facts import media_facts
from videre.orchestrator.media.index import AudioTrack, Mapping, MediaIndex, MediaKind, VideoTrack
from videre.orchestrator.settings import OrchestratorSettings
from videre.orchestrator.steps.publishing import publish
from videre.orchestrator.store.database import open_sqlite
from videre.orchestrator.store.jobs import NewJob
from videre.orchestrator.store.media import NewMedia
from videre.orchestrator.store.records import JobState, OutputRecord, StageState

PROJECT: Final = "default"
HOURS: Final = 6
_RATE: Final = 24
_FRAMES: Final = HOURS * 3_600 * _RATE
_SHOT_FRAMES: Final = 5 * _RATE
_SHOTS: Final = _FRAMES // _SHOT_FRAMES
#: The picture's digest, wherever one is named.
_PICTURE: Final = "f" * 64
#: The longest line that stands in one piece: a document of one line.
_LONGEST_LINE: Final = 1_000_000
_DAY_NS: Final = 24 * 3_600 * NS
_FULL_TAGS: Final = {f"{i:03d}" + "k" * 125: "v" * 256 for i in range(64)}


@dataclass(frozen=True, slots=True)
class LongFilm:
    """Where the film is, and how many items each of its lists has."""

    media_id: str
    job_id: str
    counts: dict[str, int]
    findings: int
    jobs: int
    media: int


def index() -> MediaIndex:
    """Return the index of the film."""
    ticks = np.arange(_FRAMES, dtype=np.int64)
    video = VideoTrack(
        stream_index=0, codec="h264", width=1_920, height=1_080, coded_width=1_920,
        coded_height=1_080, rotation=0, pixel_aspect=Fraction(1), average_rate=Fraction(_RATE),
        variable_rate=True, pixel_format="yuv420p", color_transfer="bt709",
        container_timecode="", bit_rate=8_000_000, time_base=Fraction(1, _RATE), pts=ticks,
        end_pts=_FRAMES, keys=ticks % 48 == 0, mapping=Mapping.PTS, tokens=ticks,
    )  # fmt: skip
    audio = AudioTrack(1, "aac", 48_000, 2, "eng", 192_000, Fraction(1), 0, HOURS * 3_600)
    return MediaIndex(
        MediaKind.VIDEO, "mov,mp4,m4a,3gp,3g2,mj2", 1 << 35, "e" * 64, video, audio, 1, 1
    )


class _Content:
    """Makes the lists of the film's analysis."""

    def __init__(self, media: MediaIndex) -> None:
        self._clock = media.timeline()
        spans = (
            self.frames(shot * _SHOT_FRAMES, (shot + 1) * _SHOT_FRAMES) for shot in range(_SHOTS)
        )
        self.spans = tuple(spans)
        self.refs = tuple(
            d.EvidenceRef(f"{i:016x}/{i}", "image", "an-engine-with-a-long-name@1.0.0", 9_000,
                          self.spans[i], (1_000, 2_000, 3_000, 4_000), _PICTURE)
            for i in range(d.MAX_REFS)
        )  # fmt: skip
        self.boxes = tuple(
            d.BoxAt(_FRAMES - i - 1, HOURS * 3_600 * NS - i, (1_001, 2_001, 3_001, 4_001), 9_999)
            for i in range(d.MAX_BOXES)
        )

    def frames(self, start: int, end: int) -> TimeSpan:
        return self._clock.frame_span(start, end)

    def shot(self, i: int) -> d.Shot:
        colors = tuple(d.ColorShare("color.blue", 0xFFFFFF, 2_000) for _ in range(3))
        return d.Shot(i, self.spans[i], d.Transition.CUT, 9_999, _PICTURE, colors)

    def label(self, node: str, level: int, parent: str, *, everywhere: bool) -> d.Label:
        spans = self.spans[::2] if everywhere else self.spans[::400]
        return d.Label(node, level, parent, 9_876, 5_432, 1_234, spans, ("image", "text"),
                       self.refs, 99_999)  # fmt: skip

    def object(self, i: int) -> d.ObjectAppearance:
        full = i % 40 == 0
        return d.ObjectAppearance(
            "motor vehicle", "vehicle.car", i, self.spans[i], 9_999, 12,
            self.boxes if full else self.boxes[:4], self.refs if full else self.refs[:2],
        )  # fmt: skip

    def face(self, i: int) -> d.FaceAppearance:
        return d.FaceAppearance(
            i, self.spans[i], 9_999, self.boxes[:4], d.ShotSize.LONG, self.refs[:2]
        )

    def line(self, i: int) -> d.TextLine:
        text = "长" * (_LONGEST_LINE // 3) if i in (7, 8, 9, 10, 11) else f"{i} 字幕 " * 12
        return d.TextLine(text, self.spans[i], (9_999,) * 8, (1_001, 2_001, 3_001, 4_001), 9_999,
                          "zh-Hans", d.TextKind.SUBTITLE, self.refs[:2])  # fmt: skip

    def utterance(self, i: int) -> d.Utterance:
        start = self.spans[i].start_ns
        words = tuple(Word(f"word{n}", start + n, start + n + 1, 9_000) for n in range(20))
        return d.Utterance(self.spans[i], " ".join(word.text for word in words), words, "en",
                           d.Understanding.UNDERSTOOD, 9_000, self.refs[:1])  # fmt: skip

    def sound(self, i: int) -> d.SoundEvent:
        return d.SoundEvent("Emergency vehicle", "sound", self.spans[i], 9_000, self.refs[:3])

    def scene(self, i: int) -> d.Scene:
        span = self.frames(5 * i * _SHOT_FRAMES, 5 * (i + 1) * _SHOT_FRAMES)
        return d.Scene(i, d.SceneKind.SCENE, span, 5 * i, 5 * (i + 1), 9_999, "标题 title " * 8,
                       d.TitleSource.PICTURE_TEXT, _PICTURE, self.refs)  # fmt: skip

    def person(self, i: int) -> d.Person:
        boxes = tuple(d.BoxAt(n, n, (1_001, 2_001, 3_001, 4_001), 9_999) for n in range(20))
        tracks = tuple(
            d.PersonTrack(f"{n:016x}", n, self.spans[n], 9_999, boxes) for n in range(d.MAX_TRACKS)
        )
        return d.Person(
            f"{i:016x}", self.spans[:200], 9_999, 9_999, 9_999,
            tuple(d.ShotSizeTime(size, NS + 1) for size in d.ShotSize), 9_999, _PICTURE,
            (1_001, 2_001, 3_001, 4_001), tracks, d.MAX_TRACKS, 9_999, self.refs,
        )  # fmt: skip

    def keyword(self, i: int) -> d.Keyword:
        return d.Keyword(f"词语 word {i}", "zh", 9_999, 999, self.spans[:200],
                         ("speech", "text"), self.refs, 999)  # fmt: skip

    def entity(self, i: int) -> d.Entity:
        places = tuple(
            d.PlaceCandidate(f"geonames:{n}", d.PlaceLevel.CITY, "Name " * 8, "名" * 8, "FR",
                             "region", 48_850_001, 2_350_001, 999_999, d.PlaceReason.POPULATION)
            for n in range(10)
        )  # fmt: skip
        return d.Entity(d.EntityKind.PLACE, f"Place {i}", "en", 9_999, 999, self.spans[:200],
                        ("speech", "text"), self.refs, 999, d.Place(places, 99))  # fmt: skip

    def topic(self, _i: int) -> d.Topic:
        return d.Topic("arts", 9_999, self.spans[:200], ("speech", "text"), ("word",) * 20, (),
                       self.refs, 999)  # fmt: skip

    def code(self, i: int) -> d.Code:
        sightings = (d.CodeSighting(i, i, (9_999,) * 8),) * d.MAX_SIGHTINGS
        return d.Code(d.Symbology.QR_CODE, "c" * 8_192, "00" * 8_192, "daily.qr_code",
                      self.spans[:200], 9_999, sightings, 999, self.refs)  # fmt: skip

    def mood(self, i: int) -> d.Mood:
        voices = tuple(d.MoodVoice(source, -9_999, -9_999, 9_999) for source in d.MoodSource)
        return d.Mood(self.spans[i], d.MoodKind.DISPLEASURE, -9_999, -9_999, 9_999, voices,
                      self.refs, 999)  # fmt: skip

    def event(self, i: int) -> d.Event:
        return d.Event("a_rule", "event.party", self.spans[i], 9_999, ("image", "sound"),
                       self.refs, 999)  # fmt: skip

    def segment(self, i: int) -> d.VerdictSegment:
        hits = tuple(d.WordHit("entry" * 9, "list@1", "text" * 30, n, n + 120) for n in range(3))
        return d.VerdictSegment(
            self.spans[i], d.Suggestion.REVIEW, 9_999 - i % 5_000, "porn", "porn.image.review",
            5_000, hits, self.refs[:1], _PICTURE, _PICTURE,
        )  # fmt: skip

    def verdict(self) -> d.Verdict:
        segments = tuple(self.segment(i) for i in range(1_800))
        many_words = tuple(
            d.WordHit("cocaine", "drugs-en@1", "cocaine", n * 8, n * 8 + 7) for n in range(4_000)
        )
        wordy = d.VerdictSegment(self.spans[0], d.Suggestion.BLOCK, 9_999, "drugs", "x.block", 1,
                                 many_words)  # fmt: skip
        groups = tuple(
            d.VerdictGroup(
                category, medium, d.Suggestion.BLOCK, 9_999, "porn", "", (wordy, *segments),
                (d.LabelCoverage("porn", d.Coverage.CHECKED),),
            )
            for category in ("porn", "terrorism")
            for medium in ("speech", "text")
        )  # fmt: skip
        return d.Verdict(d.Suggestion.BLOCK, "careful@1", groups, True)


def _stages(content: _Content) -> tuple[d.StageResult, ...]:
    """Return the stages; four of them were lost in every second unit of 20 s."""
    missing = tuple(TimeSpan(span.start_ns, span.end_ns) for span in content.spans[::8])
    lost = [
        d.StageResult(feature.name, d.StageState.FAILED, "SERVICE_DOWN", missing)
        for feature in FEATURES[:4]
    ]
    done = [d.StageResult(feature.name, d.StageState.SUCCEEDED) for feature in FEATURES[4:]]
    return (*lost, *done)


def analysis(app: Orchestrator, media: MediaIndex) -> d.Analysis:
    """Return the film's analysis."""
    content = _Content(media)
    nodes = list(islice(app.taxonomy.nodes.values(), 250))
    beats = tuple(NS // 4 * beat for beat in range(HOURS * 3_600 * 4))
    return d.Analysis(
        media=media_facts(media),
        stages=_stages(content),
        shots=tuple(content.shot(i) for i in range(_SHOTS)),
        labels=tuple(
            content.label(node.id, node.level, node.parent, everywhere=number % 50 == 0)
            for number, node in enumerate(nodes)
        ),
        objects=tuple(content.object(i) for i in range(1_000)),
        faces=tuple(content.face(i) for i in range(500)),
        text_lines=tuple(content.line(i) for i in range(1_000)),
        utterances=tuple(content.utterance(i) for i in range(1_000)),
        sound_events=tuple(content.sound(i) for i in range(500)),
        audio_segments=tuple(
            d.AudioSegment(kind, span, 9_999)
            for kind, span in zip(cycle(d.AudioKind), content.spans[:1_000], strict=False)
        ),
        frame_conditions=tuple(
            d.FrameCondition(d.Condition.BLURRED, span, 9_999) for span in content.spans[:500]
        ),
        events=tuple(content.event(i) for i in range(500)),
        scenes=tuple(content.scene(i) for i in range(300)),
        people=tuple(content.person(i) for i in range(50)),
        keywords=tuple(content.keyword(i) for i in range(50)),
        entities=tuple(content.entity(i) for i in range(200)),
        topics=tuple(content.topic(i) for i in range(5)),
        quality=tuple(
            d.QualityFinding(kind, span, 9_999, 123_456, (0, 1), (1, 2, 3, 4), content.refs)
            for kind, span in zip(cycle(d.QualityKind), content.spans[:500], strict=False)
        ),
        moods=tuple(content.mood(i) for i in range(500)),
        codes=tuple(content.code(i) for i in range(20)),
        music=d.Music(240_000, beats, 9_000),
        verdict=content.verdict(),
    )


async def fill(data: Path, *, rows: int) -> LongFilm:
    """Put the film into a data folder that no orchestrator uses.

    Args:
        rows: jobs and media whose texts and tags are at their limits.
    """
    settings = OrchestratorSettings(data_dir=data)
    database = open_sqlite(settings.database_path)
    try:
        async with open_orchestrator(settings, database, SystemClock(), random.Random(0)) as app:
            film = await _published(app)
            for _ in range(rows):
                _full_media(app)
                _full_job(app)
            for job in range(4):
                _with_outputs(app, _full_job(app), number=job)
            return LongFilm(*film, jobs=rows + 5, media=rows + 1)
    finally:
        database.dispose()


async def _published(app: Orchestrator) -> tuple[str, str, dict[str, int], int]:
    media = index()
    made = analysis(app, media)
    media_id = _full_media(app)
    stored = app.artifacts.put(PROJECT, media.encode(), codec="zstd")
    app.media.set_index(media_id, stored, facts_to_json(made.media))
    job_id = _full_job(app, media_id, end=False)
    app.jobs.start(job_id)
    for stage in made.stages:
        state = StageState(stage.state)
        lost = [[span.start_ns, span.end_ns] for span in stage.missing]
        app.jobs.set_stage(job_id, stage.name, state, reason=stage.reason,
                           message="m" * 200, missing=lost)  # fmt: skip
    kept = app.artifacts.put(PROJECT, result_document(made), codec="zstd")
    app.jobs.update(job_id, plan_digest="d" * 64, document_digest=kept, result_digest=kept)
    await publish(app.runtime(), job_id)
    lists = ("shots", "labels", "objects", "faces", "text_lines", "utterances", "sound_events",
             "audio_segments", "frame_conditions", "events", "scenes", "people", "keywords",
             "entities", "topics", "quality", "codes", "moods")  # fmt: skip
    assert made.verdict is not None
    findings = sum(len(group.segments) for group in made.verdict.groups)
    return media_id, job_id, {name: len(getattr(made, name)) for name in lists}, findings


def _full_media(app: Orchestrator) -> str:
    new = NewMedia(
        id=app.ids.new(), project_id=PROJECT, source="https://example.com/" + "x" * 4_076,
        created_by="local", digest="e" * 64, size_bytes=1, title="t" * 256,
        description="d" * 1_024, tags=_FULL_TAGS,
    )  # fmt: skip
    return app.media.create(new).id


def _full_job(app: Orchestrator, media_id: str | None = None, *, end: bool = True) -> str:
    names = ["ingest", "probe", *(feature.name for feature in FEATURES), "fuse", "moderate"]
    new = NewJob(
        id=app.ids.new(), project_id=PROJECT, media_id=media_id, request=b"", request_id=None,
        request_digest="", features=[feature.name for feature in FEATURES], priority=5,
        user_data="u" * 2_048, tags=_FULL_TAGS, created_by="local", traceparent="",
        wall_time_ns=None, stages=[(name, StageState.PENDING, "") for name in names],
    )  # fmt: skip
    unqueued(app).submit(new, lambda _connection, _job: None)
    if end:
        app.jobs.finish(new.id, JobState.CANCELLED, retention_ns=_DAY_NS)
    return new.id


def _with_outputs(app: Orchestrator, job_id: str, *, number: int) -> None:
    """Give a job the covers of 32 tasks of 20 covers each."""
    for position in range(32 * 20):
        record = OutputRecord(
            job_id=job_id, name=f"{position:04d}-" + "n" * 64 + ".jpg", project_id=PROJECT,
            task=f"{number}" + "t" * 63, position=position, role="cover", digest=f"{position:064x}",
            size_bytes=1 << 20, media_type="image/jpeg", offset_ns=position * NS, score=9_999,
        )  # fmt: skip
        app.jobs.add_output(record)
