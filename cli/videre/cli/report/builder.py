"""Putting the page together: one HTML file, nothing loaded from anywhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from videre.cli.formatting import media_facts, seconds, span_seconds
from videre.cli.report import lists, structure, tracks, words
from videre.cli.report.codes import code_rows
from videre.cli.report.events import event_rows, unevaluated
from videre.cli.report.feedback import feedback_rows
from videre.cli.report.library_matches import library_rows
from videre.cli.report.mood import CURVE_HEIGHT, film_mood, mood_curve, mood_rows
from videre.cli.report.quality import quality_rows
from videre.cli.report.timeline import timeline
from videre.cli.report.verdict import people_say, verdict_view
from videre.v1 import analysis_pb2

#: All pictures of a page together; further ones are left out and shown as an empty frame.
MAX_PICTURE_BYTES: Final = 12 << 20
_MAX_SHOTS: Final = 300
_MAX_PEOPLE: Final = 60
_MAX_LINES: Final = 1_000
_MAX_TRACKS: Final = 200
_MAX_HITS: Final = 12
_JPEG, _PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture embedded once: its element id and its data URI."""

    id: str
    data_uri: str


def wanted_pictures(analysis: analysis_pb2.Analysis) -> list[str]:
    """Return the digests of the pictures the page can show, the most telling first."""
    digests: dict[str, None] = {}
    for group in analysis.verdict.groups:
        for segment in group.segments[:_MAX_HITS]:
            digests[segment.picture_digest or segment.blurred_picture_digest] = None
    for scene in analysis.scenes[:_MAX_SHOTS]:
        digests[scene.picture_digest] = None
    for person in analysis.people[:_MAX_PEOPLE]:
        digests[person.picture_digest] = None
    for shot in analysis.shots[:_MAX_SHOTS]:
        digests[shot.picture_digest] = None
    digests.pop("", None)
    return list(digests)


def build_report(
    analysis: analysis_pb2.Analysis,
    *,
    title: str = "",
    pictures: Mapping[str, bytes],
    stages: Sequence[analysis_pb2.Stage] = (),
) -> str:
    """Return the page.

    Args:
        analysis: with the view FULL.
        title: of the media; "" = its id.
        pictures: JPEG or PNG bytes by the digest under which the analysis names them, best already
            scaled to some 320 px; of any other format, or beyond `MAX_PICTURE_BYTES` in all, they
            are left out.
        stages: those of the job, which also tell the work done; none = the analysis's own.
    """
    total_s = _total_s(analysis)
    embedded = _embed(wanted_pictures(analysis), pictures)
    css, script = _text("page.css"), _text("page.js")
    return _template().render(
        title=title or analysis.media_id,
        analysis=analysis,
        facts=media_facts(analysis.media_info),
        moving=analysis.media_info.kind != analysis_pb2.MEDIA_KIND_IMAGE,
        created=analysis.create_time.ToDatetime() if analysis.HasField("create_time") else None,
        verdict=verdict_view(analysis.verdict, max_hits=_MAX_HITS)
        if analysis.HasField("verdict")
        else None,
        people_say=people_say(analysis.review) if analysis.HasField("review") else None,
        timeline=timeline(analysis, total_s),
        events=event_rows(analysis, _MAX_LINES),
        unevaluated=unevaluated(analysis),
        labels=lists.label_tree(analysis.labels, total_s),
        people=lists.person_cards(analysis, total_s, _MAX_PEOPLE),
        ratio=_ratio(analysis.media_info.video),
        topics=words.topic_rows(analysis),
        entities=words.entity_rows(analysis, _MAX_LINES),
        keywords=words.keyword_rows(analysis, _MAX_LINES),
        library=library_rows(analysis, _MAX_LINES),
        scenes=structure.scene_rows(analysis, _MAX_SHOTS),
        conditions=structure.condition_rows(analysis, _MAX_LINES),
        quality=quality_rows(analysis, _MAX_LINES),
        feedback=feedback_rows(analysis, _MAX_LINES),
        tracks=tracks.track_rows(analysis, _MAX_TRACKS),
        seen_once=tracks.seen_once(analysis),
        shots=lists.shot_cards(analysis, _MAX_SHOTS),
        transcript=lists.transcript(analysis, _MAX_LINES),
        texts=lists.text_rows(analysis, _MAX_LINES),
        text_heading=lists.text_heading(analysis),
        film_mood=film_mood(analysis),
        moods=mood_rows(analysis, _MAX_LINES),
        mood_curve=mood_curve(analysis, total_s, _MAX_LINES),
        curve_height=CURVE_HEIGHT,
        codes=code_rows(analysis, _MAX_LINES),
        sounds=lists.sound_rows(analysis, _MAX_LINES),
        sound_facts=lists.sound_facts(analysis),
        stages=lists.stage_rows(stages or analysis.stages),
        rules=_rules(analysis.rules),
        pictures=embedded,
        css=Markup(css),
        script=Markup(script),
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )


def _total_s(analysis: analysis_pb2.Analysis) -> float:
    """Return the length of the media; of a picture, which has none, one second.

    Of text without times, its characters: what is drawn by shares is drawn alike.
    """
    known = float(analysis.media_info.character_count) or seconds(analysis.media_info.duration)
    ends = [span_seconds(shot.span)[1] for shot in analysis.shots]
    return max([known, *ends]) or 1.0


def _ratio(video: analysis_pb2.VideoStreamInfo) -> str:
    """Return the shape of a picture for CSS, "16 / 9" when it is not known."""
    return f"{video.width} / {video.height}" if video.width and video.height else "16 / 9"


def _embed(wanted: list[str], pictures: Mapping[str, bytes]) -> dict[str, Picture]:
    embedded: dict[str, Picture] = {}
    left = MAX_PICTURE_BYTES
    for digest in wanted:
        data = pictures.get(digest, b"")
        kind = "jpeg" if data.startswith(_JPEG) else "png" if data.startswith(_PNG) else ""
        if not kind or len(data) > left:
            continue
        left -= len(data)
        uri = f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
        embedded[digest] = Picture(f"p{len(embedded)}", uri)
    return embedded


def _rules(rules: analysis_pb2.RuleVersions) -> list[tuple[str, str]]:
    return [
        (field.name.replace("_", " "), str(value)) for field, value in rules.ListFields() if value
    ]


def _text(name: str) -> str:
    return resources.files("videre.cli.report").joinpath(name).read_text(encoding="utf-8")


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(_text("page.html.j2"))
