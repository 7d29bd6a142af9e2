"""The methods of the public API, as values that either kind of channel can call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from google.protobuf.message import Message

from videre.v1 import (
    ad_pb2,
    engine_pb2,
    feedback_pb2,
    job_pb2,
    library_pb2,
    marketing_pb2,
    media_pb2,
    moderation_pb2,
    recommendation_pb2,
    review_pb2,
    search_pb2,
    taxonomy_pb2,
    template_pb2,
)

RequestT = TypeVar("RequestT", bound=Message)
ResponseT = TypeVar("ResponseT", bound=Message)


@dataclass(frozen=True, slots=True)
class Method(Generic[RequestT, ResponseT]):
    """One method: its path on the wire and its message types."""

    service: str
    name: str
    request: type[RequestT]
    response: type[ResponseT]

    @property
    def path(self) -> str:
        """Path of the HTTP/2 request."""
        return f"/videre.v1.{self.service}/{self.name}"


_JOB, _MEDIA, _TEMPLATE, _ENGINE = (
    "JobService", "MediaService", "TemplateService", "EngineService",
)  # fmt: skip
_f, _j, _m, _t, _e = feedback_pb2, job_pb2, media_pb2, template_pb2, engine_pb2
_TAXONOMY: Final = "TaxonomyService"
_x = taxonomy_pb2
_MODERATION: Final = "ModerationService"
_v = moderation_pb2
_LIBRARY: Final = "LibraryService"
_l = library_pb2
_REVIEW: Final = "ReviewService"
_r = review_pb2
_AD: Final = "AdService"
_a = ad_pb2
_MARKETING: Final = "MarketingService"
_k = marketing_pb2
_RECOMMENDATION: Final = "RecommendationService"
_u = recommendation_pb2
_SEARCH: Final = "SearchService"
_s = search_pb2

SUBMIT_JOB: Final = Method(_JOB, "SubmitJob", _j.SubmitJobRequest, _j.SubmitJobResponse)
QUERY_JOB: Final = Method(_JOB, "QueryJob", _j.QueryJobRequest, _j.QueryJobResponse)
LIST_JOBS: Final = Method(_JOB, "ListJobs", _j.ListJobsRequest, _j.ListJobsResponse)
WATCH_JOB: Final = Method(_JOB, "WatchJob", _j.WatchJobRequest, _j.WatchJobResponse)
CANCEL_JOB: Final = Method(_JOB, "CancelJob", _j.CancelJobRequest, _j.CancelJobResponse)
DELETE_JOB: Final = Method(_JOB, "DeleteJob", _j.DeleteJobRequest, _j.DeleteJobResponse)
REQUEUE_JOB: Final = Method(_JOB, "RequeueJob", _j.RequeueJobRequest, _j.RequeueJobResponse)
ESTIMATE_JOB: Final = Method(_JOB, "EstimateJob", _j.EstimateJobRequest, _j.EstimateJobResponse)
EXPORT_JOB: Final = Method(_JOB, "ExportJob", _j.ExportJobRequest, _j.ExportJobResponse)
SUBMIT_FEEDBACK: Final = Method(
    _JOB, "SubmitFeedback", _f.SubmitFeedbackRequest, _f.SubmitFeedbackResponse
)
LIST_FEEDBACK: Final = Method(_JOB, "ListFeedback", _f.ListFeedbackRequest, _f.ListFeedbackResponse)

CREATE_UPLOAD: Final = Method(
    _MEDIA, "CreateUpload", _m.CreateUploadRequest, _m.CreateUploadResponse
)
WRITE_UPLOAD: Final = Method(_MEDIA, "WriteUpload", _m.WriteUploadRequest, _m.WriteUploadResponse)
GET_UPLOAD: Final = Method(_MEDIA, "GetUpload", _m.GetUploadRequest, _m.GetUploadResponse)
COMPLETE_UPLOAD: Final = Method(
    _MEDIA, "CompleteUpload", _m.CompleteUploadRequest, _m.CompleteUploadResponse
)
CREATE_MEDIA: Final = Method(_MEDIA, "CreateMedia", _m.CreateMediaRequest, _m.CreateMediaResponse)
GET_MEDIA: Final = Method(_MEDIA, "GetMedia", _m.GetMediaRequest, _m.GetMediaResponse)
LIST_MEDIA: Final = Method(_MEDIA, "ListMedia", _m.ListMediaRequest, _m.ListMediaResponse)
UPDATE_MEDIA: Final = Method(_MEDIA, "UpdateMedia", _m.UpdateMediaRequest, _m.UpdateMediaResponse)
DELETE_MEDIA: Final = Method(_MEDIA, "DeleteMedia", _m.DeleteMediaRequest, _m.DeleteMediaResponse)
GET_ANALYSIS: Final = Method(_MEDIA, "GetAnalysis", _m.GetAnalysisRequest, _m.GetAnalysisResponse)
READ_ARTIFACT: Final = Method(
    _MEDIA, "ReadArtifact", _m.ReadArtifactRequest, _m.ReadArtifactResponse
)

CREATE_TEMPLATE: Final = Method(
    _TEMPLATE, "CreateTemplate", _t.CreateTemplateRequest, _t.CreateTemplateResponse
)
UPDATE_TEMPLATE: Final = Method(
    _TEMPLATE, "UpdateTemplate", _t.UpdateTemplateRequest, _t.UpdateTemplateResponse
)
GET_TEMPLATE: Final = Method(
    _TEMPLATE, "GetTemplate", _t.GetTemplateRequest, _t.GetTemplateResponse
)
LIST_TEMPLATES: Final = Method(
    _TEMPLATE, "ListTemplates", _t.ListTemplatesRequest, _t.ListTemplatesResponse
)
DELETE_TEMPLATE: Final = Method(
    _TEMPLATE, "DeleteTemplate", _t.DeleteTemplateRequest, _t.DeleteTemplateResponse
)
SET_DEFAULT_TEMPLATE: Final = Method(
    _TEMPLATE, "SetDefaultTemplate", _t.SetDefaultTemplateRequest, _t.SetDefaultTemplateResponse
)
DIFF_TEMPLATES: Final = Method(
    _TEMPLATE, "DiffTemplates", _t.DiffTemplatesRequest, _t.DiffTemplatesResponse
)
EXPORT_TEMPLATE: Final = Method(
    _TEMPLATE, "ExportTemplate", _t.ExportTemplateRequest, _t.ExportTemplateResponse
)
IMPORT_TEMPLATE: Final = Method(
    _TEMPLATE, "ImportTemplate", _t.ImportTemplateRequest, _t.ImportTemplateResponse
)
PREVIEW_TEMPLATE: Final = Method(
    _TEMPLATE, "PreviewTemplate", _t.PreviewTemplateRequest, _t.PreviewTemplateResponse
)
REMODERATE: Final = Method(_TEMPLATE, "Remoderate", _t.RemoderateRequest, _t.RemoderateResponse)
EXPLAIN_VERDICT: Final = Method(
    _MODERATION, "ExplainVerdict", _v.ExplainVerdictRequest, _v.ExplainVerdictResponse
)
EXPORT_VERDICT_REPORT: Final = Method(
    _MODERATION,
    "ExportVerdictReport",
    _v.ExportVerdictReportRequest,
    _v.ExportVerdictReportResponse,
)
GET_REPORT_KEY: Final = Method(
    _MODERATION, "GetReportKey", _v.GetReportKeyRequest, _v.GetReportKeyResponse
)
FIND_AD_SLOTS: Final = Method(_AD, "FindAdSlots", _a.FindAdSlotsRequest, _a.FindAdSlotsResponse)
EXPORT_AD_SCHEDULE: Final = Method(
    _AD, "ExportAdSchedule", _a.ExportAdScheduleRequest, _a.ExportAdScheduleResponse
)
WRITE_MARKETING_COPY: Final = Method(
    _MARKETING, "WriteMarketingCopy", _k.WriteMarketingCopyRequest, _k.WriteMarketingCopyResponse
)
SET_SEGMENT: Final = Method(
    _RECOMMENDATION, "SetSegment", _u.SetSegmentRequest, _u.SetSegmentResponse
)
LIST_SEGMENTS: Final = Method(
    _RECOMMENDATION, "ListSegments", _u.ListSegmentsRequest, _u.ListSegmentsResponse
)
DELETE_SEGMENT: Final = Method(
    _RECOMMENDATION, "DeleteSegment", _u.DeleteSegmentRequest, _u.DeleteSegmentResponse
)
COUNT_SEGMENT_USERS: Final = Method(
    _RECOMMENDATION, "CountSegmentUsers", _u.CountSegmentUsersRequest, _u.CountSegmentUsersResponse
)
EXPORT_ITEMS: Final = Method(
    _RECOMMENDATION, "ExportItems", _u.ExportItemsRequest, _u.ExportItemsResponse
)
EXPORT_TRAITS: Final = Method(
    _RECOMMENDATION, "ExportTraits", _u.ExportTraitsRequest, _u.ExportTraitsResponse
)
EXPORT_USER_EVENTS: Final = Method(
    _RECOMMENDATION, "ExportUserEvents", _u.ExportUserEventsRequest, _u.ExportUserEventsResponse
)
SET_AD: Final = Method(_AD, "SetAd", _a.SetAdRequest, _a.SetAdResponse)
LIST_ADS: Final = Method(_AD, "ListAds", _a.ListAdsRequest, _a.ListAdsResponse)
DELETE_AD: Final = Method(_AD, "DeleteAd", _a.DeleteAdRequest, _a.DeleteAdResponse)
MATCH_ADS: Final = Method(_AD, "MatchAds", _a.MatchAdsRequest, _a.MatchAdsResponse)
RECORD_AD_EVENTS: Final = Method(
    _AD, "RecordAdEvents", _a.RecordAdEventsRequest, _a.RecordAdEventsResponse
)
GET_AD_REPORT: Final = Method(_AD, "GetAdReport", _a.GetAdReportRequest, _a.GetAdReportResponse)
RECORD_EVENTS: Final = Method(
    _RECOMMENDATION, "RecordEvents", _u.RecordEventsRequest, _u.RecordEventsResponse
)
RECOMMEND: Final = Method(_RECOMMENDATION, "Recommend", _u.RecommendRequest, _u.RecommendResponse)
SET_USER_INTERESTS: Final = Method(
    _RECOMMENDATION, "SetUserInterests", _u.SetUserInterestsRequest, _u.SetUserInterestsResponse
)
GET_USER_PROFILE: Final = Method(
    _RECOMMENDATION, "GetUserProfile", _u.GetUserProfileRequest, _u.GetUserProfileResponse
)
DELETE_USER: Final = Method(
    _RECOMMENDATION, "DeleteUser", _u.DeleteUserRequest, _u.DeleteUserResponse
)
ROTATE_PROFILE_KEY: Final = Method(
    _RECOMMENDATION, "RotateProfileKey", _u.RotateProfileKeyRequest, _u.RotateProfileKeyResponse
)
SEARCH_MOMENTS: Final = Method(
    _SEARCH, "SearchMoments", _s.SearchMomentsRequest, _s.SearchMomentsResponse
)
FIND_SIMILAR_MOMENTS: Final = Method(
    _SEARCH, "FindSimilarMoments", _s.FindSimilarMomentsRequest, _s.FindSimilarMomentsResponse
)
FIND_DUPLICATE_MEDIA: Final = Method(
    _SEARCH, "FindDuplicateMedia", _s.FindDuplicateMediaRequest, _s.FindDuplicateMediaResponse
)
REBUILD_SEARCH_INDEX: Final = Method(
    _SEARCH, "RebuildSearchIndex", _s.RebuildSearchIndexRequest, _s.RebuildSearchIndexResponse
)
LIST_REVIEWS: Final = Method(_REVIEW, "ListReviews", _r.ListReviewsRequest, _r.ListReviewsResponse)
GET_REVIEW: Final = Method(_REVIEW, "GetReview", _r.GetReviewRequest, _r.GetReviewResponse)
CLAIM_REVIEWS: Final = Method(
    _REVIEW, "ClaimReviews", _r.ClaimReviewsRequest, _r.ClaimReviewsResponse
)
RENEW_REVIEW: Final = Method(_REVIEW, "RenewReview", _r.RenewReviewRequest, _r.RenewReviewResponse)
RELEASE_REVIEW: Final = Method(
    _REVIEW, "ReleaseReview", _r.ReleaseReviewRequest, _r.ReleaseReviewResponse
)
DECIDE_REVIEW: Final = Method(
    _REVIEW, "DecideReview", _r.DecideReviewRequest, _r.DecideReviewResponse
)
AUDIT_VERDICTS: Final = Method(
    _MODERATION, "AuditVerdicts", _v.AuditVerdictsRequest, _v.AuditVerdictsResponse
)
APPEAL_REVIEW: Final = Method(
    _REVIEW, "AppealReview", _r.AppealReviewRequest, _r.AppealReviewResponse
)
UNDO_DECISION: Final = Method(
    _REVIEW, "UndoDecision", _r.UndoDecisionRequest, _r.UndoDecisionResponse
)
LIST_SIMILAR_REVIEWS: Final = Method(
    _REVIEW, "ListSimilarReviews", _r.ListSimilarReviewsRequest, _r.ListSimilarReviewsResponse
)
DECIDE_SIMILAR_REVIEWS: Final = Method(
    _REVIEW, "DecideSimilarReviews", _r.DecideSimilarReviewsRequest, _r.DecideSimilarReviewsResponse
)
GET_RULE_RATES: Final = Method(
    _REVIEW, "GetRuleRates", _r.GetRuleRatesRequest, _r.GetRuleRatesResponse
)
LEARN_FROM_REVIEWS: Final = Method(
    _REVIEW, "LearnFromReviews", _r.LearnFromReviewsRequest, _r.LearnFromReviewsResponse
)
LIST_ENGINES: Final = Method(_ENGINE, "ListEngines", _e.ListEnginesRequest, _e.ListEnginesResponse)

GET_TAXONOMY: Final = Method(
    _TAXONOMY, "GetTaxonomy", _x.GetTaxonomyRequest, _x.GetTaxonomyResponse
)
LIST_NODES: Final = Method(_TAXONOMY, "ListNodes", _x.ListNodesRequest, _x.ListNodesResponse)
GET_NODE: Final = Method(_TAXONOMY, "GetNode", _x.GetNodeRequest, _x.GetNodeResponse)
CREATE_NODE: Final = Method(_TAXONOMY, "CreateNode", _x.CreateNodeRequest, _x.CreateNodeResponse)
UPDATE_NODE: Final = Method(_TAXONOMY, "UpdateNode", _x.UpdateNodeRequest, _x.UpdateNodeResponse)
DELETE_NODE: Final = Method(_TAXONOMY, "DeleteNode", _x.DeleteNodeRequest, _x.DeleteNodeResponse)
SET_CLASS_MAPPING: Final = Method(
    _TAXONOMY, "SetClassMapping", _x.SetClassMappingRequest, _x.SetClassMappingResponse
)
DELETE_CLASS_MAPPING: Final = Method(
    _TAXONOMY, "DeleteClassMapping", _x.DeleteClassMappingRequest, _x.DeleteClassMappingResponse
)
EXPORT_OVERLAY: Final = Method(
    _TAXONOMY, "ExportOverlay", _x.ExportOverlayRequest, _x.ExportOverlayResponse
)
IMPORT_OVERLAY: Final = Method(
    _TAXONOMY, "ImportOverlay", _x.ImportOverlayRequest, _x.ImportOverlayResponse
)

CREATE_LIBRARY: Final = Method(
    _LIBRARY, "CreateLibrary", _l.CreateLibraryRequest, _l.CreateLibraryResponse
)
GET_LIBRARY: Final = Method(_LIBRARY, "GetLibrary", _l.GetLibraryRequest, _l.GetLibraryResponse)
LIST_LIBRARIES: Final = Method(
    _LIBRARY, "ListLibraries", _l.ListLibrariesRequest, _l.ListLibrariesResponse
)
UPDATE_LIBRARY: Final = Method(
    _LIBRARY, "UpdateLibrary", _l.UpdateLibraryRequest, _l.UpdateLibraryResponse
)
DELETE_LIBRARY: Final = Method(
    _LIBRARY, "DeleteLibrary", _l.DeleteLibraryRequest, _l.DeleteLibraryResponse
)
ADD_LIBRARY_ENTRIES: Final = Method(
    _LIBRARY, "AddLibraryEntries", _l.AddLibraryEntriesRequest, _l.AddLibraryEntriesResponse
)
GET_LIBRARY_ENTRY: Final = Method(
    _LIBRARY, "GetLibraryEntry", _l.GetLibraryEntryRequest, _l.GetLibraryEntryResponse
)
LIST_LIBRARY_ENTRIES: Final = Method(
    _LIBRARY, "ListLibraryEntries", _l.ListLibraryEntriesRequest, _l.ListLibraryEntriesResponse
)
UPDATE_LIBRARY_ENTRY: Final = Method(
    _LIBRARY, "UpdateLibraryEntry", _l.UpdateLibraryEntryRequest, _l.UpdateLibraryEntryResponse
)
REMOVE_LIBRARY_ENTRIES: Final = Method(
    _LIBRARY,
    "RemoveLibraryEntries",
    _l.RemoveLibraryEntriesRequest,
    _l.RemoveLibraryEntriesResponse,
)
EXPORT_LIBRARY: Final = Method(
    _LIBRARY, "ExportLibrary", _l.ExportLibraryRequest, _l.ExportLibraryResponse
)
TRAIN_HEAD: Final = Method(_LIBRARY, "TrainHead", _l.TrainHeadRequest, _l.TrainHeadResponse)
RESTORE_HEAD: Final = Method(_LIBRARY, "RestoreHead", _l.RestoreHeadRequest, _l.RestoreHeadResponse)
IMPORT_LIBRARY: Final = Method(
    _LIBRARY, "ImportLibrary", _l.ImportLibraryRequest, _l.ImportLibraryResponse
)
LIST_IDENTITIES: Final = Method(
    _LIBRARY, "ListIdentities", _l.ListIdentitiesRequest, _l.ListIdentitiesResponse
)
