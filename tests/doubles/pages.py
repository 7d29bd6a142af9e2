"""The recorded analysis, page by page."""

from __future__ import annotations

from typing import Any, Final

from videre.exports.segments import LISTS
from videre.v1 import analysis_pb2

#: Lists that pages divide between them, beside shots and labels.
_LATER: Final = [name for name in LISTS if name not in ("shots", "labels")]


def page_of(whole: analysis_pb2.Analysis, request: Any) -> tuple[analysis_pb2.Analysis, str]:
    """Return the analysis in two pages: shots up to the ninth, then the rest."""
    page = analysis_pb2.Analysis()
    page.CopyFrom(whole)
    if request.view != analysis_pb2.ANALYSIS_VIEW_FULL:
        for name in ("shots", *_LATER):
            page.ClearField(name)  # type: ignore[arg-type]
        return page, ""
    first = not request.page_token
    del page.shots[slice(9, None) if first else slice(9)]
    if first:
        for name in (*_LATER, "music"):
            page.ClearField(name)  # type: ignore[arg-type]
        for group in page.verdict.groups:
            group.ClearField("segments")
    return page, "2" if first else ""
