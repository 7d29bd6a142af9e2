"""`videre library …`: what the operator teaches; and the people of all media."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from videre.cli.commands import library_files
from videre.cli.commands import options as shared

if TYPE_CHECKING:
    from videre.v1 import library_pb2

app = typer.Typer(no_args_is_help=True, help="Own libraries: persons and what else is taught.")
Library = Annotated[str, typer.Argument(metavar="LIBRARY", help="Library id.")]
Entry = Annotated[str, typer.Argument(metavar="ENTRY", help="Entry id.")]
Kind = Annotated[str, typer.Option(help="persons, pictures, words, hashes, heads or prompts.")]
Etag = Annotated[str, typer.Option(help="Refuse unless the library has this etag.")]
Threshold = Annotated[
    float | None, typer.Option(min=0, max=1, help="Likeness asked for; none = the engine's own.")
]
Samples = Annotated[
    list[Path] | None,
    typer.Option("--sample", exists=True, dir_okay=False, help="Picture of it; may be repeated."),
]
Others = Annotated[
    list[Path] | None,
    typer.Option("--not", exists=True, dir_okay=False, help="Picture of what it is not."),
]
People = Annotated[list[str] | None, typer.Option("--person", help="MEDIA/PERSON of an analysis.")]
Identities = Annotated[
    list[str] | None, typer.Option("--identity", help="Identity of all media, see `people`.")
]
Partial = Annotated[bool, typer.Option("--partial", help="Add what can be added; report the rest.")]
Category = Annotated[str | None, typer.Option(help="Group within the library.")]
Label = Annotated[
    str | None, typer.Option("--label", metavar="NODE", help="Taxonomy node a match speaks for.")
]
Description = Annotated[str | None, typer.Option(help="Description.")]

app.command("export")(library_files.export)
app.command("import")(library_files.import_file)


@app.command()
def create(
    library: Library,
    kind: Kind = "persons",
    name: Annotated[str, typer.Option(help="Name for people.")] = "",
    review: Annotated[
        bool, typer.Option("--review", help="For moderation, not for answers.")
    ] = False,
    threshold: Threshold = None,
    tag: shared.Tags = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Make a library."""
    from videre.cli.console import say
    from videre.client import Videre
    from videre.v1 import library_pb2

    request = library_pb2.CreateLibraryRequest(
        library_id=library, kind=_kind(kind), name=name, threshold=threshold,
        tags=shared.parse_tags(tag),
        usages=[library_pb2.LIBRARY_USAGE_REVIEW] if review else [],
    )  # fmt: skip
    with Videre(server) as client:
        made = client.libraries.create(request)
    say(made, f"made {made.library_id}", as_json=json)


