"""The services of the orchestrator's gRPC server, each with its rows of the policy table."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import Any

from videre.common.auth import Role
from videre.common.server import Registration
from videre.orchestrator import policy
from videre.orchestrator.api.access.credentials import CredentialServicer
from videre.orchestrator.api.access.projects import ProjectServicer
from videre.orchestrator.api.ads.service import AdServicer
from videre.orchestrator.api.analyses.revisions import AnalysisReader
from videre.orchestrator.api.audit.service import AuditServicer
from videre.orchestrator.api.engines import EngineServicer
from videre.orchestrator.api.estimates import Estimator
from videre.orchestrator.api.events.service import EventServicer
from videre.orchestrator.api.jobs import JobServicer
from videre.orchestrator.api.judgements import Judging
from videre.orchestrator.api.libraries.service import LibraryServicer
from videre.orchestrator.api.marketing.service import MarketingServicer
from videre.orchestrator.api.media import MediaServicer
from videre.orchestrator.api.moderation.audits import Auditor
from videre.orchestrator.api.moderation.explanations import Explainer
from videre.orchestrator.api.moderation.reports import Reports
from videre.orchestrator.api.moderation.service import ModerationServicer
from videre.orchestrator.api.operations import OperationsServicer
from videre.orchestrator.api.pipelines import PipelineServicer
from videre.orchestrator.api.recommend.service import RecommendationServicer
from videre.orchestrator.api.retention import RetentionServicer
from videre.orchestrator.api.review.service import ReviewServicer
from videre.orchestrator.api.search.service import SearchServicer
from videre.orchestrator.api.sources import Sources
from videre.orchestrator.api.taxonomy.service import TaxonomyServicer
from videre.orchestrator.api.templates.service import TemplateServicer
from videre.orchestrator.api.triggers import TriggerServicer
from videre.orchestrator.app import Orchestrator
from videre.v1 import (
    ad_pb2_grpc,
    audit_pb2_grpc,
    credential_pb2_grpc,
    engine_pb2_grpc,
    event_pb2_grpc,
    job_pb2_grpc,
    library_pb2_grpc,
    marketing_pb2_grpc,
    media_pb2_grpc,
    moderation_pb2_grpc,
    operations_pb2_grpc,
    pipeline_pb2_grpc,
    project_pb2_grpc,
    recommendation_pb2_grpc,
    retention_pb2_grpc,
    review_pb2_grpc,
    search_pb2_grpc,
    taxonomy_pb2_grpc,
    template_pb2_grpc,
    trigger_pb2_grpc,
)


def registrations(app: Orchestrator) -> list[Registration]:
    """Return every public service."""
    reader = AnalysisReader(app)
    explainer = Explainer(app, reader)
    sources = sources_of(app)
    return [
        _of(job_pb2_grpc, JobServicer(app, sources, reader, Estimator(app)), policy.JOBS),
        _of(media_pb2_grpc, MediaServicer(app, sources, reader), policy.MEDIA),
        _of(library_pb2_grpc, LibraryServicer(app), policy.LIBRARIES),
        _of(
            template_pb2_grpc,
            TemplateServicer(
                app.templates, app.libraries, Judging(app), app.bindings.known_hash_lists
            ),
            policy.TEMPLATES,
        ),
        _of(
            moderation_pb2_grpc,
            ModerationServicer(explainer, Auditor(app), Reports(app, explainer)),
            policy.MODERATION,
        ),
        _of(review_pb2_grpc, ReviewServicer(app, reader), policy.REVIEWS),
        _of(search_pb2_grpc, SearchServicer(app), policy.SEARCH),
        _of(recommendation_pb2_grpc, RecommendationServicer(app), policy.RECOMMENDATIONS),
        _of(ad_pb2_grpc, AdServicer(app), policy.ADS),
        _of(marketing_pb2_grpc, MarketingServicer(app), policy.MARKETING),
        _of(engine_pb2_grpc, EngineServicer(app), policy.ENGINES),
        _of(taxonomy_pb2_grpc, TaxonomyServicer(app), policy.TAXONOMY),
        _of(credential_pb2_grpc, CredentialServicer(app), policy.CREDENTIALS),
        _of(event_pb2_grpc, EventServicer(app), policy.EVENTS),
        _of(project_pb2_grpc, ProjectServicer(app.projects, app.directory), policy.PROJECTS),
        _of(operations_pb2_grpc, OperationsServicer(app), policy.OPERATIONS),
        _of(pipeline_pb2_grpc, PipelineServicer(app), policy.PIPELINES),
        _of(trigger_pb2_grpc, TriggerServicer(app), policy.TRIGGERS),
        _of(audit_pb2_grpc, AuditServicer(app.audit), policy.AUDIT),
        _of(retention_pb2_grpc, RetentionServicer(app), policy.RETENTION),
    ]


def sources_of(app: Orchestrator) -> Sources:
    """Return what resolves inputs."""
    return Sources(
        media=app.media,
        uploads=app.uploads,
        evidence=app.evidence,
        artifacts=app.artifacts,
        egress=app.egress,
        ids=app.ids,
        roots=app.settings.roots,
        buckets=app.settings.bucket_roots,
    )


def accepting(app: Orchestrator) -> JobServicer:
    """Return what accepts jobs of who is no caller."""
    return JobServicer(app, sources_of(app), AnalysisReader(app), Estimator(app))


def _of(stubs: ModuleType, servicer: Any, roles: Mapping[str, Role]) -> Registration:
    """Return the registration of a servicer, by the module of its generated base class."""
    base = next(one for one in type(servicer).__mro__ if one.__module__ == stubs.__name__)
    name = base.__name__.removesuffix("Servicer")
    file = import_module(stubs.__name__.removesuffix("_grpc"))
    add = getattr(stubs, f"add_{base.__name__}_to_server")
    return Registration(file.DESCRIPTOR.services_by_name[name], add, servicer, roles)
