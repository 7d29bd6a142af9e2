"""Videre's typed Python SDK: submit media, follow the work, read the answers.

`Videre` blocks, `AsyncVidere` awaits; they are otherwise the same. Messages are those of the
public API (`videre.v1`).
"""

from videre.client._access import Access
from videre.client._access_calls import CredentialCalls, ProjectCalls
from videre.client._ad_calls import AdCalls
from videre.client._async_access_calls import AsyncCredentialCalls, AsyncProjectCalls
from videre.client._async_ad_calls import AsyncAdCalls
from videre.client._async_audit_calls import AsyncAuditCalls
from videre.client._async_client import AsyncVidere
from videre.client._async_event_calls import AsyncEventCalls, AsyncWebhookCalls
from videre.client._async_library_calls import AsyncLibraryCalls
from videre.client._async_marketing_calls import AsyncMarketingCalls
from videre.client._async_moderation_calls import AsyncModerationCalls
from videre.client._async_pipeline_calls import AsyncPipelineCalls
from videre.client._async_recommendation_calls import AsyncRecommendationCalls
from videre.client._async_retention_calls import AsyncRetentionCalls
from videre.client._async_review_calls import AsyncReviewCalls
from videre.client._async_search_calls import AsyncSearchCalls
from videre.client._async_taxonomy_calls import AsyncTaxonomyCalls
from videre.client._async_template_calls import AsyncTemplateCalls
from videre.client._async_trigger_calls import AsyncTriggerCalls
from videre.client._audit_calls import AuditCalls
from videre.client._client import DEFAULT_TARGET, Videre
from videre.client._errors import (
    AlreadyExists,
    CallCancelled,
    Conflict,
    CorruptDownload,
    DeadlineExceeded,
    FailedPrecondition,
    FieldViolation,
    InvalidRequest,
    NotAllowed,
    NotFound,
    NotImplementedByServer,
    Overloaded,
    ServerFault,
    ServerRefusal,
    SourceChanged,
    Unavailable,
    VidereClientError,
    WaitTimeout,
)
from videre.client._event_calls import EventCalls, WebhookCalls
from videre.client._export import ExportedFile, ExportedLibrary
from videre.client._jobs import has_ended
from videre.client._library_calls import LibraryCalls
from videre.client._marketing_calls import MarketingCalls
from videre.client._moderation_calls import ModerationCalls
from videre.client._pipeline_calls import PipelineCalls
from videre.client._recommendation_calls import RecommendationCalls
from videre.client._retention_calls import RetentionCalls
from videre.client._retry import RetryPolicy
from videre.client._review_calls import ReviewCalls
from videre.client._search_calls import SearchCalls
from videre.client._submit import JobOptions, build_request, local_path, new_request_id
from videre.client._taxonomy_calls import TaxonomyCalls
from videre.client._template_calls import TemplateCalls
from videre.client._trigger_calls import TriggerCalls
from videre.client._upload import Uploaded

__all__ = [
    "DEFAULT_TARGET",
    "Access",
    "AdCalls",
    "AlreadyExists",
    "AsyncAdCalls",
    "AsyncAuditCalls",
    "AsyncCredentialCalls",
    "AsyncEventCalls",
    "AsyncLibraryCalls",
    "AsyncMarketingCalls",
    "AsyncModerationCalls",
    "AsyncPipelineCalls",
    "AsyncProjectCalls",
    "AsyncRecommendationCalls",
    "AsyncRetentionCalls",
    "AsyncReviewCalls",
    "AsyncSearchCalls",
    "AsyncTaxonomyCalls",
    "AsyncTemplateCalls",
    "AsyncTriggerCalls",
    "AsyncVidere",
    "AsyncWebhookCalls",
    "AuditCalls",
    "CallCancelled",
    "Conflict",
    "CorruptDownload",
    "CredentialCalls",
    "DeadlineExceeded",
    "EventCalls",
    "ExportedFile",
    "ExportedLibrary",
    "FailedPrecondition",
    "FieldViolation",
    "InvalidRequest",
    "JobOptions",
    "LibraryCalls",
    "MarketingCalls",
    "ModerationCalls",
    "NotAllowed",
    "NotFound",
    "NotImplementedByServer",
    "Overloaded",
    "PipelineCalls",
    "ProjectCalls",
    "RecommendationCalls",
    "RetentionCalls",
    "RetryPolicy",
    "ReviewCalls",
    "SearchCalls",
    "ServerFault",
    "ServerRefusal",
    "SourceChanged",
    "TaxonomyCalls",
    "TemplateCalls",
    "TriggerCalls",
    "Unavailable",
    "Uploaded",
    "Videre",
    "VidereClientError",
    "WaitTimeout",
    "WebhookCalls",
    "build_request",
    "has_ended",
    "local_path",
    "new_request_id",
]