@app.command("list")
def list_libraries(
    kind: Kind = "",
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """List libraries."""
    from videre.cli.console import out, print_json
    from videre.cli.library_tables import library_table
    from videre.client import Videre

    with Videre(server) as client:
        found = list(client.libraries.list(_kind(kind)))
    if json:
        print_json(found)
    else:
        out().print(library_table(found))


@app.command()
def show(
    library: Library,
    category: Annotated[str, typer.Option(help="Only this group.")] = "",
    prefix: Annotated[str, typer.Option(help="Only names that begin so.")] = "",
    tag: shared.Tags = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Show a library and its entries."""
    from videre.cli.console import message_dict, out, print_json
    from videre.cli.library_tables import entry_table, library_table
    from videre.client import Videre

    with Videre(server) as client:
        found = client.libraries.get(library)
        entries = list(
            client.libraries.list_entries(
                library, category=category, tags=shared.parse_tags(tag), name_prefix=prefix
            )
        )
    if json:
        shown = [message_dict(entry) for entry in entries]
        print_json({"library": message_dict(found), "entries": shown})
    else:
        out().print(library_table([found]), entry_table(entries))


@app.command()
def update(
    library: Library,
    name: Annotated[str | None, typer.Option(help="Name for people.")] = None,
    description: Description = None,
    threshold: Threshold = None,
    own_threshold: Annotated[
        bool, typer.Option("--no-threshold", help="Go back to the engine's own.")
    ] = False,
    etag: Etag = "",
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Change a library."""
    from videre.cli.console import say
    from videre.client import Videre
    from videre.v1 import library_pb2

    request = library_pb2.UpdateLibraryRequest(
        library_id=library, name=name, description=description, threshold=threshold,
        clear_threshold=own_threshold, etag=etag,
    )  # fmt: skip
    with Videre(server) as client:
        changed = client.libraries.update(request)
    say(changed, f"changed {library}, version {changed.version}", as_json=json)


@app.command()
def delete(
    library: Library,
    etag: Etag = "",
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Delete a library with its entries, samples and embeddings."""
    from videre.cli.console import say
    from videre.client import Videre

    with Videre(server) as client:
        client.libraries.delete(library, etag=etag)
    say({"deleted": library}, f"deleted {library}", as_json=json)


@app.command()
def add(
    library: Library,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name that answers show.")],
    entry: Annotated[str, typer.Option("--id", help="Entry id; none = made.")] = "",
    sample: Samples = None,
    other: Others = None,
    person: People = None,
    identity: Identities = None,
    category: Category = None,
    description: Description = None,
    label: Label = None,
    tag: shared.Tags = None,
    partial: Partial = False,
    etag: Etag = "",
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Add an entry with its samples."""
    from videre.cli.console import out, print_json
    from videre.client import Videre
    from videre.v1 import library_pb2

    new = library_pb2.NewLibraryEntry(
        entry_id=entry, name=name, category=category or "", description=description or "",
        node_id=label or "", tags=shared.parse_tags(tag),
        samples=_samples(sample, other, person, identity),
    )  # fmt: skip
    with Videre(server) as client:
        answer = client.libraries.add_entries(library, [new], allow_partial=partial, etag=etag)
    if json:
        print_json(answer)
        return
    for made in answer.entries:
        out().print(f"added {made.entry_id}, {_counted(made)}", markup=False)
    _tell_refused(answer.errors)


@app.command("set")
def change(
    library: Library,
    entry: Entry,
    name: Annotated[str | None, typer.Option(help="Name that answers show.")] = None,
    sample: Samples = None,
    other: Others = None,
    person: People = None,
    identity: Identities = None,
    without: Annotated[
        list[str] | None, typer.Option("--without", help="Sample id to remove.")
    ] = None,
    category: Category = None,
    description: Description = None,
    label: Label = None,
    tag: shared.Tags = None,
    partial: Partial = False,
    etag: Etag = "",
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Change an entry, add samples to it or remove some."""
    from videre.cli.console import out, print_json
    from videre.client import Videre
    from videre.v1 import library_pb2

    request = library_pb2.UpdateLibraryEntryRequest(
        library_id=library, entry_id=entry, name=name, category=category, description=description,
        node_id=label, tags=shared.parse_tags(tag),
        add_samples=_samples(sample, other, person, identity),
        remove_sample_ids=without or [], allow_partial=partial, etag=etag,
    )  # fmt: skip
    with Videre(server) as client:
        answer = client.libraries.update_entry(request)
    if json:
        print_json(answer)
        return
    out().print(f"changed {answer.entry.entry_id}, {_counted(answer.entry)}", markup=False)
    _tell_refused(answer.errors)


@app.command()
def entry(
    library: Library,
    entry: Entry,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Show an entry with its samples."""
    from videre.cli.console import out, print_json
    from videre.cli.library_tables import entry_table, sample_table
    from videre.client import Videre

    with Videre(server) as client:
        found = client.libraries.get_entry(library, entry)
    if json:
        print_json(found)
    else:
        out().print(entry_table([found]), sample_table(found))


@app.command()
def remove(
    library: Library,
    entries: Annotated[list[str], typer.Argument(metavar="ENTRY...", help="Entry ids.")],
    etag: Etag = "",
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Remove entries with their samples and embeddings."""
    from videre.cli.console import say
    from videre.client import Videre

    with Videre(server) as client:
        left = client.libraries.remove_entries(library, entries, etag=etag)
    say(left, f"removed {len(entries)}, {left.entry_count} left", as_json=json)


@app.command()
def people(
    media: Annotated[str, typer.Option(help="Only people of this media.")] = "",
    identity: Annotated[str, typer.Option(help="Only this identity.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="Most people shown.")] = 50,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """List the people of all media, those in most media first."""
    from itertools import islice

    from videre.cli.console import out, print_json
    from videre.cli.library_tables import identity_table
    from videre.client import Videre

    with Videre(server) as client:
        every = client.libraries.list_identities(identity_id=identity, media_id=media)
        found = list(islice(every, limit))
    if json:
        print_json(found)
    else:
        out().print(identity_table(found))


def _kind(name: str) -> library_pb2.LibraryKind.ValueType:
    """Return a kind by its name; "" is any.

    Raises:
        typer.BadParameter: there is no such kind.
    """
    from videre.v1 import library_pb2

    try:
        return library_pb2.LibraryKind.Value(f"LIBRARY_KIND_{name.upper() or 'UNSPECIFIED'}")
    except ValueError:
        raise typer.BadParameter(f"{name!r} is no kind") from None


def _samples(
    pictures: list[Path] | None,
    others: list[Path] | None,
    people: list[str] | None,
    identities: list[str] | None,
) -> list[library_pb2.NewLibrarySample]:
    """Return the samples that the options name.

    Raises:
        typer.BadParameter: a person is not MEDIA/PERSON.
    """
    from videre.v1 import library_pb2

    made = [library_pb2.NewLibrarySample(picture=path.read_bytes()) for path in pictures or []]
    made += [
        library_pb2.NewLibrarySample(picture=path.read_bytes(), negative=True)
        for path in others or []
    ]
    for reference in people or []:
        media_id, slash, person_id = reference.partition("/")
        if not slash:
            raise typer.BadParameter(f"{reference!r} is not MEDIA/PERSON")
        person = library_pb2.PersonReference(media_id=media_id, person_id=person_id)
        made.append(library_pb2.NewLibrarySample(person=person))
    made += [library_pb2.NewLibrarySample(identity_id=one) for one in identities or []]
    return made


def _counted(entry: library_pb2.LibraryEntry) -> str:
    count = len(entry.samples)
    return "1 sample" if count == 1 else f"{count} samples"


def _tell_refused(errors: Iterable[library_pb2.LibraryItemError]) -> None:
    from videre.cli.console import err

    for error in errors:
        err().print(f"not taken: {error.field}: {error.message} ({error.reason})", markup=False)
