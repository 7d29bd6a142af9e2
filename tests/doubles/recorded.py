"""A recorded analysis of a 75-second film of 17 shots, as the public API sends it."""

from __future__ import annotations

import hashlib
from typing import Final

from google.protobuf import duration_pb2

from videre.v1 import analysis_pb2, types_pb2

FPS: Final = 25
MEDIA_ID: Final = "01936f6e-7a10-7c3e-9b51-5d0c3a5e1f10"
DIGEST: Final = hashlib.sha256(b"the recorded film").hexdigest()

_CUTS: Final = (
    0, 100, 275, 387, 537, 612, 737, 837, 987, 1112, 1202, 1327, 1452, 1487, 1567, 1717, 1802, 1877,
)  # fmt: skip
_TEXTS: Final = (
    (0, "视频理解演示", "zh-Hans", 0.98),
    (0, "镜头 Shots", "zh-Hans", 0.95),
    (1, "城市道路车辆检测", "zh-Hans", 0.97),
    (2, "Flower in the garden", "en", 0.99),
    (3, "Bottles on the table", "en", 0.99),
    (4, "手语：书", "zh-Hans", 0.91),
    (5, "Big Buck Bunny © Blender Foundation", "en", 0.96),
    (6, "宇航员 艾琳·柯林斯", "zh-Hans", 0.93),
)
_LABELS: Final = (
    ("vehicle", "Vehicle", 1, "", 0.96, (1, 7)),
    ("vehicle.road", "Road vehicle", 2, "vehicle", 0.96, (1, 7)),
    ("vehicle.road.car", "Car", 3, "vehicle.road", 0.94, (1, 7)),
    ("person", "Person", 1, "", 0.91, (4, 6, 8)),
    ("person.face", "Face", 2, "person", 0.91, (6, 8)),
    ("nature", "Nature", 1, "", 0.81, (2,)),
    ("nature.plant", "Plant", 2, "nature", 0.81, (2,)),
    ("nature.plant.flower", "Flower", 3, "nature.plant", 0.78, (2,)),
    ("object", "Object", 1, "", 0.72, (3,)),
    ("object.bottle", "Bottle", 2, "object", 0.72, (3,)),
    ("sound", "Sound", 1, "", 0.66, (9, 10)),
    ("sound.dog", "Dog", 2, "sound", 0.66, (9,)),
)
_SCENES: Final = (
    (0, 1, "视频理解演示", analysis_pb2.TITLE_SOURCE_PICTURE_TEXT),
    (1, 8, "城市道路车辆检测", analysis_pb2.TITLE_SOURCE_PICTURE_TEXT),
    (8, 13, "has never been surpassed in the later times", analysis_pb2.TITLE_SOURCE_SPEECH),
    (13, 17, "", 0),
)
_SPEECH: Final = (
    (4.4, 8.9, "printing in the only sense with which we are at present concerned", 1),
    (9.3, 13.8, "differs from most if not from all the arts", 1),
    (30.2, 34.6, "has never been surpassed in the later times", 2),
    (50.0, 56.4, "", 3),
)
_SOUNDS: Final = (
    ("Dog", 44.5, 46.0, 0.83),
    ("Rain", 48.2, 52.7, 0.64),
    ("Clock", 60.1, 62.0, 0.58),
)


def duration(seconds: float) -> duration_pb2.Duration:
    """Return `seconds` as a message."""
    message = duration_pb2.Duration()
    message.FromMilliseconds(round(seconds * 1000))
    return message


def span(start: float, end: float, *, video: bool = True) -> types_pb2.TimeSpan:
    """Return a stretch in seconds, with frames where the modality has them."""
    message = types_pb2.TimeSpan(start_offset=duration(start), end_offset=duration(end))
    if video:
        message.start_frame, message.end_frame = round(start * FPS), round(end * FPS)
        message.start_timecode, message.end_timecode = _code(start), _code(end)
    return message


def picture_bytes(index: int) -> bytes:
    """Return the bytes that stand for the key frame of a shot (JPEG markers, no picture)."""
    return b"\xff\xd8\xff\xe0" + f"key frame {index}".encode() + b"\xff\xd9"


