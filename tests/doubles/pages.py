"""The recorded analysis, page by page."""

from __future__ import annotations

from typing import Any

from videre.v1 import analysis_pb2


def page_of(whole: analysis_pb2.Analysis, request: Any) -> tuple[analysis_pb2.Analysis, str]:
    """Return the analysis in two pages: shots up to the ninth, then the rest."""
    page = analysis_pb2.Analysis()
    page.CopyFrom(whole)
    if request.view != analysis_pb2.ANALYSIS_VIEW_FULL:
        for name in (
            "shots", "objects", "faces", "text_lines", "utterances", "sound_events",
            "audio_segments", "frame_conditions", "events", "scenes", "people", "keywords",
            "entities", "topics", "codes",
        ):  # fmt: skip
            page.ClearField(name)
        return page, ""
    first = not request.page_token
    del page.shots[slice(9, None) if first else slice(9)]
    if first:
        for name in ("text_lines", "utterances", "sound_events", "objects", "audio_segments"):
            page.ClearField(name)  # type: ignore[arg-type]
        page.ClearField("faces")
        page.ClearField("frame_conditions")
        for name in ("events", "scenes", "people", "keywords", "entities", "topics", "codes"):
            page.ClearField(name)  # type: ignore[arg-type]
        page.ClearField("music")
        for group in page.verdict.groups:
            group.ClearField("segments")
    return page, "2" if first else ""
