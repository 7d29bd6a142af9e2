"""`videre produce redact`: a media without what a moderation template flags in it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from videre.cli.commands import options as shared
from videre.cli.commands.produce import Folder, Options, Preset, Source, make, shape_of


class Action(StrEnum):
    """What is done about something flagged."""

    COVER = "cover"
    CUT = "cut"
    KEEP = "keep"


class Mode(StrEnum):
    """How what is seen is made unrecognisable."""

    BLUR = "blur"
    MOSAIC = "mosaic"
    FILL = "fill"


def redact(
    source: Source,
    template: Annotated[str, typer.Option(help="Moderation template.")] = "careful",
    on_block: Annotated[
        Action, typer.Option(help="What is done about what would be blocked.")
    ] = Action.COVER,
    on_review: Annotated[
        Action, typer.Option(help="What is done about what would be reviewed.")
    ] = Action.COVER,
    category: Annotated[
        list[str] | None, typer.Option(help="Only findings of it, such as porn; may be repeated.")
    ] = None,
    mode: Annotated[
        Mode, typer.Option(help="How what is seen is made unrecognisable.")
    ] = Mode.BLUR,
    mute: Annotated[bool, typer.Option("--mute", help="Silence instead of a tone.")] = False,
    margin: Annotated[str, typer.Option(help="What is edited beside each finding.")] = "",
    features: shared.Features = "",
    preset: Preset = "",
    option: Options = None,
    output: Folder = Path("."),
    timeout: shared.Timeout = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Moderate a media and make it without what is flagged; edit lists lie beside it."""
    from videre.cli.production_words import renditions, time_of
    from videre.v1 import production_pb2 as pb

    params = pb.RedactParams(
        on_block=pb.RedactAction.Value(f"REDACT_ACTION_{on_block.name}"),
        on_review=pb.RedactAction.Value(f"REDACT_ACTION_{on_review.name}"),
        categories=category or (),
        mode=pb.ObscureMode.Value(f"OBSCURE_MODE_{mode.name}"),
        sound=pb.BLEEP_MODE_MUTE if mute else pb.BLEEP_MODE_TONE,
        margin=time_of(margin) if margin else None,
        output=renditions([preset], shape_of(option=option))[0],
    )
    task = pb.ProductionTask(redact=params)
    make(
        server, source, {}, task, folder=output, timeout=timeout, as_json=json,
        features=shared.parse_list(features), template=template,
    )  # fmt: skip