def picture_digest(index: int) -> str:
    """Return the digest of a shot's key frame."""
    return hashlib.sha256(picture_bytes(index)).hexdigest()


def shot_span(index: int) -> types_pb2.TimeSpan:
    """Return when a shot runs."""
    return span(_CUTS[index] / FPS, _CUTS[index + 1] / FPS)


def recorded_analysis() -> analysis_pb2.Analysis:
    """Return a fresh copy of the recorded analysis (view FULL)."""
    analysis = analysis_pb2.Analysis(
        media_id=MEDIA_ID,
        revision=1,
        result_digest=hashlib.sha256(b"the result").hexdigest(),
        media_info=_media_info(),
        engines=_engines(),
        rules=analysis_pb2.RuleVersions(
            plan="1", taxonomy="2026.1", fusion="1", moderation="1",
            moderation_template="careful@1", calibration="1",
        ),
        verdict=_verdict(),
        stages=_stages(),
        loudness=analysis_pb2.Loudness(
            integrated_lufs=-19.4, range_lu=7.2, true_peak_dbtp=-1.3
        ),
        music=analysis_pb2.MusicStructure(tempo_bpm=112.3, confidence=0.7),
    )  # fmt: skip
    analysis.create_time.FromJsonString("2026-01-15T09:30:00Z")
    _add_segments(analysis)
    return analysis


def _add_segments(analysis: analysis_pb2.Analysis) -> None:
    for index in range(len(_CUTS) - 1):
        shot = analysis.shots.add(
            index=index, span=shot_span(index), confidence=1.0 if index == 0 else 0.97,
            transition_in=analysis_pb2.SHOT_TRANSITION_CUT if index else 0,
            picture_digest=picture_digest(index),
        )  # fmt: skip
        shot.colors.add(node_id="color.blue", rgb=0x2A4B8D, share=0.4 + index / 40)
        shot.colors.add(node_id="color.grey", rgb=0x8A8D91, share=0.2)
    for node_id, name, level, parent, confidence, shots in _LABELS:
        label = analysis.labels.add(
            node_id=node_id, name=name, level=level, parent_node_id=parent, confidence=confidence,
            centric_score=confidence / 4, appearance_ratio=len(shots) / 17,
            spans=[shot_span(index) for index in shots], modalities=["image"],
            evidence_count=3 * len(shots),
        )  # fmt: skip
        label.evidence.append(_evidence("image", "yolox-nano@1.0", shots[0], confidence))
    for index, name, count in ((1, "car", 4), (3, "bottle", 3), (4, "person", 1), (7, "car", 6)):
        analysis.objects.add(
            class_name=name, shot_index=index, span=shot_span(index), confidence=0.9,
            max_count=count, evidence=[_evidence("image", "yolox-nano@1.0", index, 0.9)],
        )  # fmt: skip
    for index in (4, 6, 8):
        analysis.faces.add(
            shot_index=index, span=shot_span(index), confidence=0.93,
            shot_size=analysis_pb2.SHOT_SIZE_MEDIUM,
        )  # fmt: skip
    _add_people(analysis)
    for index, text, language, confidence in _TEXTS:
        analysis.text_lines.add(
            text=text, span=shot_span(index), confidence=confidence, language_code=language,
            kind=analysis_pb2.TEXT_KIND_SUBTITLE if index else analysis_pb2.TEXT_KIND_FIXED,
            evidence=[_evidence("text", "rapidocr-ppocrv4@3.10", index, confidence)],
        )  # fmt: skip
    _add_words(analysis)
    _add_code(analysis)
    _add_sound(analysis)


def _add_code(analysis: analysis_pb2.Analysis) -> None:
    text = "\x1b[2J\u202ehttps://example.com"
    code = analysis.codes.add(
        symbology=analysis_pb2.SYMBOLOGY_QR_CODE, text=text, value=text.encode(), confidence=1.0,
        spans=[shot_span(2)], sighting_count=1, node_id="daily.qr_code",
        evidence=[_evidence("image", "zxing-cpp@1", 2, 1.0)],
    )  # fmt: skip
    code.sightings.add(frame=round(_CUTS[2]), offset=duration(_CUTS[2] / FPS))


