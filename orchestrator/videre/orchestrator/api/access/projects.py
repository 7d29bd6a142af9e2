"""ProjectService: the walls between teams."""

from __future__ import annotations

import asyncio
import re
from typing import Any, Final

import grpc.aio

from videre.common.auth import Role, current_principal
from videre.common.errors import Reason, VidereError
from videre.common.values import NS
from videre.orchestrator.access.directory import Directory
from videre.orchestrator.api.present import duration, timestamp
from videre.orchestrator.api.project import project_of
from videre.orchestrator.api.request import duration_ns
from videre.orchestrator.api.validation import Violations
from videre.orchestrator.store.listing import MAX_PAGE, page_token, read_token
from videre.orchestrator.store.projects import ProjectRecord, ProjectStore, Usage
from videre.v1 import project_pb2 as pb
from videre.v1 import project_pb2_grpc

Context = grpc.aio.ServicerContext[Any, Any]
PROJECT_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_DEFAULT_PAGE: Final = 50
_MOST_JOBS: Final = 1_000_000
_MOST_BYTES: Final = 2**60
_MOST_SECONDS: Final = 10**9
#: Range of the age at which media are removed.
_SHORTEST_S: Final = 60
_LONGEST_S: Final = 100 * 366 * 24 * 3600


class ProjectServicer(project_pb2_grpc.ProjectServiceServicer):
    """See project.proto."""

    def __init__(self, projects: ProjectStore, directory: Directory) -> None:
        self._store, self._directory = projects, directory

    async def CreateProject(
        self, request: pb.CreateProjectRequest, context: Context
    ) -> pb.CreateProjectResponse:
        """See project.proto."""
        require_everywhere("CreateProject")
        found = Violations()
        found.pattern("project_id", request.project_id, PROJECT_ID)
        _check_texts(found, request)
        _check_quotas(found, request.quotas)
        _check_retention(found, request)
        found.raise_if_any()
        values = {
            "id": request.project_id,
            "name": request.name,
            "description": request.description,
            "active_jobs": request.quotas.active_jobs,
            "storage_bytes": request.quotas.storage_bytes,
            "running_jobs": request.quotas.running_jobs,
            "media_seconds_per_day": request.quotas.media_seconds_per_day,
            "media_retention_ns": duration_ns(request.media_retention),
            "created_by": current_principal().subject,
        }
        record = await asyncio.to_thread(self._store.create, values)
        self._directory.forget()
        return pb.CreateProjectResponse(project=_message(record))

    async def GetProject(
        self, request: pb.GetProjectRequest, context: Context
    ) -> pb.GetProjectResponse:
        """See project.proto."""
        project = _project(request.project_id)
        record = await asyncio.to_thread(self._store.get, project)
        usage = await asyncio.to_thread(self._store.usage, project)
        return pb.GetProjectResponse(project=_message(record, usage))

    async def ListProjects(
        self, request: pb.ListProjectsRequest, context: Context
    ) -> pb.ListProjectsResponse:
        """See project.proto."""
        found = Violations()
        found.number("page_size", request.page_size, 0, MAX_PAGE)
        found.raise_if_any()
        caller = current_principal()
        seen = "*" if caller.everywhere else ",".join(sorted({caller.project, *caller.others}))
        filters = {"seen": seen, "closed": request.show_deleted, "of": "projects"}
        after = read_token(request.page_token, filters, str) if request.page_token else ""
        limit = request.page_size or _DEFAULT_PAGE
        records = await asyncio.to_thread(
            self._store.page,
            limit,
            after,
            closed=request.show_deleted and caller.everywhere,
            only=None if caller.everywhere else frozenset({caller.project, *caller.others}),
        )
        token = page_token(records[-1].id, filters) if len(records) == limit else ""
        return pb.ListProjectsResponse(
            projects=[_message(record) for record in records], next_page_token=token
        )

    async def UpdateProject(
        self, request: pb.UpdateProjectRequest, context: Context
    ) -> pb.UpdateProjectResponse:
        """See project.proto."""
        project = _project(request.project_id)
        if request.HasField("quotas"):
            require_everywhere("UpdateProject of quotas")
        found = Violations()
        _check_texts(found, request)
        _check_quotas(found, request.quotas)
        _check_retention(found, request)
        found.raise_if_any()
        values: dict[str, Any] = {
            name: getattr(request, name)
            for name in ("name", "description")
            if request.HasField(name)
        }
        if request.HasField("media_retention"):
            values["media_retention_ns"] = duration_ns(request.media_retention)
        if request.HasField("quotas"):
            values["active_jobs"] = request.quotas.active_jobs
            values["storage_bytes"] = request.quotas.storage_bytes
            values["running_jobs"] = request.quotas.running_jobs
            values["media_seconds_per_day"] = request.quotas.media_seconds_per_day
        record = await asyncio.to_thread(self._store.change, project, values, request.etag)
        return pb.UpdateProjectResponse(project=_message(record))

    async def DeleteProject(
        self, request: pb.DeleteProjectRequest, context: Context
    ) -> pb.DeleteProjectResponse:
        """See project.proto."""
        require_everywhere("DeleteProject")
        _check_named(request.project_id)
        record = await asyncio.to_thread(self._store.close, request.project_id, request.etag)
        self._directory.forget()
        return pb.DeleteProjectResponse(project=_message(record))

    async def UndeleteProject(
        self, request: pb.UndeleteProjectRequest, context: Context
    ) -> pb.UndeleteProjectResponse:
        """See project.proto."""
        require_everywhere("UndeleteProject")
        _check_named(request.project_id)
        record = await asyncio.to_thread(self._store.reopen, request.project_id)
        self._directory.forget()
        return pb.UndeleteProjectResponse(project=_message(record))


