"""Functions of the vendor that look at pictures. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from videre.exports.alibaba_production.base import (
    Answer,
    Mapped,
    Params,
    Wanted,
    files,
    missing,
    no_params,
    refused,
    seconds,
)
from videre.v1 import production_pb2 as pb
from videre.v1 import types_pb2

#: Covers that are chosen where several files may be written.
_COVERS: Final = 5
#: Boxes of logos and texts at most.
_MOST_BOXES: Final = 2
_BACKGROUND: Final = "background"
#: Of a face's change that is not said; the vendor's own default is not known.
_STRENGTH: Final = 0.5
#: Languages of captions: theirs → those that are kept; none = all.
_LANGUAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "": (),
    "ch": ("zh",),
    "en": ("en",),
    "ch_ml": (),
}


def _cover(params: Params, several: bool) -> Wanted:
    moving = params.text("Model", ("gif",)) == "gif"
    task = pb.CoverParams(
        count=_COVERS if several else 1,
        motion=pb.COVER_MOTION_GIF if moving else pb.COVER_MOTION_UNSPECIFIED,
    )
    return Wanted((pb.ProductionTask(cover=task),))


def _covers(answer: Answer) -> list[dict[str, Any]]:
    return [
        {
            "Score": round(one.score, 4),
            "Time": str(one.offset.seconds * 1_000 + one.offset.nanos // 1_000_000),
            "Url": answer.url(one),
        }
        for one in answer.of_role("cover")
    ]


def _summary() -> Wanted:
    return Wanted((pb.ProductionTask(summarize=pb.SummarizeParams()),))


def _summaries(answer: Answer) -> dict[str, Any]:
    told = answer.json("summary") or {}
    return {
        "VideoSummaryList": [
            {
                "StartTime": seconds(one.get("startOffset", "0s")),
                "EndTime": seconds(one["endOffset"]),
            }
            for one in told.get("parts", [])
        ]
    }


def _lecture(params: Params, several: bool) -> Wanted:
    del params
    task = pb.SplitLectureParams(without_files=not several)
    return Wanted((pb.ProductionTask(split_lecture=task),), features=("text",))


def _slides(answer: Answer) -> dict[str, Any]:
    told = answer.json("lecture") or {}
    return {
        "splitResult": [
            {
                "beginTime": seconds(one.get("startOffset", "0s")),
                "endTime": seconds(one["endOffset"]),
                "title": one.get("title", ""),
            }
            for one in told.get("parts", [])
        ]
    }


def _captions(params: Params, several: bool) -> Wanted:
    del several
    task = pb.CaptionsParams(
        source=pb.CAPTION_SOURCE_PICTURE,
        format=pb.CAPTION_FORMAT_SRT,
        region=_band(params.take("roi")),
        split_languages=params.flag("sep", default=False),
        main_track_only=params.text("track", ("main",)) == "main",
        languages=_LANGUAGES[params.text("lang", tuple(filter(None, _LANGUAGES)))],
        cue_prefix=params.text("formatter"),
    )
    return Wanted((pb.ProductionTask(captions=task),), features=("text",))


def _band(roi: Any) -> types_pb2.BoundingBox | None:
    """Return the box of [[top, bottom], [left, right]], as JSON or as a text of it.

    Raises:
        VidereError: FIELD_INVALID.
    """
    if roi is None:
        return None
    limit = "[[top,bottom],[left,right]] inside 0..1"
    try:
        (top, bottom), (left, right) = json.loads(roi) if isinstance(roi, str) else roi
        sides = [float(side) for side in (left, top, right, bottom)]
    except (TypeError, ValueError):
        raise refused("roi", f"must be {limit}", limit, roi) from None
    x, y, right, bottom = sides
    if not (0 <= x < right <= 1 and 0 <= y < bottom <= 1):
        raise refused("roi", f"must be {limit}", limit, roi)
    return types_pb2.BoundingBox(x=x, y=y, width=right - x, height=bottom - y)


def _caption_files(answer: Answer) -> dict[str, Any]:
    return {"result": [{"file": answer.url(one)} for one in answer.of_role("captions")]}


def _green_screen(params: Params, several: bool) -> Wanted:
    del several
    params.text("mode", ("file",))
    background = params.text("bgimage")
    task = pb.KeyGreenScreenParams()
    if background:
        task.backdrop.input = _BACKGROUND
    return Wanted(
        (pb.ProductionTask(key_green_screen=task),),
        inputs={_BACKGROUND: background} if background else {},
    )


def _people() -> Wanted:
    return Wanted((pb.ProductionTask(matte_portrait=pb.MattePortraitParams()),))


def _drawn() -> Wanted:
    return Wanted((pb.ProductionTask(cartoonize=pb.CartoonizeParams()),))


def _beauty(params: Params, several: bool) -> Wanted:
    del several
    task = pb.BeautifyFacesParams(
        sharpen=params.number("Sharp", _STRENGTH, (0, 1)),
        smooth=params.number("Smooth", _STRENGTH, (0, 1)),
        whiten=params.number("White", _STRENGTH, (0, 1)),
    )
    return Wanted((pb.ProductionTask(beautify_faces=task),))


def _boxes(params: Params, older: str) -> list[pb.PictureRegion]:
    """Return the boxes of a call, which MPS and IMS name differently."""
    given = params.boxes(older, _MOST_BOXES) or params.boxes("Boxes", _MOST_BOXES)
    return [
        pb.PictureRegion(
            keys=[pb.RegionKey(box=types_pb2.BoundingBox(x=x, y=y, width=width, height=height))]
        )
        for x, y, width, height in given
    ]


def _delogo(params: Params, several: bool) -> Wanted:
    del several
    params.text("LogoModel", ("tv", "internet"))  # ours finds both alike
    task = pb.RemoveLogoParams(regions=_boxes(params, "Logo"))
    return Wanted((pb.ProductionTask(remove_logo=task),))


def _delogo_picture(params: Params, several: bool) -> Wanted:
    wanted = _delogo(params, several)
    if not wanted.tasks[0].remove_logo.regions:
        # In one picture nothing tells a logo from what stands behind it.
        raise missing("Logo", "must be given: in a single picture logos are not found", "a box")
    return wanted


def _detext(params: Params, several: bool) -> Wanted:
    del several
    task = pb.RemoveTextParams(regions=_boxes(params, "Text"))
    read = () if task.regions else ("text",)
    return Wanted((pb.ProductionTask(remove_text=task),), features=read)


def _portrait() -> Wanted:
    return Wanted((pb.ProductionTask(reframe=pb.ReframeParams()),))


def _pictures(answer: Answer) -> dict[str, Any]:
    """Return the result of functions of pictures: one entry a file."""
    return {
        "Details": [
            {"Status": "Success", "Input": answer.input, "Output": answer.url(one)}
            for one in answer.outputs
        ]
    }


FUNCTIONS: Final = (
    Mapped("Cover", _cover, _covers, "cover"),
    Mapped("VideoClip", no_params(_summary), _summaries, "summarize"),
    Mapped("VideoSplit", _lecture, _slides, "split_lecture"),
    Mapped("CaptionExtraction", _captions, _caption_files, "captions"),
    Mapped("VideoGreenScreenMatting", _green_screen, files, "key_green_screen"),
    Mapped("ImageMatting", no_params(_people), _pictures, "matte_portrait"),
    Mapped("ImageCartoonize", no_params(_drawn), _pictures, "cartoonize"),
    Mapped("FaceBeauty", _beauty, _pictures, "beautify_faces"),
    Mapped("VideoDelogo", _delogo, files, "remove_logo"),
    Mapped("ImageDelogo", _delogo_picture, _pictures, "remove_logo"),
    Mapped("VideoDetext", _detext, files, "remove_text"),
    Mapped("VideoH2V", no_params(_portrait), files, "reframe"),
    Mapped("ImageH2V", no_params(_portrait), _pictures, "reframe"),
)