def _add_words(analysis: analysis_pb2.Analysis) -> None:
    topic = analysis.topics.add(
        topic_id="arts", name="Arts & culture", confidence=0.72, modalities=["speech"],
        words=["printing", "arts"], spans=[span(4.4, 8.9, video=False)], evidence_count=1,
    )  # fmt: skip
    topic.evidence.append(_evidence("speech", "pocketsphinx@5.1.1", 1, 0.8))
    person = analysis.entities.add(
        kind=analysis_pb2.ENTITY_KIND_PERSON, name="艾琳·柯林斯", language_code="zh",
        confidence=0.83, mentions=1, spans=[shot_span(6)], modalities=["text"], evidence_count=1,
    )  # fmt: skip
    person.evidence.append(_evidence("text", "rapidocr-ppocrv4@3.10", 6, 0.93))
    paris = analysis.entities.add(
        kind=analysis_pb2.ENTITY_KIND_PLACE, name="Paris", language_code="en", confidence=0.69,
        mentions=2, spans=[span(9.3, 9.6), span(12.0, 12.4)], modalities=["speech", "text"],
        evidence_count=2,
    )  # fmt: skip
    for country, region, latitude, people in (
        ("FR", "11", 48.85, 2_138_551),
        ("US", "Texas", 33.66, 24_782),
    ):
        paris.place.candidates.add(
            place_id=f"geonames:{people}", level=analysis_pb2.PLACE_LEVEL_CITY, name="Paris",
            country_code=country, region=region, latitude=latitude, longitude=2.35,
            population=people, reason=analysis_pb2.PLACE_REASON_POPULATION,
        )  # fmt: skip
    paris.place.candidate_count = 2
    for text, language, confidence, mentions in (
        ("printing", "en", 0.45, 3),
        ("手语", "zh", 0.3, 1),
    ):
        analysis.keywords.add(
            text=text, language_code=language, confidence=confidence, mentions=mentions,
            spans=[span(4.4, 5.0)], modalities=["speech"], evidence_count=mentions,
        )  # fmt: skip


def _add_people(analysis: analysis_pb2.Analysis) -> None:
    """Two people: one in two shots, whose picture is kept, and one without a picture."""
    box = types_pb2.BoundingBox(x=0.4, y=0.2, width=0.1, height=0.2)
    for number, (shots, speech) in enumerate((((4, 8), 0.42), ((6,), None))):
        person = analysis.people.add(
            person_id=f"{number:016x}", spans=[shot_span(index) for index in shots],
            confidence=0.93, appearance_ratio=len(shots) / 17, face_count=2 * len(shots),
            track_count=len(shots), picture_digest="" if number else picture_digest(shots[0]),
            picture_box=None if number else box, speech_ratio=speech,
        )  # fmt: skip
        person.shot_sizes.add(shot_size=analysis_pb2.SHOT_SIZE_MEDIUM, duration=duration(4.0))
        for index in shots:
            person.tracks.add(
                track_id=f"{index:016x}", shot_index=index, span=shot_span(index), likeness=0.8
            )


