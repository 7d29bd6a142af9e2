"""`videre produce …` of the functions that change what is in pictures."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from videre.cli.commands import options as shared
from videre.cli.commands.produce import (
    Folder,
    Mute,
    Options,
    Preset,
    Source,
    make,
    shape_of,
)


class Place(StrEnum):
    """Where a mark stands."""

    TOP_LEFT = "top-left"
    TOP = "top"
    TOP_RIGHT = "top-right"
    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"
    BOTTOM_LEFT = "bottom-left"
    BOTTOM = "bottom"
    BOTTOM_RIGHT = "bottom-right"


class Style(StrEnum):
    """How captions are told from the picture behind them."""

    OUTLINE = "outline"
    BOX = "box"


class Format(StrEnum):
    """Format of pictures."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"


Part = Annotated[str, typer.Option(help="Only this stretch, such as 1.5-4.")]
ImageFormat = Annotated[Format, typer.Option(help="Format of what is made of a picture.")]


def watermark(
    source: Source,
    picture: Annotated[str, typer.Option(help="Picture to draw: file or URI.")] = "",
    text: Annotated[str, typer.Option(help="Text to draw, instead of a picture.")] = "",
    at: Annotated[Place, typer.Option(help="Where the mark stands.")] = Place.BOTTOM_RIGHT,
    margin: Annotated[
        float | None, typer.Option(help="Room at the edges, share of the frame's shorter side.")
    ] = None,
    size: Annotated[
        float | None,
        typer.Option(
            help="Width of a picture, or height of a line of text, as share of the frame."
        ),
    ] = None,
    opacity: Annotated[float | None, typer.Option(help="Opacity, 0.01 to 1.")] = None,
    show: Annotated[
        list[str] | None, typer.Option(help="When, such as 2-5.5; may be repeated.")
    ] = None,
    preset: Preset = "web",
    part: Part = "",
    image_format: ImageFormat = Format.JPEG,
    option: Options = None,
    mute: Mute = False,
    output: Folder = Path("."),
    timeout: shared.Timeout = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Draw a picture or a text over a video or a picture."""
    from videre.cli.production_words import range_of, renditions
    from videre.v1 import production_pb2 as pb

    if bool(picture) == bool(text):
        raise typer.BadParameter("one of --picture and --text is needed")
    params = pb.WatermarkParams(
        range=range_of(part) if part else None,
        anchor=pb.Anchor.Value(f"ANCHOR_{at.name}"),
        margin=margin,
        size=size,
        opacity=opacity,
        shown=[range_of(word) for word in show or ()],
        renditions=renditions([preset], shape_of(option=option, mute=mute)),
        image_format=pb.ImageFormat.Value(f"IMAGE_FORMAT_{image_format.name}"),
    )
    if picture:
        params.picture = "mark"
    else:
        params.text = text
    further = {"mark": picture} if picture else {}
    task = pb.ProductionTask(watermark=params)
    make(server, source, further, task, folder=output, timeout=timeout, as_json=json)


def burn_captions(
    source: Source,
    captions: Annotated[str, typer.Argument(help="Subtitle file (SRT, WebVTT, ASS) or its URI.")],
    style: Annotated[
        Style, typer.Option(help="How captions are told from the picture.")
    ] = Style.OUTLINE,
    size: Annotated[
        float | None, typer.Option(help="Height of a line, share of the frame's.")
    ] = None,
    margin: Annotated[
        float | None, typer.Option(help="Room below, share of the frame's height.")
    ] = None,
    preset: Preset = "web",
    part: Part = "",
    option: Options = None,
    mute: Mute = False,
    output: Folder = Path("."),
    timeout: shared.Timeout = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Draw captions into the picture."""
    from videre.cli.production_words import range_of, renditions
    from videre.v1 import production_pb2 as pb

    params = pb.BurnCaptionsParams(
        range=range_of(part) if part else None,
        file="captions",
        style=pb.CaptionStyle.Value(f"CAPTION_STYLE_{style.name}"),
        size=size,
        margin=margin,
        renditions=renditions([preset], shape_of(option=option, mute=mute)),
    )
    task = pb.ProductionTask(burn_captions=params)
    further = {"captions": captions}
    make(server, source, further, task, folder=output, timeout=timeout, as_json=json)


class Mode(StrEnum):
    """How something is made unrecognisable."""

    BLUR = "blur"
    MOSAIC = "mosaic"
    FILL = "fill"


Boxes = Annotated[
    list[str] | None,
    typer.Option(
        help="Part of the picture X,Y,WIDTH,HEIGHT in shares of it, with @START-END only then;"
        " may be repeated."
    ),
]


def obscure(
    source: Source,
    faces: Annotated[
        bool,
        typer.Option("--faces", help="Look for faces; so without any box."),
    ] = False,
    box: Boxes = None,
    mode: Annotated[Mode, typer.Option(help="How.")] = Mode.BLUR,
    preset: Preset = "web",
    part: Part = "",
    image_format: ImageFormat = Format.JPEG,
    option: Options = None,
    mute: Mute = False,
    output: Folder = Path("."),
    timeout: shared.Timeout = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Make faces or given parts unrecognisable; texts and plates need a job with an analysis."""
    from videre.cli.production_words import range_of, region_of, renditions
    from videre.v1 import production_pb2 as pb

    targets = [pb.OBSCURE_TARGET_FACES] if faces or not box else []
    params = pb.ObscureParams(
        range=range_of(part) if part else None,
        targets=targets,
        regions=[region_of(word) for word in box or ()],
        mode=pb.ObscureMode.Value(f"OBSCURE_MODE_{mode.name}"),
        renditions=renditions([preset], shape_of(option=option, mute=mute)),
        image_format=pb.ImageFormat.Value(f"IMAGE_FORMAT_{image_format.name}"),
    )
    task = pb.ProductionTask(obscure=params)
    make(server, source, {}, task, folder=output, timeout=timeout, as_json=json)


class Removal(StrEnum):
    """What becomes of a logo."""

    RESTORE = "restore"
    BLUR = "blur"
    MOSAIC = "mosaic"


def remove_logo(
    source: Source,
    box: Boxes = None,
    mode: Annotated[Removal, typer.Option(help="What becomes of it.")] = Removal.RESTORE,
    preset: Preset = "web",
    part: Part = "",
    image_format: ImageFormat = Format.JPEG,
    option: Options = None,
    mute: Mute = False,
    output: Folder = Path("."),
    timeout: shared.Timeout = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Take logos that stand still out of a video or a picture; without boxes they are found."""
    from videre.cli.production_words import range_of, region_of, renditions
    from videre.v1 import production_pb2 as pb

    params = pb.RemoveLogoParams(
        range=range_of(part) if part else None,
        regions=[region_of(word) for word in box or ()],
        mode=pb.RemovalMode.Value(f"REMOVAL_MODE_{mode.name}"),
        renditions=renditions([preset], shape_of(option=option, mute=mute)),
        image_format=pb.ImageFormat.Value(f"IMAGE_FORMAT_{image_format.name}"),
    )
    task = pb.ProductionTask(remove_logo=params)
    make(server, source, {}, task, folder=output, timeout=timeout, as_json=json)


def remove_text(
    source: Source,
    box: Annotated[
        list[str],
        typer.Option(
            help="Box with text X,Y,WIDTH,HEIGHT in shares of the picture, with @START-END only"
            " then; may be repeated."
        ),
    ],
    preset: Preset = "web",
    part: Part = "",
    image_format: ImageFormat = Format.JPEG,
    option: Options = None,
    mute: Mute = False,
    output: Folder = Path("."),
    timeout: shared.Timeout = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Take subtitles out of a video or a picture."""
    from videre.cli.production_words import range_of, region_of, renditions
    from videre.v1 import production_pb2 as pb

    params = pb.RemoveTextParams(
        range=range_of(part) if part else None,
        regions=[region_of(word) for word in box],
        renditions=renditions([preset], shape_of(option=option, mute=mute)),
        image_format=pb.ImageFormat.Value(f"IMAGE_FORMAT_{image_format.name}"),
    )
    task = pb.ProductionTask(remove_text=params)
    make(server, source, {}, task, folder=output, timeout=timeout, as_json=json)
