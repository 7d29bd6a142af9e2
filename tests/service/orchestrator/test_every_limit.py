"""No field without a decision: each field of each public request is refused out of range by some
row, or stands in `FREE` with the reason why nothing it can hold is out of range.

A new field in the protos fails here until it has a row in tests/limits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from calling import TIMEOUT_S, Api, nothing_left, refused
from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor
from limits.free import FREE, SAME, WHOLE
from limits.of_access import ACCESS_ROWS
from limits.of_ads import AD_ROWS
from limits.of_events import EVENT_ROWS
from limits.of_feedback import FEEDBACK_ROWS
from limits.of_jobs import JOB_ROWS
from limits.of_libraries import LIBRARY_ROWS
from limits.of_marketing import MARKETING_ROWS
from limits.of_media import MEDIA_ROWS, RETENTION_ROWS
from limits.of_moderation import MODERATION_ROWS
from limits.of_operations import OPERATION_ROWS
from limits.of_pipelines import PIPELINE_ROWS
from limits.of_recommendations import RECOMMENDATION_ROWS
from limits.of_reviews import REVIEW_ROWS
from limits.of_search import SEARCH_ROWS
from limits.of_taxonomy import TAXONOMY_ROWS
from limits.of_templates import TEMPLATE_ROWS
from limits.of_triggers import TRIGGER_ROWS
from limits.rows import Row
from refusals import FIELDS, SOURCES
from refusals_of_tasks import TASKS
from tables import each

from videre.v1 import (
    ad_pb2,
    audit_pb2,
    credential_pb2,
    engine_pb2,
    event_pb2,
    feedback_pb2,
    job_pb2,
    library_pb2,
    marketing_pb2,
    media_pb2,
    moderation_pb2,
    operations_pb2,
    pipeline_pb2,
    project_pb2,
    recommendation_pb2,
    retention_pb2,
    review_pb2,
    search_pb2,
    taxonomy_pb2,
    template_pb2,
    trigger_pb2,
)

MODULES = {
    "JobService": job_pb2,
    "MediaService": media_pb2,
    "LibraryService": library_pb2,
    "TemplateService": template_pb2,
    "ModerationService": moderation_pb2,
    "OperationsService": operations_pb2,
    "ReviewService": review_pb2,
    "AdService": ad_pb2,
    "MarketingService": marketing_pb2,
    "RecommendationService": recommendation_pb2,
    "AuditService": audit_pb2,
    "SearchService": search_pb2,
    "EngineService": engine_pb2,
    "TaxonomyService": taxonomy_pb2,
    "CredentialService": credential_pb2,
    "ProjectService": project_pb2,
    "EventService": event_pb2,
    "PipelineService": pipeline_pb2,
    "TriggerService": trigger_pb2,
    "RetentionService": retention_pb2,
}
ROWS = [
    *JOB_ROWS, *MEDIA_ROWS, *LIBRARY_ROWS, *TAXONOMY_ROWS, *TEMPLATE_ROWS, *FEEDBACK_ROWS,
    *MODERATION_ROWS,
    *REVIEW_ROWS, *ACCESS_ROWS, *AD_ROWS, *MARKETING_ROWS, *SEARCH_ROWS,
    *RECOMMENDATION_ROWS, *OPERATION_ROWS, *EVENT_ROWS, *PIPELINE_ROWS, *TRIGGER_ROWS,
    *RETENTION_ROWS,
]  # fmt: skip


def methods() -> list[MethodDescriptor]:
    found: list[MethodDescriptor] = []
    for name, module in MODULES.items():
        found += module.DESCRIPTOR.services_by_name[name].methods
    return found


def paths(message: Descriptor | None, prefix: str) -> Iterator[tuple[str, FieldDescriptor]]:
    """Yield every field that a value can be given to, with its path."""
    assert message is not None
    for item in message.fields:
        path = f"{prefix}.{item.name}"
        inner = item.message_type
        closed = inner is not None and (inner.GetOptions().map_entry or path in WHOLE)
        if inner is None or closed or inner.file.package.startswith("google."):
            yield path, item
        else:
            if item.is_repeated:
                yield path, item
            yield from paths(inner, path)


WALKED = {
    path: item for method in methods() for path, item in paths(method.input_type, method.name)
}


def plain(path: str) -> str:
    """Return a violation's field as a path: without indices, keys and the mask's inside."""
    return re.sub(r"\[.*?\]( key)?", "", path).removesuffix(".paths")


def with_rows() -> set[str]:
    submit = {plain(f"SubmitJob.{case.field}") for case in (*FIELDS, *TASKS, *SOURCES)}
    others = {plain(f"{row.call}.{row.field}") for row in ROWS}
    return submit | others | {path for path in WALKED if path.endswith(".project_id")}


#: Requests of jobs inside others are checked as those of jobs.
JOBS_INSIDE = {"EstimateJob.job", "SetTrigger.trigger.job", "TestTrigger.trigger.job"}


def test_every_field_of_every_request_has_a_row() -> None:
    bools = {p for p, f in WALKED.items() if f.type == FieldDescriptor.TYPE_BOOL}
    told = FREE.keys() | SAME.keys() | JOBS_INSIDE
    lacking = WALKED.keys() - with_rows() - told - bools
    assert not lacking, f"no row in ROWS or refusals.py, and not in FREE: {sorted(lacking)}"


def test_free_fields_are_fields_without_a_row() -> None:
    assert not FREE.keys() - WALKED.keys(), "no such field any more"
    assert not FREE.keys() & with_rows(), "has a row, so it is not free"


def stub_of(api: Api, call: str) -> Any:
    return next(getattr(stub, call) for stub in vars(api).values() if hasattr(stub, call))


def make(api: Api, call: str, **given: Any) -> None:
    method = next(method for method in methods() if method.name == call)
    modules = (*MODULES.values(), feedback_pb2)
    module = next(m for m in modules if hasattr(m, method.input_type.name))
    answer = stub_of(api, call)(getattr(module, method.input_type.name)(**given), timeout=TIMEOUT_S)
    if method.server_streaming:
        list(answer)


@pytest.fixture(scope="module")
def job(api: Api) -> job_pb2.Job:
    request = job_pb2.SubmitJobRequest()
    request.inputs.add(inline_text="Words.")
    return api.ended(request)


@pytest.fixture(scope="module")
def library(api: Api) -> str:
    request = library_pb2.CreateLibraryRequest(kind=library_pb2.LIBRARY_KIND_PERSONS)
    return api.libraries.CreateLibrary(request, timeout=TIMEOUT_S).library.library_id


def check(api: Api, row: Row, known: dict[str, str]) -> None:
    beside = {
        name: known.get(value, value) if isinstance(value, str) else value
        for name, value in row.beside.items()
    }
    refusal = refused(lambda: make(api, row.call, **(beside | row.given)))
    assert (refusal.code, refusal.reason) == ("INVALID_ARGUMENT", row.reason)
    assert refusal.fields == (row.field,)
    limit = refusal.metadata["limit"]
    assert limit.startswith(row.limit) if row.limit.endswith(", ") else limit == row.limit
    assert (refusal.metadata["field"], refusal.metadata["actual"]) == (row.field, row.actual)


def test_a_field_out_of_range_is_refused(
    api: Api, data: Path, job: job_pb2.Job, library: str
) -> None:
    known = {"{job}": job.job_id, "{media}": job.media_id, "{library}": library}
    with nothing_left(data):
        each(ROWS, lambda row: check(api, row, known), str)


#: The owner of the machine may see every project: one that is not there is not found.
OF_PROJECTS = {
    *project_pb2.DESCRIPTOR.services_by_name["ProjectService"].methods_by_name, "PurgeProject",
}  # fmt: skip
PROJECTS = sorted(
    {path.split(".")[0] for path in WALKED if path.endswith(".project_id")} - OF_PROJECTS
)


def test_another_project_is_forbidden(api: Api, data: Path) -> None:
    def is_forbidden(call: str) -> None:
        refusal = refused(lambda: make(api, call, project_id="other"))
        assert (refusal.code, refusal.reason) == ("PERMISSION_DENIED", "PROJECT_FORBIDDEN")
        assert refusal.metadata == {"project_id": "other"}

    with nothing_left(data):
        each(PROJECTS, is_forbidden)
