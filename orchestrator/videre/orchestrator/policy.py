"""Which role each public RPC needs. A test fails on an RPC without a row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from videre.common.auth import Role

_V, _S, _R, _A = Role.VIEWER, Role.SUBMITTER, Role.REVIEWER, Role.ADMIN

JOBS: Final[Mapping[str, Role]] = {
    "SubmitJob": _S,
    "QueryJob": _V,
    "ListJobs": _V,
    "WatchJob": _V,
    "CancelJob": _S,
    "DeleteJob": _S,
    "RequeueJob": _S,
    "EstimateJob": _V,
    "ExportJob": _V,
    "SubmitFeedback": _S,
    "ListFeedback": _V,
}
OPERATIONS: Final[Mapping[str, Role]] = {
    "GetBacklog": _V,
    "GetQueuePlace": _V,
    "ListUsage": _V,
}
MEDIA: Final[Mapping[str, Role]] = {
    "CreateUpload": _S,
    "WriteUpload": _S,
    "GetUpload": _S,
    "CompleteUpload": _S,
    "CreateMedia": _S,
    "GetMedia": _V,
    "ListMedia": _V,
    "UpdateMedia": _S,
    "DeleteMedia": _S,
    "GetAnalysis": _V,
    "ReadArtifact": _V,
}
LIBRARIES: Final[Mapping[str, Role]] = {
    "CreateLibrary": _S,
    "GetLibrary": _V,
    "ListLibraries": _V,
    "UpdateLibrary": _S,
    "DeleteLibrary": _S,
    "AddLibraryEntries": _S,
    "GetLibraryEntry": _V,
    "ListLibraryEntries": _V,
    "UpdateLibraryEntry": _S,
    "RemoveLibraryEntries": _S,
    "ExportLibrary": _V,
    "ImportLibrary": _S,
    "ListIdentities": _V,
    "TrainHead": _S,
    "RestoreHead": _S,
}
TEMPLATES: Final[Mapping[str, Role]] = {
    "CreateTemplate": _S,
    "UpdateTemplate": _S,
    "GetTemplate": _V,
    "ListTemplates": _V,
    "DeleteTemplate": _S,
    "SetDefaultTemplate": _S,
    "DiffTemplates": _V,
    "ExportTemplate": _V,
    "ImportTemplate": _S,
    "PreviewTemplate": _V,
    "Remoderate": _S,
}
REVIEWS: Final[Mapping[str, Role]] = {
    "ListReviews": _R,
    "GetReview": _R,
    "ClaimReviews": _R,
    "RenewReview": _R,
    "ReleaseReview": _R,
    "DecideReview": _R,
    "AppealReview": _S,
    "UndoDecision": _R,
    "ListSimilarReviews": _R,
    "DecideSimilarReviews": _R,
    "GetRuleRates": _R,
    "LearnFromReviews": _R,
}
MODERATION: Final[Mapping[str, Role]] = {
    "ExplainVerdict": _V,
    "AuditVerdicts": _V,
    "ExportVerdictReport": _V,
    "GetReportKey": _V,
}
SEARCH: Final[Mapping[str, Role]] = {
    "SearchMoments": _V,
    "FindSimilarMoments": _V,
    "FindDuplicateMedia": _V,
    "RebuildSearchIndex": _S,
}
RECOMMENDATIONS: Final[Mapping[str, Role]] = {
    "RecordEvents": _S,
    "Recommend": _V,
    "SetUserInterests": _S,
    "GetUserProfile": _S,
    "DeleteUser": _S,
    "RotateProfileKey": _A,
    "SetSegment": _S,
    "ListSegments": _V,
    "DeleteSegment": _S,
    "CountSegmentUsers": _V,
    "ExportItems": _V,
    "ExportTraits": _V,
    "ExportUserEvents": _A,
}
MARKETING: Final[Mapping[str, Role]] = {"WriteMarketingCopy": _V}
ADS: Final[Mapping[str, Role]] = {
    "FindAdSlots": _V,
    "ExportAdSchedule": _V,
    "SetAd": _S,
    "ListAds": _V,
    "DeleteAd": _S,
    "MatchAds": _V,
    "RecordAdEvents": _S,
    "GetAdReport": _V,
}
ENGINES: Final[Mapping[str, Role]] = {"ListEngines": _V}
TAXONOMY: Final[Mapping[str, Role]] = {
    "GetTaxonomy": _V,
    "ListNodes": _V,
    "GetNode": _V,
    "CreateNode": _S,
    "UpdateNode": _S,
    "DeleteNode": _S,
    "SetClassMapping": _S,
    "DeleteClassMapping": _S,
    "ExportOverlay": _V,
    "ImportOverlay": _S,
}
CREDENTIALS: Final[Mapping[str, Role]] = {
    "CreateCredential": _A,
    "GetCredential": _A,
    "ListCredentials": _A,
    "RotateCredential": _A,
    "RevokeCredentialKey": _A,
    "DeleteCredential": _A,
}
EVENTS: Final[Mapping[str, Role]] = {
    "ListEvents": _V,
    "WatchEvents": _V,
    "CreateWebhook": _A,
    "GetWebhook": _A,
    "ListWebhooks": _A,
    "UpdateWebhook": _A,
    "DeleteWebhook": _A,
    "RotateWebhookSecret": _A,
    "RemoveWebhookSecret": _A,
    "ListDeliveries": _A,
    "Redeliver": _A,
    "SetRoutes": _A,
    "GetRoutes": _A,
    "TestRoutes": _A,
}
PIPELINES: Final[Mapping[str, Role]] = {
    "SetPipeline": _A,
    "GetPipeline": _V,
    "ListPipelines": _V,
    "DeletePipeline": _A,
}
TRIGGERS: Final[Mapping[str, Role]] = {
    "SetTrigger": _A,
    "GetTrigger": _V,
    "ListTriggers": _V,
    "DeleteTrigger": _A,
    "TestTrigger": _A,
    "ListTriggerFiles": _V,
    "RetryTriggerFiles": _S,
}
PROJECTS: Final[Mapping[str, Role]] = {
    "CreateProject": _A,
    "GetProject": _V,
    "ListProjects": _V,
    "UpdateProject": _A,
    "DeleteProject": _A,
    "UndeleteProject": _A,
}
AUDIT: Final[Mapping[str, Role]] = {
    "ListAuditEntries": _A,
    "VerifyAuditLog": _A,
}
#: A reviewer holds, an administrator lets go and erases.
RETENTION: Final[Mapping[str, Role]] = {
    "HoldMedia": _R,
    "ReleaseMedia": _A,
    "ListHolds": _V,
    "PurgeMedia": _A,
    "PurgeProject": _A,
}
