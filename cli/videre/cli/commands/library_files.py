"""`videre library export` and `import`: libraries as files."""

from __future__ import annotations

from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from videre.cli.commands import options as shared

if TYPE_CHECKING:
    from collections.abc import Iterator

    from videre.v1 import library_pb2

Library = Annotated[str, typer.Argument(metavar="LIBRARY", help="Library id.")]


class Form(StrEnum):
    """Kinds of files."""

    CSV = "csv"
    JSON = "json"
    ZIP = "zip"


class Kind(StrEnum):
    """Kinds of libraries that a file may make."""

    PERSONS = "persons"
    PICTURES = "pictures"
    WORDS = "words"
    HASHES = "hashes"


def export(
    library: Library,
    form: Annotated[
        Form | None,
        typer.Option("--format", "-f", help="Default: zip of pictures, json of words and hashes."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="File to write, - = standard output; default: named."),
    ] = None,
    category: Annotated[str, typer.Option(help="Only this group.")] = "",
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Write the entries of a library to a file."""
    import sys

    from videre.cli.console import err, out, print_json
    from videre.client import Videre
    from videre.v1 import library_pb2

    name = f"LIBRARY_FILE_FORMAT_{form.name if form else 'UNSPECIFIED'}"
    value = library_pb2.LibraryFileFormat.Value(name)
    with Videre(server) as client:
        made = client.libraries.export(library, value, category=category)
    left_out = made.entries_left_out or made.samples_left_out
    if left_out and not json:
        err().print(f"not in the file, since no picture is kept: {made.entries_left_out} entries, "
                    f"{made.samples_left_out} samples")  # fmt: skip
    if output == Path("-"):
        sys.stdout.buffer.write(made.file.data)
        sys.stdout.buffer.flush()
        return
    # The name is the server's: only its last part is taken.
    path = output or Path(Path(made.file.file_name).name)
    path.write_bytes(made.file.data)
    if json:
        print_json({"path": str(path), "bytes": len(made.file.data), "entries": made.entry_count,
                    "entriesLeftOut": made.entries_left_out,
                    "samplesLeftOut": made.samples_left_out})  # fmt: skip
    else:
        counted = "1 entry" if made.entry_count == 1 else f"{made.entry_count} entries"
        out().print(f"wrote {path}, {counted}", markup=False)


def import_file(
    library: Library,
    file: Annotated[
        Path, typer.Argument(exists=True, help="CSV, JSON, ZIP, or a folder of folders.")
    ],
    create: Annotated[
        Kind | None, typer.Option("--create", help="Make a library of this kind if there is none.")
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Give entries that are there what the file has.")
    ] = False,
    partial: Annotated[
        bool, typer.Option("--partial", help="Take what can be taken; report the rest.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what it would do.")] = False,
    etag: Annotated[str, typer.Option(help="Refuse unless the library has this etag.")] = "",
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Add the entries of a file to a library; a file may be imported again."""
    from contextlib import ExitStack

    from videre.cli.console import err, out, print_json
    from videre.client import Videre
    from videre.v1 import library_pb2

    kind = library_pb2.LibraryKind.Value(f"LIBRARY_KIND_{create.name if create else 'UNSPECIFIED'}")
    with ExitStack() as stack:
        path = stack.enter_context(_packed(file)) if file.is_dir() else file
        client = stack.enter_context(Videre(server))
        answer = client.libraries.import_file(
            library, path, create_kind=kind, replace=replace, allow_partial=partial,
            validate_only=dry_run, etag=etag,
        )  # fmt: skip
    if json:
        print_json(answer)
        return
    would = "would be " if dry_run else ""
    out().print(
        f"{would}added {answer.added_count}, replaced {answer.replaced_count}, "
        f"as before {answer.unchanged_count}, refused {answer.refused_count}"
    )
    for error in answer.errors:
        err().print(f"not taken: {_told(error)}", markup=False)
    if answer.refused_count > len(answer.errors):
        err().print(f"and {answer.refused_count - len(answer.errors)} more")


def _told(error: library_pb2.LibraryItemError) -> str:
    at = f"line {error.line}" if error.line else error.file or error.field
    return f"{at}: {error.message} ({error.reason})"


@contextmanager
def _packed(folder: Path) -> Iterator[Path]:
    """Give the files of a folder as a ZIP file for the length of a block; links are left out."""
    import tempfile
    import zipfile

    with tempfile.TemporaryDirectory(prefix="videre-library-") as own:
        path = Path(own) / f"{folder.resolve().name}.zip"
        with zipfile.ZipFile(path, "w", strict_timestamps=False) as packed:
            for file in sorted(folder.rglob("*")):
                if file.is_file() and not file.is_symlink():
                    packed.write(file, file.relative_to(folder).as_posix())
        yield path
