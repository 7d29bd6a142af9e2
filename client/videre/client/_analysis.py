"""Collecting an analysis that the server sends in pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from videre.client._flow import Context, Flow
from videre.client._pages import PAGE_SIZE
from videre.client._rpc import GET_ANALYSIS
from videre.v1 import analysis_pb2, media_pb2

#: Lists that pages divide between them, as they do labels and the findings of a verdict. Beats come
#: whole with one page, and all else with every page.
_PAGED: Final = (
    "shots",
    "objects",
    "faces",
    "text_lines",
    "utterances",
    "sound_events",
    "audio_segments",
    "frame_conditions",
    "events",
    "scenes",
    "people",
    "keywords",
    "entities",
    "topics",
    "quality",
    "codes",
    "moods",
    "tracks",
    "library_matches",
    "feedback",
    "timeline",
)


@dataclass(frozen=True, slots=True)
class Select:
    """How much of an analysis to fetch: the view and, unset = everything in it, the filter."""

    view: analysis_pb2.AnalysisView.ValueType = analysis_pb2.ANALYSIS_VIEW_BASIC
    filter: analysis_pb2.AnalysisFilter | None = None


def merge_page(whole: analysis_pb2.Analysis, page: analysis_pb2.Analysis) -> None:
    """Append the segments of a further page to what earlier pages brought."""
    if page.HasField("verdict"):
        for group, more in zip(whole.verdict.groups, page.verdict.groups, strict=True):
            group.segments.extend(more.segments)
    if page.HasField("music"):
        whole.music.CopyFrom(page.music)
    for name in _PAGED:
        getattr(whole, name).extend(getattr(page, name))
    known = {label.node_id for label in whole.labels}
    whole.labels.extend(label for label in page.labels if label.node_id not in known)


def get_analysis(
    context: Context, media_id: str, revision: int, select: Select
) -> Flow[analysis_pb2.Analysis]:
    """Return one revision of a media's analysis with the segments of all pages."""
    whole: analysis_pb2.Analysis | None = None
    token = ""
    while True:
        request = media_pb2.GetAnalysisRequest(
            media_id=media_id,
            revision=whole.revision if whole is not None else revision,
            view=select.view,
            filter=select.filter,
            page_size=PAGE_SIZE,
            page_token=token,
        )
        page = yield from context.call(GET_ANALYSIS, request)
        if whole is None:
            whole = page.analysis
        else:
            merge_page(whole, page.analysis)
        token = page.next_page_token
        if not token:
            return whole
