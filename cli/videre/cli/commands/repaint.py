"""`videre produce …` of the functions that change every frame: cutting out, smoothing, drawing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from videre.cli.commands import options as shared
from videre.cli.commands.produce import Folder, Mute, Options, Source, Width, make, shape_of
from videre.cli.commands.retouch import Format, Part

Behind = Annotated[
    str,
    typer.Option("--background", "-b", help="File, URI or #rrggbb; default: transparent."),
]
Preset = Annotated[
    str, typer.Option("--preset", "-p", help="Default web, transparent prores-4444.")
]
Web = Annotated[str, typer.Option("--preset", "-p", help="How it is encoded.")]
Pictures = Annotated[Format | None, typer.Option(help="Format of what is made of a picture.")]


def key_green_screen(
    source: Source,
    background: Behind = "",
    key: Annotated[
        str, typer.Option(help="Colour of the screen, #rrggbb; default: found by itself.")
    ] = "",
    despill: Annotated[
        float | None, typer.Option(help="How much of the screen's light is taken away, 0..1.")
    ] = None,
    preset: Preset = "",
    image_format: Pictures = None,
    part: Part = "",
    width: Width = None,
    option: Options = None,
    mute: Mute = False,
    output: Folder = Path("."),
    timeout: shared.Timeout = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Cut out what stands before a green, blue, white or other screen of one colour."""
    from videre.cli.production_words import backdrop_of, image_format_of, range_of, renditions
    from videre.v1 import production_pb2 as pb

    backdrop, further = backdrop_of(background)
    shape = shape_of(width, None, "", None, "", option, mute)
    params = pb.KeyGreenScreenParams(
        range=range_of(part) if part else None,
        key_color=key,
        despill=despill,
        backdrop=backdrop,
        renditions=renditions([preset or ("web" if background else "prores-4444")], shape),
        image_format=image_format_of(image_format or ""),
    )
    task = pb.ProductionTask(key_green_screen=params)
    make(server, source, further, task, folder=output, timeout=timeout, as_json=json)


def matte_portrait(
    source: Source,
    background: Behind = "",
    preset: Preset = "",
    image_format: Pictures = None,
    part: Part = "",
    width: Width = None,
    option: Options = None,
    mute: Mute = False,
    output: Folder = Path("."),
    timeout: shared.Timeout = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Cut people out of any background."""
    from videre.cli.production_words import backdrop_of, image_format_of, range_of, renditions
    from videre.v1 import production_pb2 as pb

    backdrop, further = backdrop_of(background)
    shape = shape_of(width, None, "", None, "", option, mute)
    params = pb.MattePortraitParams(
        range=range_of(part) if part else None,
        backdrop=backdrop,
        renditions=renditions([preset or ("web" if background else "prores-4444")], shape),
        image_format=image_format_of(image_format or ""),
    )
    task = pb.ProductionTask(matte_portrait=params)
    make(server, source, further, task, folder=output, timeout=timeout, as_json=json)


def beautify_faces(
    source: Source,
    smooth: Annotated[float | None, typer.Option(help="Smoother skin, 0..1.")] = None,
    whiten: Annotated[float | None, typer.Option(help="Brighter skin, 0..1.")] = None,
    sharpen: Annotated[float | None, typer.Option(help="Clearer eyes and mouth, 0..1.")] = None,
    preset: Web = "web",
    image_format: Pictures = None,
    part: Part = "",
    width: Width = None,
    option: Options = None,
    mute: Mute = False,
    output: Folder = Path("."),
    timeout: shared.Timeout = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Smooth, whiten and sharpen faces."""
    from videre.cli.production_words import image_format_of, range_of, renditions
    from videre.v1 import production_pb2 as pb

    params = pb.BeautifyFacesParams(
        range=range_of(part) if part else None,
        smooth=smooth,
        whiten=whiten,
        sharpen=sharpen,
        renditions=renditions([preset], shape_of(width, None, "", None, "", option, mute)),
        image_format=image_format_of(image_format or ""),
    )
    task = pb.ProductionTask(beautify_faces=params)
    make(server, source, {}, task, folder=output, timeout=timeout, as_json=json)


def cartoonize(
    source: Source,
    levels: Annotated[int | None, typer.Option(help="Steps of luma, 2..32.")] = None,
    outlines: Annotated[float | None, typer.Option(help="How dark outlines are, 0..1.")] = None,
    preset: Web = "web",
    image_format: Pictures = None,
    part: Part = "",
    width: Width = None,
    option: Options = None,
    mute: Mute = False,
    output: Folder = Path("."),
    timeout: shared.Timeout = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Make a media look drawn."""
    from videre.cli.production_words import image_format_of, range_of, renditions
    from videre.v1 import production_pb2 as pb

    params = pb.CartoonizeParams(
        range=range_of(part) if part else None,
        levels=levels,
        outlines=outlines,
        renditions=renditions([preset], shape_of(width, None, "", None, "", option, mute)),
        image_format=image_format_of(image_format or ""),
    )
    task = pb.ProductionTask(cartoonize=params)
    make(server, source, {}, task, folder=output, timeout=timeout, as_json=json)


def upscale(
    source: Source,
    factor: Annotated[int | None, typer.Option(help="Times the rows and columns, 2..4.")] = None,
    preset: Web = "web",
    image_format: Pictures = None,
    part: Part = "",
    width: Width = None,
    option: Options = None,
    mute: Mute = False,
    output: Folder = Path("."),
    timeout: shared.Timeout = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Give a media more pixels, by a classic method."""
    from videre.cli.production_words import image_format_of, range_of, renditions
    from videre.v1 import production_pb2 as pb

    params = pb.UpscaleParams(
        range=range_of(part) if part else None,
        factor=factor,
        renditions=renditions([preset], shape_of(width, None, "", None, "", option, mute)),
        image_format=image_format_of(image_format or ""),
    )
    task = pb.ProductionTask(upscale=params)
    make(server, source, {}, task, folder=output, timeout=timeout, as_json=json)
