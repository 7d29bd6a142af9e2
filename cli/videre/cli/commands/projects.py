"""`videre projects …`: the walls between teams."""

from __future__ import annotations

from typing import Annotated

import typer

from videre.cli.commands import options as shared

app = typer.Typer(no_args_is_help=True, help="Projects: make, change, close.")
ProjectId = Annotated[str, typer.Argument(metavar="PROJECT", help="Project id.")]
Name = Annotated[str | None, typer.Option("--name", help="Name.")]
Description = Annotated[str | None, typer.Option("--description", help="Description.")]
Jobs = Annotated[
    int | None, typer.Option("--active-jobs", help="Most jobs queued or running; 0 = no limit.")
]
Running = Annotated[
    int | None,
    typer.Option("--running-jobs", help="Most jobs at work at the same time; 0 = no limit."),
]
Bytes = Annotated[
    int | None,
    typer.Option("--storage-bytes", help="Most bytes of media and uploads; 0 = no limit."),
]
MediaHours = Annotated[
    float | None,
    typer.Option("--media-hours", min=0, help="Most hours of media a day; 0 = no limit."),
]
Retention = Annotated[
    float | None,
    typer.Option("--media-days", min=0, help="Age at which media are removed; 0 = never."),
]
Etag = Annotated[str, typer.Option(help="Only if the project still has this etag.")]


@app.command()
def create(
    project: ProjectId,
    name: Name = None,
    description: Description = None,
    active_jobs: Jobs = None,
    running_jobs: Running = None,
    storage_bytes: Bytes = None,
    media_hours: MediaHours = None,
    media_days: Retention = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Make a project."""
    from datetime import timedelta

    from videre.cli.console import say
    from videre.client import Videre
    from videre.v1 import project_pb2

    request = project_pb2.CreateProjectRequest(
        project_id=project,
        name=name or "",
        description=description or "",
        quotas=project_pb2.ProjectQuotas(
            active_jobs=active_jobs or 0,
            running_jobs=running_jobs or 0,
            storage_bytes=storage_bytes or 0,
            media_seconds_per_day=round(3_600 * (media_hours or 0)),
        ),
    )
    if media_days:
        request.media_retention.FromTimedelta(timedelta(days=media_days))
    with Videre(server) as client:
        made = client.projects.create(request)
    say(made, f"project {made.project_id} is made", as_json=json)


@app.command("list")
def list_projects(
    closed: Annotated[bool, typer.Option("--closed", help="Also those that are closed.")] = False,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """List the projects that the caller may see."""
    from videre.cli.access_tables import project_table
    from videre.cli.console import out, print_json
    from videre.client import Videre

    with Videre(server) as client:
        found = list(client.projects.list(show_deleted=closed))
    if json:
        print_json(found)
    else:
        out().print(project_table(found))


@app.command()
def show(
    project: Annotated[
        str, typer.Argument(metavar="[PROJECT]", help="Project id; none = the caller's.")
    ] = "",
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Show a project and what it uses of its quotas."""
    from videre.cli.access_tables import project_table
    from videre.cli.console import out, print_json
    from videre.client import Videre

    with Videre(server) as client:
        found = client.projects.get(project)
    if json:
        print_json(found)
    else:
        out().print(project_table([found]))


@app.command()
def update(
    project: ProjectId,
    name: Name = None,
    description: Description = None,
    active_jobs: Jobs = None,
    running_jobs: Running = None,
    storage_bytes: Bytes = None,
    media_hours: MediaHours = None,
    media_days: Retention = None,
    etag: Etag = "",
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Change a project; what is not named stays as it is."""
    from datetime import timedelta

    from videre.cli.console import say
    from videre.client import Videre
    from videre.v1 import project_pb2

    request = project_pb2.UpdateProjectRequest(
        project_id=project, name=name, description=description, etag=etag
    )
    if media_days is not None:
        request.media_retention.FromTimedelta(timedelta(days=media_days))
    with Videre(server) as client:
        named = {
            "active_jobs": active_jobs, "running_jobs": running_jobs,
            "storage_bytes": storage_bytes,
            "media_seconds_per_day": None if media_hours is None else round(3_600 * media_hours),
        }  # fmt: skip
        quotas = {name: value for name, value in named.items() if value is not None}
        if quotas:
            before = client.projects.get(project)
            request.etag = etag or before.etag
            request.quotas.CopyFrom(before.quotas)
            for name, value in quotas.items():
                setattr(request.quotas, name, value)
        changed = client.projects.update(request)
    say(changed, f"project {changed.project_id} is changed", as_json=json)


@app.command()
def close(
    project: ProjectId,
    etag: Etag = "",
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Close a project: calls about it are refused, nothing of it is removed."""
    from videre.cli.console import say
    from videre.client import Videre

    with Videre(server) as client:
        closed = client.projects.delete(project, etag=etag)
    say(closed, f"project {closed.project_id} is closed", as_json=json)


@app.command()
def reopen(
    project: ProjectId,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Open a closed project again."""
    from videre.cli.console import say
    from videre.client import Videre

    with Videre(server) as client:
        opened = client.projects.undelete(project)
    say(opened, f"project {opened.project_id} is open", as_json=json)
