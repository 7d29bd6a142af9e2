"""The orchestrator's parts, put together once."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import grpc.aio
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from videre.common.artifact_place import open_artifacts
from videre.common.artifacts import ArtifactStore
from videre.common.clock import Clock
from videre.common.egress import Egress, EgressPolicy
from videre.common.errors import Reason, VidereError
from videre.common.places import service_channel
from videre.common.sealing import Seal
from videre.common.values import NS
from videre.orchestrator.access.directory import Directory
from videre.orchestrator.api.request import job_request, media_beside
from videre.orchestrator.catalogues import Catalogues
from videre.orchestrator.crowds import Crowds
from videre.orchestrator.fusion.events.load import load_event_rules
from videre.orchestrator.fusion.events.model import RuleSet
from videre.orchestrator.ids import Ids, TimeIds
from videre.orchestrator.keys import load_report_key
from videre.orchestrator.lexicon.names import load_names
from videre.orchestrator.links import Links, load_key
from videre.orchestrator.media.runner import RunChild, media_children
from videre.orchestrator.media.spool import SpoolCache
from videre.orchestrator.notify.jetstream import JetStream
from videre.orchestrator.notify.sinks import FileSink, HttpSink, NatsSink, Sinks
from videre.orchestrator.settings import OrchestratorSettings
from videre.orchestrator.steps.runtime import Runtime
from videre.orchestrator.steps.services import SERVICES, ServicePool
from videre.orchestrator.store.ads import AdStore
from videre.orchestrator.store.audience import AudienceStore
from videre.orchestrator.store.audience_feed import AudienceFeed
from videre.orchestrator.store.audience_items import ItemStore
from videre.orchestrator.store.audit_reads import AuditStore
from videre.orchestrator.store.bindings import BindingStore
from videre.orchestrator.store.changes import ChangeBoard
from videre.orchestrator.store.credentials import CredentialStore
from videre.orchestrator.store.data_keys import DataKeys
from videre.orchestrator.store.database import Database
from videre.orchestrator.store.erasing import ErasureStore
from videre.orchestrator.store.evidence import EvidenceStore
from videre.orchestrator.store.faces import FaceStore
from videre.orchestrator.store.feed import FeedStore
from videre.orchestrator.store.feedback import FeedbackStore
from videre.orchestrator.store.holds import HoldStore
from videre.orchestrator.store.jobs import JobStore
from videre.orchestrator.store.libraries import LibraryStore, OnChange
from videre.orchestrator.store.library_records import LibraryRecord
from videre.orchestrator.store.listing import Listing
from videre.orchestrator.store.media import MediaStore
from videre.orchestrator.store.overlays import OverlayStore
from videre.orchestrator.store.pipelines import PipelineStore
from videre.orchestrator.store.projects import ProjectStore
from videre.orchestrator.store.records import JobRecord, JobState
from videre.orchestrator.store.reviews import ReviewStore
from videre.orchestrator.store.routing import RoutingStore
from videre.orchestrator.store.search_looks import LookStore
from videre.orchestrator.store.search_reads import SearchStore
from videre.orchestrator.store.segments import SegmentStore
from videre.orchestrator.store.templates import TemplateStore
from videre.orchestrator.store.triggers import TriggerStore
from videre.orchestrator.store.uploads import UploadStore
from videre.orchestrator.store.usage import UsageStore
from videre.orchestrator.store.vault import Vault
from videre.orchestrator.store.verdict_links import VerdictLinkStore
from videre.orchestrator.store.verdicts import VerdictStore
from videre.orchestrator.store.webhooks import WebhookStore
from videre.orchestrator.store.workload import WorkloadStore
from videre.orchestrator.taxonomies import Taxonomies
from videre.orchestrator.taxonomy.load import load_taxonomy
from videre.orchestrator.taxonomy.model import Taxonomy
from videre.orchestrator.templates.catalog import Templates
from videre.orchestrator.triggers.folder import Folders
from videre.orchestrator.workflows.dbos_journal import DbosJobJournal
from videre.orchestrator.workflows.journal import JobJournal


@dataclass(frozen=True, slots=True)
class Orchestrator:
    """What the API works with."""

    settings: OrchestratorSettings
    clock: Clock
    ids: Ids
    changes: ChangeBoard
    projects: ProjectStore
    holds: HoldStore
    erasures: ErasureStore
    directory: Directory
    credentials: CredentialStore
    audit: AuditStore
    feed: FeedStore
    webhooks: WebhookStore
    routing: RoutingStore
    pipelines: PipelineStore
    triggers: TriggerStore
    folders: Folders
    sinks: Sinks
    seal: Seal
    vault: Vault | None
    jobs: JobStore
    media: MediaStore
    uploads: UploadStore
    usage: UsageStore
    workload: WorkloadStore
    evidence: EvidenceStore
    libraries: LibraryStore
    faces: FaceStore
    bindings: BindingStore
    feedback: FeedbackStore
    reviews: ReviewStore
    search: SearchStore
    looks: LookStore
    audience: AudienceStore
    audience_feed: AudienceFeed
    ads: AdStore
    segments: SegmentStore
    catalogues: Catalogues
    crowds: Crowds
    listing: Listing
    artifacts: ArtifactStore
    services: ServicePool
    spool: SpoolCache
    egress: Egress
    links: Links
    report_key: Ed25519PrivateKey
    taxonomies: Taxonomies
    templates: Templates
    verdicts: VerdictStore
    verdict_links: VerdictLinkStore
    event_rules: RuleSet
    journal: JobJournal
    run_child: RunChild
    rng: random.Random

    @property
    def taxonomy(self) -> Taxonomy:
        """The taxonomy of the installation: without the additions of projects."""
        return self.taxonomies.installation

    def runtime(self) -> Runtime:
        """Return what the bodies of steps work with."""
        return Runtime(
            settings=self.settings,
            clock=self.clock,
            ids=self.ids,
            rng=self.rng,
            jobs=self.jobs,
            media=self.media,
            uploads=self.uploads,
            evidence=self.evidence,
            faces=self.faces,
            bindings=self.bindings,
            reviews=self.reviews,
            search=self.search,
            artifacts=self.artifacts,
            spool=self.spool,
            run_child=self.run_child,
            services=self.services,
            egress=self.egress,
            taxonomies=self.taxonomies,
            templates=self.templates,
            event_rules=self.event_rules,
        )

    async def cancel(self, job_id: str, reason: Reason, message: str) -> bool:
        """Cancel a job: its row first, so that nothing publishes over it, then its work."""
        error: dict[str, Any] = {"reason": str(reason), "message": message, "metadata": {}}
        changed = await asyncio.to_thread(
            self.jobs.finish,
            job_id,
            JobState.CANCELLED,
            retention_ns=round(self.settings.job_retention * NS),
            error=error,
        )
        await self.journal.cancel(job_id)
        return changed

    async def delete(self, job: JobRecord) -> None:
        """Remove an ended job. Its row goes last: after a crash in between it can be tried again.

        Raises:
            VidereError: JOB_NOT_ENDED, MEDIA_HELD.
        """
        require_ended(job)
        if job.media_id is not None:
            await asyncio.to_thread(self.holds.require_free, [job.media_id])
        await self.journal.forget(job.id)
        await asyncio.to_thread(self.jobs.purge, job.id)


def require_ended(job: JobRecord) -> None:
    """Refuse what needs a job that has ended.

    Raises:
        VidereError: JOB_NOT_ENDED.
    """
    if not JobState(job.state).final:
        raise VidereError(
            Reason.JOB_NOT_ENDED, f"job {job.id} is {job.state}", metadata={"job_id": job.id}
        )


@dataclass(frozen=True, slots=True)
class Outside:
    """What the parts reach for beyond the data folder.

    Args:
        channels: to each service, by name; closed with the orchestrator.
        journal: durable engine; closed with the orchestrator.
        run_child: runs what reads media.
        stream: that events are published to; closed with the orchestrator.
    """

    clock: Clock
    rng: random.Random
    channels: Mapping[str, grpc.aio.Channel]
    journal: JobJournal
    run_child: RunChild
    stream: JetStream


@contextlib.asynccontextmanager
async def open_orchestrator(
    settings: OrchestratorSettings, database: Database, clock: Clock, rng: random.Random
) -> AsyncIterator[Orchestrator]:
    """Put the parts together on the running loop, and close what is open at the end."""
    async with media_children() as run_child:
        url = settings.nats_url
        stream = JetStream(None if url is None else url.get_secret_value())
        app = assemble(
            settings,
            database,
            Outside(
                clock=clock,
                rng=rng,
                channels={name: service_channel(settings, name) for name in SERVICES},
                journal=DbosJobJournal(database),
                run_child=run_child,
                stream=stream,
            ),
        )
        try:
            yield app
        finally:
            app.folders.close()
            await stream.close()
            await app.services.close()
            app.journal.close()


def assemble(settings: OrchestratorSettings, database: Database, outside: Outside) -> Orchestrator:
    """Put the parts together on the running loop."""
    clock, rng = outside.clock, outside.rng
    seal = settings.seal()
    vault = DataKeys(database, clock, seal).install(encryption=settings.encryption)
    taxonomy = load_taxonomy(settings.overlay_paths)
    changes = ChangeBoard()
    changes.bind(asyncio.get_running_loop())
    load_names(settings.name_list_paths)  # a list that cannot be read stops the start
    jobs = JobStore(database, clock, changes, outside.journal.enqueue)
    media = MediaStore(database, clock)
    templates = TemplateStore(database, clock)
    faces, ids = FaceStore(database), TimeIds(clock, rng)
    reviews = ReviewStore(database, clock, ids, jobs.announce)
    egress = Egress(EgressPolicy(allowed_networks=settings.networks))
    projects = ProjectStore(database, clock)
    audience = AudienceStore(database, clock, seal)
    audience_feed = AudienceFeed(database, clock, seal)
    return Orchestrator(
        settings=settings,
        clock=clock,
        ids=ids,
        changes=changes,
        projects=projects,
        holds=HoldStore(database, clock),
        erasures=ErasureStore(database, lambda request: media_beside(job_request(request))),
        directory=Directory(projects, clock),
        credentials=CredentialStore(database, clock),
        audit=AuditStore(database),
        feed=FeedStore(database),
        webhooks=WebhookStore(database, clock),
        routing=RoutingStore(database, clock),
        pipelines=PipelineStore(database, clock),
        triggers=TriggerStore(database, clock),
        folders=Folders(),
        sinks=Sinks(
            HttpSink(egress),
            FileSink(settings.roots),
            NatsSink(outside.stream, settings.nats_subject),
        ),
        seal=seal,
        vault=vault,
        jobs=jobs,
        media=media,
        uploads=UploadStore(database, clock, settings.uploads_path),
        usage=UsageStore(database),
        workload=WorkloadStore(database),
        evidence=EvidenceStore(database, clock),
        libraries=LibraryStore(database, clock, _binding(outside.journal)),
        faces=faces,
        bindings=BindingStore(database, clock, faces, media, reviews, jobs.announce),
        feedback=FeedbackStore(database, clock, media),
        reviews=reviews,
        search=SearchStore(database),
        looks=LookStore(database),
        audience=audience,
        audience_feed=audience_feed,
        ads=AdStore(database, clock, audience),
        segments=SegmentStore(database, clock),
        catalogues=Catalogues(ItemStore(database)),
        crowds=Crowds(audience_feed),
        listing=Listing(database),
        artifacts=open_artifacts(settings),
        services=ServicePool(
            outside.channels,
            calls_at_once=settings.slots + 1,
            patience_s=settings.stage_patience,
            clock=clock,
            rng=rng,
        ),
        spool=SpoolCache(
            settings.spool_path,
            limit_bytes=settings.spool_bytes,
            run=outside.run_child,
            children=settings.decoders_at_once or settings.slots,
        ),
        egress=egress,
        links=Links(load_key(settings.keys_path / "links.key"), clock, settings.link_lifetime),
        report_key=load_report_key(settings.keys_path / "report.key"),
        taxonomies=Taxonomies(taxonomy, OverlayStore(database, clock)),
        templates=Templates(templates),
        verdicts=VerdictStore(database, clock, media, templates, reviews, jobs.announce),
        verdict_links=VerdictLinkStore(database),
        event_rules=load_event_rules(taxonomy, settings.event_rules),
        journal=outside.journal,
        run_child=outside.run_child,
        rng=rng,
    )


def _binding(journal: JobJournal) -> OnChange:
    """Return what starts late binding for every new version of a library."""

    def start(connection: sa.Connection, library: LibraryRecord) -> None:
        # A library may be deleted and another one made under its id.
        key = f"binding.{library.project_id}.{library.id}.{library.create_ns}.{library.version}"
        journal.enqueue_binding(connection, library.project_id, library.id, library.version, key)

    return start
