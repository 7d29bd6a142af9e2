"""What the bodies of steps work with, passed in once when the process starts."""

from __future__ import annotations

import random
from dataclasses import dataclass

from videre.common.artifacts import ArtifactStore
from videre.common.clock import Clock
from videre.common.egress import Egress
from videre.orchestrator.ids import Ids
from videre.orchestrator.media.spool import SpoolCache
from videre.orchestrator.settings import OrchestratorSettings
from videre.orchestrator.steps.services import ServicePool
from videre.orchestrator.store.evidence import EvidenceStore
from videre.orchestrator.store.jobs import JobStore
from videre.orchestrator.store.media import MediaStore
from videre.orchestrator.store.uploads import UploadStore
from videre.orchestrator.taxonomy.model import Taxonomy
from videre.orchestrator.templates import Templates


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
    artifacts: ArtifactStore
    spool: SpoolCache
    services: ServicePool
    egress: Egress
    taxonomy: Taxonomy
    templates: Templates


_bound: list[Runtime] = []


def bind(runtime: Runtime) -> None:
    """Give the journal's steps their runtime. The journal calls steps by name, without arguments
    of ours, so this is the one thing that is reached for instead of passed in."""
    _bound[:] = [runtime]


def runtime() -> Runtime:
    """Return the bound runtime.

    Raises:
        RuntimeError: the process has not bound one.
    """
    if not _bound:
        raise RuntimeError("no runtime is bound: steps run inside an orchestrator process only")
    return _bound[0]
