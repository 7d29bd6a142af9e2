"""What the bodies of steps work with, passed in once when the process starts."""

from __future__ import annotations

import random
from dataclasses import dataclass

from videre.common.artifacts import ArtifactStore
from videre.common.clock import Clock
from videre.common.egress import Egress
from videre.orchestrator.fusion.events.model import RuleSet
from videre.orchestrator.ids import Ids
from videre.orchestrator.media.runner import RunChild
from videre.orchestrator.media.spool import SpoolCache
from videre.orchestrator.settings import OrchestratorSettings
from videre.orchestrator.steps.services import ServicePool
from videre.orchestrator.store.bindings import BindingStore
from videre.orchestrator.store.evidence import EvidenceStore
from videre.orchestrator.store.faces import FaceStore
from videre.orchestrator.store.jobs import JobStore
from videre.orchestrator.store.media import MediaStore
from videre.orchestrator.store.reviews import ReviewStore
from videre.orchestrator.store.search_reads import SearchStore
from videre.orchestrator.store.uploads import UploadStore
from videre.orchestrator.taxonomies import Taxonomies
from videre.orchestrator.templates.catalog import Templates


@dataclass(frozen=True, slots=True)
class Runtime:
    """Everything with a side effect, and the data files that are read once."""

    settings: OrchestratorSettings
    clock: Clock
    ids: Ids
    rng: random.Random
    jobs: JobStore
    media: MediaStore
    uploads: UploadStore
    evidence: EvidenceStore
    faces: FaceStore
    bindings: BindingStore
    reviews: ReviewStore
    search: SearchStore
    artifacts: ArtifactStore
    spool: SpoolCache
    run_child: RunChild
    services: ServicePool
    egress: Egress
    taxonomies: Taxonomies
    templates: Templates
    event_rules: RuleSet
