"""`videre taxonomy …`: the labels there are, and a project's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from videre.cli.commands import options as shared

if TYPE_CHECKING:
    from videre.v1 import taxonomy_pb2

app = typer.Typer(no_args_is_help=True, help="Labels: list, show, and a project's own.")
NodeId = Annotated[str, typer.Argument(metavar="NODE", help="Node id, such as vehicle.car.")]
ClassList = Annotated[str, typer.Argument(metavar="LIST", help="Class list, such as coco80.")]
ClassName = Annotated[str, typer.Argument(metavar="CLASS", help="Class of the list.")]
Etag = Annotated[str, typer.Option(help="Refuse unless the additions have this etag.")]
Check = Annotated[bool, typer.Option("--check", help="Check only; store nothing.")]
Language = Annotated[str, typer.Option(help="Language of names, such as zh-Hans.")]
Names = Annotated[list[str] | None, typer.Option("--name", help="LANGUAGE=NAME; may be repeated.")]
Aliases = Annotated[
    list[str] | None, typer.Option("--alias", help="Further word for it; may be repeated.")
]
Silent = Annotated[bool, typer.Option("--silent", help="No word of it speaks for it.")]


@app.command()
def info(server: shared.Server = shared.DEFAULT_SERVER, json: shared.Json = False) -> None:
    """Show versions, sizes and languages."""
    from videre.cli.console import out, print_json
    from videre.client import Videre

    with Videre(server) as client:
        found = client.taxonomy.get()
    if json:
        print_json(found)
        return
    counts = ", ".join(f"{count:,}" for count in found.node_counts)
    out().print(f"version {found.version}: {counts} nodes on levels 1, 2, 3")
    out().print(f"own additions: version {found.overlay_version}, etag {found.etag}")


@app.command("list")
def list_nodes(
    query: Annotated[str, typer.Argument(help="Only nodes whose id or words hold this.")] = "",
    parent: Annotated[str, typer.Option(help="Only nodes directly below this one.")] = "",
    level: Annotated[int, typer.Option(min=0, max=3, help="Only this level; 0 = any.")] = 0,
    own: Annotated[bool, typer.Option("--own", help="Only what the project adds.")] = False,
    language: Language = "",
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """List labels in the order of the tree."""
    from videre.cli.console import out, print_json
    from videre.cli.taxonomy_tables import node_table
    from videre.client import Videre

    with Videre(server) as client:
        found = list(
            client.taxonomy.list_nodes(
                parent_id=parent, level=level, language_code=language, query=query, own_only=own
            )
        )
    if json:
        print_json(found)
    else:
        out().print(node_table(found))


@app.command()
def show(
    node: NodeId,
    language: Language = "",
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Show a label, what leads to it, and whether any engine can find it."""
    from videre.cli.console import out, print_json
    from videre.cli.taxonomy_tables import render_node
    from videre.client import Videre

    with Videre(server) as client:
        found = client.taxonomy.get_node(node, language_code=language)
    if json:
        print_json(found)
    else:
        out().print(*render_node(found), sep="\n")


@app.command()
def add(
    node: NodeId,
    parent: Annotated[str, typer.Option(help="Node above it; none = a category.")] = "",
    name: Names = None,
    alias: Aliases = None,
    silent: Silent = False,
    etag: Etag = "",
    check: Check = False,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Add a label of your own."""
    from videre.cli.console import say
    from videre.client import Videre

    own = _own(node, parent, name, alias, silent=silent)
    with Videre(server) as client:
        made = client.taxonomy.create_node(own, etag=etag, validate_only=check)
    say(made, f"{'could add' if check else 'added'} {node}, etag {made.etag}", as_json=json)


@app.command()
def change(
    node: NodeId,
    name: Names = None,
    alias: Aliases = None,
    silent: Silent = False,
    etag: Etag = "",
    check: Check = False,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Replace a label of your own, or what you add to one that is there."""
    from videre.cli.console import say
    from videre.client import Videre

    own = _own(node, "", name, alias, silent=silent)
    with Videre(server) as client:
        made = client.taxonomy.update_node(own, etag=etag, validate_only=check)
    said = "could change" if check else "changed"
    say(made, f"{said} {node}, etag {made.etag}", as_json=json)


@app.command()
def remove(
    node: NodeId,
    etag: Etag = "",
    check: Check = False,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Remove a label of your own, or what you add to one that is there."""
    from videre.cli.console import say
    from videre.client import Videre

    with Videre(server) as client:
        left = client.taxonomy.delete_node(node, etag=etag, validate_only=check)
    said = "could remove" if check else "removed"
    say({"etag": left}, f"{said} {node}, etag {left}", as_json=json)


@app.command("map")
def map_class(
    class_list: ClassList,
    class_name: ClassName,
    node: Annotated[str, typer.Option(help="The node it means.")] = "",
    reason: Annotated[str, typer.Option(help="Why it means none.")] = "",
    feature: Annotated[str, typer.Option(help="Feature; for a class list of your own.")] = "",
    etag: Etag = "",
    check: Check = False,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Say what a class of an engine means."""
    from videre.cli.console import say
    from videre.client import Videre
    from videre.v1 import taxonomy_pb2

    mapping = taxonomy_pb2.ClassMapping(
        list=class_list, class_name=class_name, node_id=node, unmapped_reason=reason,
        feature=feature,
    )  # fmt: skip
    with Videre(server) as client:
        made = client.taxonomy.set_class_mapping(mapping, etag=etag, validate_only=check)
    meant = node or "nothing"
    say(made, f"{class_list}/{class_name} means {meant}, etag {made.etag}", as_json=json)


@app.command()
def unmap(
    class_list: ClassList,
    class_name: ClassName,
    etag: Etag = "",
    check: Check = False,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Take back what you said of a class."""
    from videre.cli.console import say
    from videre.client import Videre

    with Videre(server) as client:
        left = client.taxonomy.delete_class_mapping(
            class_list, class_name, etag=etag, validate_only=check
        )
    told = f"{class_list}/{class_name} means again what it did, etag {left}"
    say({"etag": left}, told, as_json=json)


@app.command("export")
def export_overlay(
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write.")] = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Write your additions as an overlay file; to standard output without --output."""
    import sys

    from videre.cli.console import out, print_json
    from videre.client import Videre

    with Videre(server) as client:
        found = client.taxonomy.export_overlay()
    if output is not None:
        output.write_text(found.toml, encoding="utf-8")
    if json:
        print_json(found)
    elif output is not None:
        out().print(f"wrote {output}, etag {found.etag}", markup=False)
    else:
        sys.stdout.write(found.toml)


@app.command("import")
def import_overlay(
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False)],
    etag: Etag = "",
    check: Check = False,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Replace all your additions by those of an overlay file."""
    from videre.cli.console import say
    from videre.client import Videre

    with Videre(server) as client:
        made = client.taxonomy.import_overlay(
            file.read_text(encoding="utf-8"), etag=etag, validate_only=check
        )
    said = "could become" if check else "is now"
    say(made, f"the taxonomy {said} {made.version}, etag {made.etag}", as_json=json)


def _own(
    node: str, parent: str, names: list[str] | None, aliases: list[str] | None, *, silent: bool
) -> taxonomy_pb2.OwnNode:
    from videre.v1 import taxonomy_pb2, types_pb2

    return taxonomy_pb2.OwnNode(
        node_id=node,
        parent_id=parent,
        names=[
            types_pb2.LocalizedName(language_code=code, name=text)
            for code, text in shared.parse_tags(names).items()
        ],
        aliases=aliases or (),
        silent=silent,
    )
