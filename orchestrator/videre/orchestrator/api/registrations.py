"""The services of the orchestrator's gRPC server, each with its rows of the policy table."""

from __future__ import annotations

from videre.common.server import Registration
from videre.orchestrator import policy
from videre.orchestrator.api.access.credentials import CredentialServicer
from videre.orchestrator.api.access.projects import ProjectServicer
from videre.orchestrator.api.ads.service import AdServicer
from videre.orchestrator.api.analyses.revisions import AnalysisReader
from videre.orchestrator.api.engines import EngineServicer
from videre.orchestrator.api.estimates import Estimator
from videre.orchestrator.api.events.service import EventServicer
from videre.orchestrator.api.jobs import JobServicer
from videre.orchestrator.api.judgements import Judging
from videre.orchestrator.api.libraries.service import LibraryServicer
from videre.orchestrator.api.media import MediaServicer
from videre.orchestrator.api.moderation.audits import Auditor
from videre.orchestrator.api.moderation.explanations import Explainer
from videre.orchestrator.api.moderation.reports import Reports
from videre.orchestrator.api.moderation.service import ModerationServicer
from videre.orchestrator.api.operations import OperationsServicer
from videre.orchestrator.api.review.service import ReviewServicer
from videre.orchestrator.api.search.service import SearchServicer
from videre.orchestrator.api.sources import Sources
from videre.orchestrator.api.taxonomy.service import TaxonomyServicer
from videre.orchestrator.api.templates.service import TemplateServicer
from videre.orchestrator.app import Orchestrator
from videre.v1 import (
    ad_pb2,
    ad_pb2_grpc,
    credential_pb2,
    credential_pb2_grpc,
    engine_pb2,
    engine_pb2_grpc,
    event_pb2,
    event_pb2_grpc,
    job_pb2,
    job_pb2_grpc,
    library_pb2,
    library_pb2_grpc,
    media_pb2,
    media_pb2_grpc,
    moderation_pb2,
    moderation_pb2_grpc,
    operations_pb2,
    operations_pb2_grpc,
    project_pb2,
    project_pb2_grpc,
    review_pb2,
    review_pb2_grpc,
    search_pb2,
    search_pb2_grpc,
    taxonomy_pb2,
    taxonomy_pb2_grpc,
    template_pb2,
    template_pb2_grpc,
)


def registrations(app: Orchestrator) -> list[Registration]:
    """Return every public service."""
    reader = AnalysisReader(app)
    explainer = Explainer(app, reader)
    sources = Sources(
        media=app.media,
        uploads=app.uploads,
        evidence=app.evidence,
        artifacts=app.artifacts,
        egress=app.egress,
        ids=app.ids,
        roots=app.settings.roots,
    )
    return [
        Registration(
            job_pb2.DESCRIPTOR.services_by_name["JobService"],
            job_pb2_grpc.add_JobServiceServicer_to_server,
            JobServicer(app, sources, reader, Estimator(app)),
            policy.JOBS,
        ),
        Registration(
            media_pb2.DESCRIPTOR.services_by_name["MediaService"],
            media_pb2_grpc.add_MediaServiceServicer_to_server,
            MediaServicer(app, sources, reader),
            policy.MEDIA,
        ),
        Registration(
            library_pb2.DESCRIPTOR.services_by_name["LibraryService"],
            library_pb2_grpc.add_LibraryServiceServicer_to_server,
            LibraryServicer(app),
            policy.LIBRARIES,
        ),
        Registration(
            template_pb2.DESCRIPTOR.services_by_name["TemplateService"],
            template_pb2_grpc.add_TemplateServiceServicer_to_server,
            TemplateServicer(
                app.templates, app.libraries, Judging(app), app.bindings.known_hash_lists
            ),
            policy.TEMPLATES,
        ),
        Registration(
            moderation_pb2.DESCRIPTOR.services_by_name["ModerationService"],
            moderation_pb2_grpc.add_ModerationServiceServicer_to_server,
            ModerationServicer(explainer, Auditor(app), Reports(app, explainer)),
            policy.MODERATION,
        ),
        Registration(
            review_pb2.DESCRIPTOR.services_by_name["ReviewService"],
            review_pb2_grpc.add_ReviewServiceServicer_to_server,
            ReviewServicer(app, reader),
            policy.REVIEWS,
        ),
        Registration(
            search_pb2.DESCRIPTOR.services_by_name["SearchService"],
            search_pb2_grpc.add_SearchServiceServicer_to_server,
            SearchServicer(app),
            policy.SEARCH,
        ),
        Registration(
            ad_pb2.DESCRIPTOR.services_by_name["AdService"],
            ad_pb2_grpc.add_AdServiceServicer_to_server,
            AdServicer(app),
            policy.ADS,
        ),
        Registration(
            engine_pb2.DESCRIPTOR.services_by_name["EngineService"],
            engine_pb2_grpc.add_EngineServiceServicer_to_server,
            EngineServicer(app),
            policy.ENGINES,
        ),
        Registration(
            taxonomy_pb2.DESCRIPTOR.services_by_name["TaxonomyService"],
            taxonomy_pb2_grpc.add_TaxonomyServiceServicer_to_server,
            TaxonomyServicer(app),
            policy.TAXONOMY,
        ),
        Registration(
            credential_pb2.DESCRIPTOR.services_by_name["CredentialService"],
            credential_pb2_grpc.add_CredentialServiceServicer_to_server,
            CredentialServicer(app),
            policy.CREDENTIALS,
        ),
        Registration(
            event_pb2.DESCRIPTOR.services_by_name["EventService"],
            event_pb2_grpc.add_EventServiceServicer_to_server,
            EventServicer(app),
            policy.EVENTS,
        ),
        Registration(
            project_pb2.DESCRIPTOR.services_by_name["ProjectService"],
            project_pb2_grpc.add_ProjectServiceServicer_to_server,
            ProjectServicer(app.projects, app.directory),
            policy.PROJECTS,
        ),
        Registration(
            operations_pb2.DESCRIPTOR.services_by_name["OperationsService"],
            operations_pb2_grpc.add_OperationsServiceServicer_to_server,
            OperationsServicer(app),
            policy.OPERATIONS,
        ),
    ]
