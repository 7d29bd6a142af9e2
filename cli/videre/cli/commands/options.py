"""Options that several subcommands share."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from videre.v1 import analysis_pb2, types_pb2


class View(StrEnum):
    """How much of an analysis to show."""

    BASIC = "basic"
    FULL = "full"
    LABELS = "labels"
    PERSONS = "persons"
    TIMELINE = "timeline"


Server = Annotated[
    str,
    typer.Option("--server", "-s", envvar="VIDERE_SERVER", help="host:port of the server."),
]
Json = Annotated[bool, typer.Option("--json", help="Print protobuf JSON.")]
Timeout = Annotated[
    float | None, typer.Option("--timeout", help="Give up waiting after this many seconds.")
]
JobId = Annotated[str, typer.Argument(metavar="JOB", help="Job id.")]
Features = Annotated[
    str, typer.Option(help="Features to look for, separated by commas; empty = all.")
]
EnginePins = Annotated[
    list[str] | None,
    typer.Option("--engine", help="FEATURE=ENGINE or FEATURE=ENGINE@VERSION; may be repeated."),
]
Tags = Annotated[list[str] | None, typer.Option("--tag", help="KEY=VALUE; may be repeated.")]

ViewOption = Annotated[
    View,
    typer.Option(help="What to show: basic = labels and verdict; timeline = all by time."),
]
Kinds = Annotated[str, typer.Option(help="Only these lists, by commas: shots,labels,text_lines …")]
Language = Annotated[str, typer.Option(help="Language of labels' names, such as zh-Hans.")]
MinConfidence = Annotated[
    float | None, typer.Option(min=0, max=1, help="Leave out labels below this.")
]
Nodes = Annotated[
    str, typer.Option(help="Only labels and events at or below these nodes, by commas: animal …")
]
Start = Annotated[
    float | None,
    typer.Option("--from", min=0, help="Only what overlaps the time from here, seconds."),
]
End = Annotated[
    float | None, typer.Option("--to", min=0, help="Only what begins before this time, seconds.")
]

DEFAULT_SERVER = "127.0.0.1:7700"


def parse_tags(tags: list[str] | None) -> dict[str, str]:
    """Return KEY=VALUE options as a mapping.

    Raises:
        typer.BadParameter: one has no "=".
    """
    parsed = {}
    for tag in tags or []:
        key, equals, value = tag.partition("=")
        if not equals or not key:
            raise typer.BadParameter(f"{tag!r} is not KEY=VALUE")
        parsed[key] = value
    return parsed


def parse_pins(pins: list[str] | None) -> list[types_pb2.EnginePin]:
    """Return FEATURE=ENGINE options as pins.

    Raises:
        typer.BadParameter: one has no "=".
    """
    from videre.v1 import types_pb2

    parsed = []
    for pin in pins or []:
        feature, equals, engine = pin.partition("=")
        if not (feature and equals and engine):
            raise typer.BadParameter(f"{pin!r} is not FEATURE=ENGINE", param_hint="--engine")
        name, _, version = engine.partition("@")
        parsed.append(types_pb2.EnginePin(feature=feature, engine=name, version=version))
    return parsed


def parse_list(text: str) -> list[str]:
    """Return the entries of a list separated by commas."""
    return [part.strip() for part in text.split(",") if part.strip()]


def analysis_filter(
    kinds: str,
    language: str,
    min_confidence: float | None,
    nodes: str,
    start_s: float | None,
    end_s: float | None,
) -> analysis_pb2.AnalysisFilter:
    """Return the filter that options ask for; times in seconds."""
    from videre.v1 import analysis_pb2

    wanted = analysis_pb2.AnalysisFilter(
        kinds=parse_list(kinds),
        language_code=language,
        min_confidence=min_confidence,
        node_ids=parse_list(nodes),
    )
    if start_s is not None:
        wanted.start_offset.FromNanoseconds(round(start_s * 1e9))
    if end_s is not None:
        wanted.end_offset.FromNanoseconds(round(end_s * 1e9))
    return wanted