def _add_sound(analysis: analysis_pb2.Analysis) -> None:
    for start, end, text, understanding in _SPEECH:
        analysis.utterances.add(
            span=span(start, end, video=False), text=text,
            language_code="en" if text else "und", understanding=understanding,
            confidence=0.8 if understanding == 1 else 0.4,
        )  # fmt: skip
    for name, start, end, confidence in _SOUNDS:
        analysis.sound_events.add(
            class_name=name, span=span(start, end, video=False), confidence=confidence
        )
    for kind, start, end in (
        (analysis_pb2.AUDIO_KIND_MUSIC, 0, 4.4),
        (analysis_pb2.AUDIO_KIND_SPEECH, 4.4, 13.8),
        (analysis_pb2.AUDIO_KIND_NOISE, 13.8, 30.2),
        (analysis_pb2.AUDIO_KIND_SPEECH, 30.2, 34.6),
        (analysis_pb2.AUDIO_KIND_SILENCE, 34.6, 44),
    ):
        analysis.audio_segments.add(kind=kind, span=span(start, end, video=False), confidence=0.9)
    analysis.events.add(
        rule_id="road_traffic", node_id="event.road_traffic", name="Road traffic",
        span=shot_span(7), confidence=0.82, modalities=["image", "sound"], evidence_count=12,
        evidence=[_evidence("image", "yolox-nano@1.0", 7, 0.9)],
    )  # fmt: skip
    analysis.event_rules.add(
        rule_id="road_traffic",
        node_id="event.road_traffic",
        name="Road traffic",
        evaluation=analysis_pb2.RULE_EVALUATION_EVALUATED,
    )
    analysis.event_rules.add(
        rule_id="interview", node_id="event.interview", name="Talk show or interview",
        evaluation=analysis_pb2.RULE_EVALUATION_NOT_EVALUATED, reason="NO_ENGINE",
        stages=["diarization"],
    )  # fmt: skip
    analysis.frame_conditions.add(
        kind=analysis_pb2.FRAME_CONDITION_KIND_SOLID, span=shot_span(0), confidence=1.0
    )
    analysis.quality.add(
        kind=analysis_pb2.QUALITY_KIND_NOISE, span=shot_span(3), severity=0.45, value=7.1
    )
    analysis.quality.add(
        kind=analysis_pb2.QUALITY_KIND_CHANNEL_MISSING, span=shot_span(5), severity=1.0,
        value=96.3, channels=[1],
    )  # fmt: skip
    mood = analysis.moods.add(
        mood=analysis_pb2.MOOD_KIND_EXCITEMENT, span=shot_span(6), valence=0.35, arousal=0.33,
        confidence=0.81, evidence_count=2,
    )  # fmt: skip
    mood.voices.add(source=analysis_pb2.MOOD_SOURCE_FACE, valence=0.81, arousal=0.51, weight=0.6)
    mood.voices.add(source=analysis_pb2.MOOD_SOURCE_SPEECH, valence=0.16, weight=0.4)
    analysis.film_mood.mood = analysis_pb2.MOOD_KIND_NEUTRAL
    analysis.film_mood.unclear = analysis_pb2.MOOD_UNCLEAR_FAINT
    analysis.film_mood.share = 0.05
    _add_scenes(analysis)


def _add_scenes(analysis: analysis_pb2.Analysis) -> None:
    for index, (first, end, title, source) in enumerate(_SCENES):
        analysis.scenes.add(
            index=index, kind=analysis_pb2.SCENE_KIND_SCENE,
            span=span(_CUTS[first] / FPS, _CUTS[end] / FPS), first_shot_index=first,
            end_shot_index=end, title=title, title_source=source,
            confidence=1.0 if index == 0 else 0.8, picture_digest=picture_digest(first),
            evidence=[_evidence("text", "rapidocr-ppocrv4@3.10", first, 0.97)],
        )  # fmt: skip


def _media_info() -> analysis_pb2.MediaInfo:
    return analysis_pb2.MediaInfo(
        digest=DIGEST, size_bytes=8_412_331, kind=analysis_pb2.MEDIA_KIND_VIDEO,
        container="mov,mp4,m4a,3gp,3g2,mj2", duration=duration(75.08),
        video=analysis_pb2.VideoStreamInfo(
            codec="h264", width=1280, height=720, coded_width=1280, coded_height=720,
            frame_rate_numerator=25, frame_rate_denominator=1, frame_count=1877,
            pixel_format="yuv420p", color_transfer="bt709",
        ),
        audio=analysis_pb2.AudioStreamInfo(codec="aac", sample_rate=48_000, channels=2),
        audio_stream_count=1, video_stream_count=1,
    )  # fmt: skip


def _engines() -> list[types_pb2.EnginePin]:
    named = (
        ("shots", "luma-cuts", "1.0"), ("objects", "yolox-nano", "0.1.1"),
        ("classes", "mobilenet-v2", "1.0"), ("faces", "yunet", "2023mar"),
        ("nsfw", "open-nsfw", "0.1.0"), ("text", "rapidocr-ppocrv4", "3.10"),
        ("speech", "pocketsphinx", "5.1.1"), ("sound", "yamnet", "1"),
    )  # fmt: skip
    return [
        types_pb2.EnginePin(
            feature=feature, engine=engine, version=version,
            model_digests=[hashlib.sha256(engine.encode()).hexdigest()],
        )
        for feature, engine, version in named
    ]  # fmt: skip


