"""`videre template …`: presets and own templates, their versions and files."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from videre.cli.commands import options as shared

app = typer.Typer(no_args_is_help=True, help="Templates: list, show, and a project's own.")
Template = Annotated[
    str, typer.Argument(metavar="TEMPLATE", help="Id, number or id@version, such as careful.")
]
Whole = Annotated[str, typer.Argument(metavar="TEMPLATE", help="Id or number.")]
Etag = Annotated[str, typer.Option(help="Refuse unless the latest version has this etag.")]
Media = Annotated[
    list[str] | None, typer.Option("--media", help="Only this media; may be repeated.")
]
Jobs = Annotated[
    list[str] | None, typer.Option("--job", help="Only the media of this job; may be repeated.")
]
Check = Annotated[bool, typer.Option("--check", help="Check only; store nothing.")]


class Kind(StrEnum):
    """What a template is for."""

    ANALYSIS = "analysis"
    MODERATION = "moderation"
    PRODUCTION = "production"


@app.command("list")
def list_templates(
    kind: Annotated[Kind | None, typer.Option(help="Only this kind.")] = None,
    deleted: Annotated[
        bool, typer.Option("--deleted", help="Also deleted ones that something still cites.")
    ] = False,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """List templates in their latest version, presets first."""
    from videre.cli.console import out, print_json
    from videre.cli.template_tables import template_table
    from videre.client import Videre
    from videre.v1 import template_pb2

    wanted = template_pb2.TEMPLATE_KIND_UNSPECIFIED
    if kind is not None:
        wanted = template_pb2.TemplateKind.Value(f"TEMPLATE_KIND_{kind.upper()}")
    with Videre(server) as client:
        found = list(client.templates.list(wanted, show_deleted=deleted))
    if json:
        print_json(found)
    else:
        out().print(template_table(found))


@app.command()
def show(
    template: Template,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Show a template with its rules."""
    from videre.cli.console import out, print_json
    from videre.cli.template_tables import render_template
    from videre.client import Videre

    with Videre(server) as client:
        found = client.templates.get(template)
    if json:
        print_json(found)
    else:
        out().print(*render_template(found), sep="\n")


@app.command()
def diff(
    template: Template,
    other: Annotated[
        str, typer.Argument(metavar="[OTHER]", help="None = the latest version of TEMPLATE.")
    ] = "",
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Show what differs between two versions, or two templates of one kind."""
    from videre.cli.console import out, print_json
    from videre.cli.template_tables import change_table
    from videre.client import Videre

    with Videre(server) as client:
        found = client.templates.diff(template, other)
    if json:
        print_json(found)
    else:
        out().print(change_table(found))


@app.command("export")
def export_template(
    template: Template,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write.")] = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Write a template as YAML; to standard output without --output."""
    import sys

    from videre.cli.console import out, print_json
    from videre.client import Videre

    with Videre(server) as client:
        found = client.templates.export_yaml(template)
    if output is not None:
        output.write_text(found.yaml, encoding="utf-8")
    if json:
        print_json(found)
    elif output is not None:
        out().print(f"wrote {output}: {found.template}", markup=False)
    else:
        sys.stdout.write(found.yaml)


@app.command("import")
def import_template(
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False)],
    name: Annotated[str, typer.Option("--as", help="Id to give it instead of that in FILE.")] = "",
    etag: Etag = "",
    check: Check = False,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Make a template of a YAML file, or a new version of the one that is there."""
    from videre.cli.console import say
    from videre.client import Videre

    with Videre(server) as client:
        made = client.templates.import_yaml(
            file.read_text(encoding="utf-8"), template_id=name, etag=etag, validate_only=check
        )
    found = made.template
    if check:
        told = f"could {'make' if made.created else 'change'} {found.template_id}"
    else:
        told = f"{'made' if made.created else 'now'} {found.template_id}@{found.version}"
        told += f", number {found.number}, etag {found.etag}"
    say(made, told, as_json=json)


@app.command()
def default(
    template: Whole,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Choose the template that jobs get which name none of its kind."""
    from videre.cli.console import say
    from videre.client import Videre

    with Videre(server) as client:
        chosen = client.templates.set_default(template)
    told = f"{chosen.template_id} is the default of {chosen.WhichOneof('parameters')}"
    say(chosen, told, as_json=json)


@app.command()
def delete(
    template: Whole,
    etag: Etag = "",
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Delete a template; its versions stay readable while something cites them."""
    from videre.cli.console import say
    from videre.client import Videre

    with Videre(server) as client:
        kept = client.templates.delete(template, etag=etag)
    told = f"deleted {template}" + ("; cited, so its versions stay" if kept else "")
    say({"kept": kept}, told, as_json=json)


@app.command()
def preview(
    template: Annotated[
        str, typer.Argument(metavar="TEMPLATE", help="A YAML file, id, number or id@version.")
    ],
    media: Media = None,
    job: Jobs = None,
    changes: Annotated[
        int, typer.Option(min=0, max=1_000, help="Most changes told one by one, per page.")
    ] = 20,
    engine: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FEATURE=ENGINE",
            help="Judge by what this engine (NAME or NAME@VERSION) saw; may be repeated.",
        ),
    ] = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Tell what a moderation template would say of what was analysed before; stores nothing."""
    from videre.cli.console import out, print_json
    from videre.cli.template_tables import render_judged
    from videre.client import Videre
    from videre.v1 import template_pb2

    request = template_pb2.PreviewTemplateRequest(
        media_ids=media or (),
        job_ids=job or (),
        max_changes=changes,
        engine_pins=shared.parse_pins(engine),
    )
    file = Path(template)
    if file.suffix in (".yaml", ".yml"):
        request.yaml = file.read_text(encoding="utf-8")
    else:
        request.template = template
    with Videre(server) as client:
        found = client.templates.preview(request)
    if json:
        print_json(found)
    else:
        out().print(*render_judged(found), sep="\n")


@app.command()
def remoderate(
    template: Annotated[str, typer.Argument(metavar="TEMPLATE", help="Id, number or id@version.")],
    media: Media = None,
    job: Jobs = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Judge what was analysed before anew: another verdict is a further revision."""
    from videre.cli.console import out, print_json
    from videre.cli.template_tables import render_judged
    from videre.client import Videre
    from videre.v1 import template_pb2

    request = template_pb2.RemoderateRequest(
        template=template, media_ids=media or (), job_ids=job or ()
    )
    with Videre(server) as client:
        found = client.templates.remoderate(request)
    if json:
        print_json(found)
    else:
        out().print(*render_judged(found), sep="\n")
