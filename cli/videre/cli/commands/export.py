"""`videre export`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from videre.cli.commands import options as shared


class Format(StrEnum):
    """Formats of the contract, as options."""

    JSON = "json"
    CSV = "csv"
    COCO = "coco"
    LABEL_STUDIO = "label-studio"
    LABEL_STUDIO_CONFIG = "label-studio-config"
    WEBVTT = "webvtt"
    EDL = "edl"
    OTIO = "otio"
    FCP_XML = "fcp-xml"
    JSON_LD = "json-ld"
    IMM_LABELS = "imm-labels"
    MPS_SMART_TAG = "mps-smart-tag"
    FCPX_XML = "fcpx-xml"
    CVAT = "cvat"
    EBUCORE = "ebucore"
    DUBLIN_CORE = "dublin-core"
    TENCENT_REVIEW = "tencent-review"
    REKOGNITION_MODERATION = "rekognition-moderation"
    ALIBABA_CENSOR = "alibaba-censor"


def export(
    job: shared.JobId,
    format: Annotated[Format, typer.Option("--format", "-f", help="Format of the file.")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="File to write, - = standard output; default: named."),
    ] = None,
    kinds: shared.Kinds = "",
    language: shared.Language = "",
    min_confidence: shared.MinConfidence = None,
    nodes: shared.Nodes = "",
    start: shared.Start = None,
    end: shared.End = None,
    media_uri: Annotated[str, typer.Option(help="Where the file's reader finds the media.")] = "",
    pictures_uri: Annotated[
        str, typer.Option(help="Where it finds the HTTP side port, for links to pictures.")
    ] = "",
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Write what an ended job found in a format that others read."""
    import sys

    from videre.cli.console import say
    from videre.client import Videre
    from videre.v1 import job_pb2

    wanted = shared.analysis_filter(kinds, language, min_confidence, nodes, start, end)
    value = job_pb2.ExportFormat.Value(f"EXPORT_FORMAT_{format.name}")
    with Videre(server) as client:
        made = client.export(
            job, value, filter=wanted, media_uri=media_uri, pictures_uri=pictures_uri
        )
    if output == Path("-"):
        sys.stdout.buffer.write(made.data)
        sys.stdout.buffer.flush()
        return
    # The name is the server's: only its last part is taken.
    path = output or Path(Path(made.file_name).name)
    path.write_bytes(made.data)
    told = {"path": str(path), "bytes": len(made.data), "mediaType": made.media_type}
    say(told, f"wrote {path}", as_json=json)