def _stages() -> list[analysis_pb2.Stage]:
    done = analysis_pb2.STAGE_STATE_SUCCEEDED
    unchecked = analysis_pb2.STAGE_STATE_NOT_CHECKED
    stages = [
        analysis_pb2.Stage(name=name, state=done, done=total, total=total, model_calls=calls,
                           cpu_seconds=cpu)
        for name, total, calls, cpu in (
            ("ingest", 1, 0, 0.1), ("probe", 1, 0, 0.2), ("shots", 4, 0, 0.4),
            ("objects", 4, 61, 3.2), ("classes", 4, 61, 1.1), ("faces", 4, 61, 1.4),
            ("nsfw", 4, 61, 1.9), ("colors", 4, 0, 0.2), ("text", 4, 88, 6.3),
            ("sound", 4, 79, 0.9), ("loudness", 1, 0, 0.3), ("music", 1, 1, 1.2),
            ("fuse", 1, 0, 0.05), ("moderate", 1, 0, 0.01),
        )
    ]  # fmt: skip
    speech = analysis_pb2.Stage(
        name="speech", state=unchecked, reason="SPEECH_NOT_UNDERSTOOD", done=4, total=4,
        message="6.4 s of speech are in no language the recogniser understands.",
        model_calls=4, cpu_seconds=8.8,
    )  # fmt: skip
    return [*stages[:9], speech, *stages[9:]]


def _verdict() -> analysis_pb2.Verdict:
    checked = analysis_pb2.COVERAGE_STATE_CHECKED
    unchecked = analysis_pb2.COVERAGE_STATE_NOT_CHECKED
    image = analysis_pb2.VerdictGroup(
        category="porn", medium="image", suggestion=analysis_pb2.SUGGESTION_REVIEW,
        confidence=0.61, label="sexy",
        coverage=[analysis_pb2.LabelCoverage(label="porn", state=checked)],
    )  # fmt: skip
    image.segments.add(
        span=shot_span(8), suggestion=analysis_pb2.SUGGESTION_REVIEW, confidence=0.61,
        label="sexy", rule_id="porn.image", threshold=0.5, picture_digest=picture_digest(8),
        blurred_picture_digest=picture_digest(9),
        evidence=[_evidence("image", "open-nsfw@0.1.0", 8, 0.64)],
    )  # fmt: skip
    speech = analysis_pb2.VerdictGroup(
        category="political", medium="speech", suggestion=analysis_pb2.SUGGESTION_REVIEW,
        reason="NOT_CHECKED",
        coverage=[analysis_pb2.LabelCoverage(state=unchecked, reason="SPEECH_NOT_UNDERSTOOD")],
    )  # fmt: skip
    words = analysis_pb2.VerdictGroup(
        category="prohibited", medium="text", suggestion=analysis_pb2.SUGGESTION_PASS,
        coverage=[analysis_pb2.LabelCoverage(state=checked)],
    )  # fmt: skip
    terror = analysis_pb2.VerdictGroup(
        category="terrorism", medium="image", suggestion=analysis_pb2.SUGGESTION_PASS,
        coverage=[
            analysis_pb2.LabelCoverage(label="gun", state=checked),
            analysis_pb2.LabelCoverage(label="flag", state=unchecked, reason="NO_ENGINE"),
        ],
    )  # fmt: skip
    return analysis_pb2.Verdict(
        suggestion=analysis_pb2.SUGGESTION_REVIEW, template="careful@1",
        groups=[image, terror, speech, words],
    )  # fmt: skip


def _evidence(modality: str, engine: str, shot: int, score: float) -> types_pb2.EvidenceRef:
    blob = hashlib.sha256(engine.encode()).hexdigest()[:16]
    return types_pb2.EvidenceRef(
        evidence_id=f"{blob}/{shot}", modality=modality, engine=engine, raw_confidence=score,
        span=shot_span(shot), picture_digest=picture_digest(shot),
    )  # fmt: skip


def _code(seconds: float) -> str:
    frame = round(seconds * FPS)
    return f"00:{frame // FPS // 60:02}:{frame // FPS % 60:02}:{frame % FPS:02}"