def _project(asked: str) -> str:
    """Return the project asked for: any for who may see every one, closed ones too."""
    caller = current_principal()
    if asked and caller.everywhere:
        return asked
    return project_of(asked)


def require_everywhere(what: str) -> None:
    """Refuse callers who may not see every project.

    Raises:
        VidereError: ROLE_MISSING.
    """
    if not current_principal().everywhere:
        raise VidereError(
            Reason.ROLE_MISSING,
            f"{what} needs a credential for every project",
            metadata={"method": what, "role": Role.ADMIN.value},
        )


def _check_named(project_id: str) -> None:
    found = Violations()
    found.named("project_id", project_id)
    found.raise_if_any()


def _check_texts(found: Violations, request: Any) -> None:
    found.size("name", request.name, 256)
    found.size("description", request.description, 1_024)


def _check_retention(found: Violations, request: Any) -> None:
    seconds = duration_ns(request.media_retention) / NS
    if seconds:
        found.number("media_retention", seconds, _SHORTEST_S, _LONGEST_S)


def _check_quotas(found: Violations, quotas: pb.ProjectQuotas) -> None:
    found.number("quotas.active_jobs", quotas.active_jobs, 0, _MOST_JOBS)
    found.number("quotas.storage_bytes", quotas.storage_bytes, 0, _MOST_BYTES)
    found.number("quotas.running_jobs", quotas.running_jobs, 0, _MOST_JOBS)
    found.number("quotas.media_seconds_per_day", quotas.media_seconds_per_day, 0, _MOST_SECONDS)


def _message(record: ProjectRecord, usage: Usage | None = None) -> pb.Project:
    message = pb.Project(
        project_id=record.id,
        name=record.name,
        description=record.description,
        quotas=pb.ProjectQuotas(
            active_jobs=record.active_jobs,
            storage_bytes=record.storage_bytes,
            running_jobs=record.running_jobs,
            media_seconds_per_day=record.media_seconds_per_day,
        ),
        create_time=timestamp(record.create_ns),
        update_time=timestamp(record.update_ns),
        delete_time=timestamp(record.delete_ns) if record.delete_ns else None,
        created_by=record.created_by,
        etag=str(record.edit),
        media_retention=duration(record.media_retention_ns),
    )
    if usage is not None:
        message.usage.active_jobs = usage.active_jobs
        message.usage.storage_bytes = usage.storage_bytes
        message.usage.running_jobs = usage.running_jobs
        message.usage.media_seconds_per_day = usage.media_seconds_per_day
    return message
