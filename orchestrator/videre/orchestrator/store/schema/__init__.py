"""The tables. Every row that a caller can reach has a project.

Times are nanoseconds since the Unix epoch, scores E4 integers, documents canonical JSON text.
"""

from __future__ import annotations

from videre.orchestrator.store.schema.access import credential, credential_key, project
from videre.orchestrator.store.schema.ads import ad, ad_count, ad_event
from videre.orchestrator.store.schema.audience import (
    audience_count,
    audience_gone,
    audience_head,
    audience_item,
    audience_key,
    audience_profile,
    audience_segment,
)
from videre.orchestrator.store.schema.audit import audit_entry
from videre.orchestrator.store.schema.base import metadata
from videre.orchestrator.store.schema.events import (
    delivery,
    feed_event,
    feed_head,
    routing,
    webhook,
)
from videre.orchestrator.store.schema.jobs import (
    engine_cost,
    job,
    job_chunk,
    job_event,
    job_input,
    job_output,
    job_stage,
    job_tag,
    pipeline,
)
from videre.orchestrator.store.schema.keys import data_key
from videre.orchestrator.store.schema.libraries import (
    binding_task,
    library,
    library_entry,
    library_match,
    library_sample,
    person_face,
    taxonomy_overlay,
)
from videre.orchestrator.store.schema.media import (
    analysis,
    artifact_ref,
    evidence,
    feedback,
    media,
    media_hold,
    upload,
)
from videre.orchestrator.store.schema.reviews import review, review_action, review_finding
from videre.orchestrator.store.schema.search import (
    search_chunk,
    search_head,
    search_look,
    search_media,
    search_posting,
    search_term,
)
from videre.orchestrator.store.schema.templates import (
    template,
    template_default,
    template_use,
    template_version,
)
from videre.orchestrator.store.schema.triggers import watch, watch_file, watch_version
from videre.orchestrator.store.schema.usage import usage_day
from videre.orchestrator.store.schema.verdicts import verdict_link

__all__ = [
    "ad",
    "ad_count",
    "ad_event",
    "analysis",
    "artifact_ref",
    "audience_count",
    "audience_gone",
    "audience_head",
    "audience_item",
    "audience_key",
    "audience_profile",
    "audience_segment",
    "audit_entry",
    "binding_task",
    "credential",
    "credential_key",
    "data_key",
    "delivery",
    "engine_cost",
    "evidence",
    "feed_event",
    "feed_head",
    "feedback",
    "job",
    "job_chunk",
    "job_event",
    "job_input",
    "job_output",
    "job_stage",
    "job_tag",
    "library",
    "library_entry",
    "library_match",
    "library_sample",
    "media",
    "media_hold",
    "metadata",
    "person_face",
    "pipeline",
    "project",
    "review",
    "review_action",
    "review_finding",
    "routing",
    "search_chunk",
    "search_head",
    "search_look",
    "search_media",
    "search_posting",
    "search_term",
    "taxonomy_overlay",
    "template",
    "template_default",
    "template_use",
    "template_version",
    "upload",
    "usage_day",
    "verdict_link",
    "watch",
    "watch_file",
    "watch_version",
    "webhook",
]
