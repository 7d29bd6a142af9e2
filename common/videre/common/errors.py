"""Every way Videre says no: one table of reasons, one exception that carries them.

The exception holds what gRPC needs (status, ErrorInfo, BadRequest, RetryInfo) without importing
gRPC, so that pure code may raise it; `interceptors` turns it into a status once, at the edge.
"""

# ruff: noqa: E501  the table has one row per reason

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

DOMAIN: Final = "videre"


class Code(StrEnum):
    """The gRPC status codes in use, by name."""

    INVALID_ARGUMENT = "INVALID_ARGUMENT"
    NOT_FOUND = "NOT_FOUND"
    ALREADY_EXISTS = "ALREADY_EXISTS"
    PERMISSION_DENIED = "PERMISSION_DENIED"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    RESOURCE_EXHAUSTED = "RESOURCE_EXHAUSTED"
    FAILED_PRECONDITION = "FAILED_PRECONDITION"
    ABORTED = "ABORTED"
    OUT_OF_RANGE = "OUT_OF_RANGE"
    UNIMPLEMENTED = "UNIMPLEMENTED"
    INTERNAL = "INTERNAL"
    UNAVAILABLE = "UNAVAILABLE"
    DEADLINE_EXCEEDED = "DEADLINE_EXCEEDED"
    DATA_LOSS = "DATA_LOSS"


class Reason(StrEnum):
    """Stable reasons, as they stand in ErrorInfo.reason, Stage.reason and JobError.reason."""

    # Requests
    FIELD_INVALID = "FIELD_INVALID"
    FIELD_REQUIRED = "FIELD_REQUIRED"
    FEATURE_UNKNOWN = "FEATURE_UNKNOWN"
    FEATURE_UNIMPLEMENTED = "FEATURE_UNIMPLEMENTED"
    FUNCTION_UNIMPLEMENTED = "FUNCTION_UNIMPLEMENTED"
    OPTION_UNIMPLEMENTED = "OPTION_UNIMPLEMENTED"
    ENGINE_UNKNOWN = "ENGINE_UNKNOWN"
    TEMPLATE_NOT_FOUND = "TEMPLATE_NOT_FOUND"
    TEMPLATE_EXISTS = "TEMPLATE_EXISTS"
    TEMPLATE_IS_PRESET = "TEMPLATE_IS_PRESET"
    TEMPLATE_IS_DEFAULT = "TEMPLATE_IS_DEFAULT"
    TEMPLATES_FULL = "TEMPLATES_FULL"
    JOB_NOT_FOUND = "JOB_NOT_FOUND"
    JOB_EXPIRED = "JOB_EXPIRED"
    JOB_NOT_ENDED = "JOB_NOT_ENDED"
    MEDIA_NOT_FOUND = "MEDIA_NOT_FOUND"
    MEDIA_IN_USE = "MEDIA_IN_USE"
    MEDIA_HELD = "MEDIA_HELD"
    HOLD_NOT_FOUND = "HOLD_NOT_FOUND"
    HOLD_EXISTS = "HOLD_EXISTS"
    ANALYSIS_NOT_FOUND = "ANALYSIS_NOT_FOUND"
    EXPORT_NOT_CARRIED = "EXPORT_NOT_CARRIED"
    RULES_CHANGED = "RULES_CHANGED"
    FEEDBACK_LIMIT = "FEEDBACK_LIMIT"
    ARTIFACT_NOT_FOUND = "ARTIFACT_NOT_FOUND"
    ARTIFACT_CORRUPT = "ARTIFACT_CORRUPT"
    LIBRARY_NOT_FOUND = "LIBRARY_NOT_FOUND"
    LIBRARY_EXISTS = "LIBRARY_EXISTS"
    LIBRARY_FULL = "LIBRARY_FULL"
    SAMPLES_FEW = "SAMPLES_FEW"
    ENTRY_NOT_FOUND = "ENTRY_NOT_FOUND"
    ENTRY_EXISTS = "ENTRY_EXISTS"
    ITEMS_REFUSED = "ITEMS_REFUSED"
    PERSON_NOT_FOUND = "PERSON_NOT_FOUND"
    FACE_NOT_FOUND = "FACE_NOT_FOUND"
    FACES_SEVERAL = "FACES_SEVERAL"
    FACE_UNCLEAR = "FACE_UNCLEAR"
    PICTURE_PLAIN = "PICTURE_PLAIN"
    NOT_COMPARABLE = "NOT_COMPARABLE"
    UPLOAD_NOT_FOUND = "UPLOAD_NOT_FOUND"
    UPLOAD_OFFSET = "UPLOAD_OFFSET"
    UPLOAD_CHECKSUM = "UPLOAD_CHECKSUM"
    UPLOAD_INCOMPLETE = "UPLOAD_INCOMPLETE"
    UPLOAD_COMPLETED = "UPLOAD_COMPLETED"
    REQUEST_ID_REUSED = "REQUEST_ID_REUSED"
    ETAG_MISMATCH = "ETAG_MISMATCH"
    REVIEW_NOT_FOUND = "REVIEW_NOT_FOUND"
    REVIEW_STATE = "REVIEW_STATE"
    REVIEW_CLAIMED = "REVIEW_CLAIMED"
    REVIEW_OPEN = "REVIEW_OPEN"
    LEASE_LOST = "LEASE_LOST"
    REVIEWER_EXCLUDED = "REVIEWER_EXCLUDED"
    UNDO_REFUSED = "UNDO_REFUSED"
    REVIEW_NOT_ALIKE = "REVIEW_NOT_ALIKE"
    PAGE_TOKEN_INVALID = "PAGE_TOKEN_INVALID"
    NODE_NOT_FOUND = "NODE_NOT_FOUND"
    NODE_EXISTS = "NODE_EXISTS"
    TAXONOMY_CONFLICT = "TAXONOMY_CONFLICT"
    ROLE_MISSING = "ROLE_MISSING"
    PROJECT_FORBIDDEN = "PROJECT_FORBIDDEN"
    PROJECT_NOT_FOUND = "PROJECT_NOT_FOUND"
    PROJECT_EXISTS = "PROJECT_EXISTS"
    PROJECT_STATE = "PROJECT_STATE"
    QUOTA_EXCEEDED = "QUOTA_EXCEEDED"
    RATE_EXCEEDED = "RATE_EXCEEDED"
    USER_NOT_FOUND = "USER_NOT_FOUND"
    MEDIA_BLOCKED = "MEDIA_BLOCKED"
    FACTS_MISSING = "FACTS_MISSING"
    FOOTAGE_SHORT = "FOOTAGE_SHORT"
    SEGMENT_NOT_FOUND = "SEGMENT_NOT_FOUND"
    SEGMENTS_FULL = "SEGMENTS_FULL"
    CHANGES_FORGOTTEN = "CHANGES_FORGOTTEN"
    AD_NOT_FOUND = "AD_NOT_FOUND"
    ADS_FULL = "ADS_FULL"
    WEBHOOK_NOT_FOUND = "WEBHOOK_NOT_FOUND"
    WEBHOOK_SECRETS = "WEBHOOK_SECRETS"
    ROUTES_NOT_FOUND = "ROUTES_NOT_FOUND"
    PIPELINE_NOT_FOUND = "PIPELINE_NOT_FOUND"
    PIPELINE_IN_USE = "PIPELINE_IN_USE"
    PIPELINES_FULL = "PIPELINES_FULL"
    TRIGGER_NOT_FOUND = "TRIGGER_NOT_FOUND"
    TRIGGERS_FULL = "TRIGGERS_FULL"
    CREDENTIAL_MISSING = "CREDENTIAL_MISSING"
    CREDENTIAL_INVALID = "CREDENTIAL_INVALID"
    CREDENTIAL_NOT_FOUND = "CREDENTIAL_NOT_FOUND"
    CREDENTIAL_KEYS_FULL = "CREDENTIAL_KEYS_FULL"
    ISSUER_DOWN = "ISSUER_DOWN"
    # Sources and media
    URI_FORBIDDEN = "URI_FORBIDDEN"
    URI_SCHEME = "URI_SCHEME"
    FETCH_FAILED = "FETCH_FAILED"
    MEDIA_TOO_LARGE = "MEDIA_TOO_LARGE"
    MEDIA_LIMIT = "MEDIA_LIMIT"
    MEDIA_EMPTY = "MEDIA_EMPTY"
    MEDIA_UNREADABLE = "MEDIA_UNREADABLE"
    MEDIA_CHANGED = "MEDIA_CHANGED"
    DECODE_FAILED = "DECODE_FAILED"
    DECODE_LIMIT = "DECODE_LIMIT"
    # Stages
    NO_TRACK = "NO_TRACK"
    HASH_LISTED = "HASH_LISTED"
    NOT_REQUESTED = "NOT_REQUESTED"
    BRANCH_NOT_TAKEN = "BRANCH_NOT_TAKEN"
    NO_ENGINE = "NO_ENGINE"
    SPEECH_NOT_UNDERSTOOD = "SPEECH_NOT_UNDERSTOOD"
    FACES_NOT_COMPARED = "FACES_NOT_COMPARED"
    NO_SAMPLES = "NO_SAMPLES"
    UNLABELED_SOUND = "UNLABELED_SOUND"
    LIBRARY_CHANGED = "LIBRARY_CHANGED"
    NO_EVIDENCE = "NO_EVIDENCE"
    BUDGET = "BUDGET"
    SERVICE_DOWN = "SERVICE_DOWN"
    SERVICE_ANSWER = "SERVICE_ANSWER"
    ENGINE_VERSION = "ENGINE_VERSION"
    ENGINE_FAILED = "ENGINE_FAILED"
    WORKER_CRASHED = "WORKER_CRASHED"
    WALL_TIME = "WALL_TIME"
    CANCELLED_BY_CALLER = "CANCELLED_BY_CALLER"
    OUTPUT_FAILED = "OUTPUT_FAILED"
    # Services
    OVERLOADED = "OVERLOADED"
    DEVICE_MEMORY = "DEVICE_MEMORY"
    SHUTTING_DOWN = "SHUTTING_DOWN"
    STORE_FAILED = "STORE_FAILED"
    KEY_MISSING = "KEY_MISSING"
    MODEL_UNAVAILABLE = "MODEL_UNAVAILABLE"
    INTERNAL = "INTERNAL"


@dataclass(frozen=True, slots=True)
class ReasonSpec:
    """What a reason means: its gRPC code and a sentence for the error page."""

    code: Code
    meaning: str


_C = Code
REASONS: Final[Mapping[Reason, ReasonSpec]] = {
    Reason.FIELD_INVALID: ReasonSpec(_C.INVALID_ARGUMENT, "A field is out of its stated range or form."),
    Reason.FIELD_REQUIRED: ReasonSpec(_C.INVALID_ARGUMENT, "A required field is empty."),
    Reason.FEATURE_UNKNOWN: ReasonSpec(_C.INVALID_ARGUMENT, "No feature has this name."),
    Reason.FEATURE_UNIMPLEMENTED: ReasonSpec(_C.UNIMPLEMENTED, "The feature is known but not in this release."),
    Reason.FUNCTION_UNIMPLEMENTED: ReasonSpec(_C.UNIMPLEMENTED, "The production function is not in this release."),
    Reason.OPTION_UNIMPLEMENTED: ReasonSpec(_C.UNIMPLEMENTED, "The option is part of the contract but not in this release."),
    Reason.ENGINE_UNKNOWN: ReasonSpec(_C.INVALID_ARGUMENT, "No installed engine has this name and version."),
    Reason.TEMPLATE_NOT_FOUND: ReasonSpec(_C.NOT_FOUND, "No template has this id, number or version."),
    Reason.TEMPLATE_EXISTS: ReasonSpec(_C.ALREADY_EXISTS, "Another template has this id, or had it and is still cited."),
    Reason.TEMPLATE_IS_PRESET: ReasonSpec(_C.FAILED_PRECONDITION, "Presets cannot be changed or deleted; export one and import it under another id."),
    Reason.TEMPLATE_IS_DEFAULT: ReasonSpec(_C.FAILED_PRECONDITION, "The template is the project's default; make another one the default first."),
    Reason.TEMPLATES_FULL: ReasonSpec(_C.FAILED_PRECONDITION, "The project would have more templates than the limit."),
    Reason.JOB_NOT_FOUND: ReasonSpec(_C.NOT_FOUND, "The project has no job with this id."),
    Reason.JOB_EXPIRED: ReasonSpec(_C.NOT_FOUND, "The job ended and its retention time has passed."),
    Reason.JOB_NOT_ENDED: ReasonSpec(_C.FAILED_PRECONDITION, "The call needs a job that has ended."),
    Reason.MEDIA_NOT_FOUND: ReasonSpec(_C.NOT_FOUND, "The project has no media with this id."),
    Reason.MEDIA_IN_USE: ReasonSpec(_C.FAILED_PRECONDITION, "A job is running on the media."),
    Reason.MEDIA_HELD: ReasonSpec(_C.FAILED_PRECONDITION, "A hold stands on the media: it and what is known of it are kept until the hold is released."),
    Reason.HOLD_NOT_FOUND: ReasonSpec(_C.NOT_FOUND, "The media has no hold with this id."),
    Reason.HOLD_EXISTS: ReasonSpec(_C.ALREADY_EXISTS, "The media has a hold with this id and another reason."),
    Reason.ANALYSIS_NOT_FOUND: ReasonSpec(_C.NOT_FOUND, "The media has no analysis with this revision."),
    Reason.EXPORT_NOT_CARRIED: ReasonSpec(_C.FAILED_PRECONDITION, "The format has no place for this kind of media."),
    Reason.RULES_CHANGED: ReasonSpec(_C.FAILED_PRECONDITION, "The verdict was made by another version of the moderation rules than is installed."),
    Reason.FEEDBACK_LIMIT: ReasonSpec(_C.FAILED_PRECONDITION, "The media has as much feedback as is stored for one."),
    Reason.ARTIFACT_NOT_FOUND: ReasonSpec(_C.NOT_FOUND, "The project owns no artifact with this digest."),
    Reason.ARTIFACT_CORRUPT: ReasonSpec(_C.DATA_LOSS, "The stored bytes do not have their digest any more."),
    Reason.LIBRARY_NOT_FOUND: ReasonSpec(_C.NOT_FOUND, "The project has no library with this id."),
    Reason.LIBRARY_EXISTS: ReasonSpec(_C.ALREADY_EXISTS, "Another library has this id."),
    Reason.LIBRARY_FULL: ReasonSpec(_C.FAILED_PRECONDITION, "The library would have more entries than the limit."),
    Reason.SAMPLES_FEW: ReasonSpec(_C.FAILED_PRECONDITION, "A class has fewer labelled stretches, or they are of fewer media, than fitting a head and measuring it take."),
    Reason.ENTRY_NOT_FOUND: ReasonSpec(_C.NOT_FOUND, "The library has no entry with this id."),
    Reason.ENTRY_EXISTS: ReasonSpec(_C.ALREADY_EXISTS, "Another entry of the library has this id."),
    Reason.ITEMS_REFUSED: ReasonSpec(_C.INVALID_ARGUMENT, "Some entries or samples cannot be taken, so nothing was; allow_partial takes the others."),
    Reason.PERSON_NOT_FOUND: ReasonSpec(_C.NOT_FOUND, "No latest analysis of the project shows this person or identity."),
    Reason.FACE_NOT_FOUND: ReasonSpec(_C.INVALID_ARGUMENT, "The sample shows no face."),
    Reason.FACES_SEVERAL: ReasonSpec(_C.INVALID_ARGUMENT, "The sample shows several faces."),
    Reason.FACE_UNCLEAR: ReasonSpec(_C.INVALID_ARGUMENT, "The face of the sample is too small or turned too far."),
    Reason.PICTURE_PLAIN: ReasonSpec(_C.INVALID_ARGUMENT, "The sample shows too little detail to be told from other pictures."),
    Reason.NOT_COMPARABLE: ReasonSpec(_C.FAILED_PRECONDITION, "The media is not indexed there, or no engine that describes pictures looked at it."),
    Reason.UPLOAD_NOT_FOUND: ReasonSpec(_C.NOT_FOUND, "The project has no upload with this id."),
    Reason.UPLOAD_OFFSET: ReasonSpec(_C.OUT_OF_RANGE, "The piece does not start at the committed size."),
    Reason.UPLOAD_CHECKSUM: ReasonSpec(_C.INVALID_ARGUMENT, "The bytes do not have the stated checksum."),
    Reason.UPLOAD_INCOMPLETE: ReasonSpec(_C.FAILED_PRECONDITION, "Bytes are missing before the upload can be completed."),
    Reason.UPLOAD_COMPLETED: ReasonSpec(_C.FAILED_PRECONDITION, "The upload is complete and takes no more bytes."),
    Reason.REQUEST_ID_REUSED: ReasonSpec(_C.ALREADY_EXISTS, "The request id was used for another request."),
    Reason.ETAG_MISMATCH: ReasonSpec(_C.ABORTED, "The resource changed since it was read."),
    Reason.REVIEW_NOT_FOUND: ReasonSpec(_C.NOT_FOUND, "The project has no review with this id."),
    Reason.REVIEW_STATE: ReasonSpec(_C.FAILED_PRECONDITION, "The review's state does not allow the call: it is decided, superseded, or still open."),
    Reason.REVIEW_CLAIMED: ReasonSpec(_C.FAILED_PRECONDITION, "Another reviewer holds the review until the lease ends."),
    Reason.REVIEW_OPEN: ReasonSpec(_C.FAILED_PRECONDITION, "A review of the media is not decided; close_reviews deletes it with the media."),
    Reason.LEASE_LOST: ReasonSpec(_C.FAILED_PRECONDITION, "The reviewer does not hold the review, or not any more; claim it again."),
    Reason.REVIEWER_EXCLUDED: ReasonSpec(_C.PERMISSION_DENIED, "Who has decided about a review, or passed it on, does not decide about it again."),
    Reason.UNDO_REFUSED: ReasonSpec(_C.FAILED_PRECONDITION, "Only who has decided takes it back, and only for a while; appeal instead."),
    Reason.REVIEW_NOT_ALIKE: ReasonSpec(_C.FAILED_PRECONDITION, "The review has findings that the decision on the other one says nothing of."),
    Reason.PAGE_TOKEN_INVALID: ReasonSpec(_C.INVALID_ARGUMENT, "The page token does not belong to this call."),
    Reason.NODE_NOT_FOUND: ReasonSpec(_C.NOT_FOUND, "The project's taxonomy has no such node, or the project says nothing of the class."),
    Reason.NODE_EXISTS: ReasonSpec(_C.ALREADY_EXISTS, "The taxonomy has a node with this id."),
    Reason.TAXONOMY_CONFLICT: ReasonSpec(_C.FAILED_PRECONDITION, "The project's additions do not fit the taxonomy that is installed now; export, mend and import them."),
    Reason.ROLE_MISSING: ReasonSpec(_C.PERMISSION_DENIED, "The caller's roles do not allow the call."),
    Reason.PROJECT_FORBIDDEN: ReasonSpec(_C.PERMISSION_DENIED, "The caller does not belong to the project, or there is none with this id."),
    Reason.PROJECT_NOT_FOUND: ReasonSpec(_C.NOT_FOUND, "No project has this id."),
    Reason.PROJECT_EXISTS: ReasonSpec(_C.ALREADY_EXISTS, "A project has this id, or had it and is closed."),
    Reason.PROJECT_STATE: ReasonSpec(_C.FAILED_PRECONDITION, "The project cannot be closed, or is not closed."),
    Reason.RATE_EXCEEDED: ReasonSpec(_C.RESOURCE_EXHAUSTED, "The caller makes more calls than it may; try again after the time given."),
    Reason.QUOTA_EXCEEDED: ReasonSpec(_C.RESOURCE_EXHAUSTED, "The project uses as much as its quota allows; try again later, or ask for more."),
    Reason.USER_NOT_FOUND: ReasonSpec(_C.NOT_FOUND, "The project knows nothing of this user: they did and said nothing, or were forgotten."),
    Reason.MEDIA_BLOCKED: ReasonSpec(_C.FAILED_PRECONDITION, "The media's verdict advises BLOCK: nothing is written to sell it."),
    Reason.FACTS_MISSING: ReasonSpec(_C.FAILED_PRECONDITION, "Nothing is known of the media that could be told in the language."),
    Reason.FOOTAGE_SHORT: ReasonSpec(_C.FAILED_PRECONDITION, "Less of the media can be shown than the length that is asked for."),
    Reason.SEGMENT_NOT_FOUND: ReasonSpec(_C.NOT_FOUND, "The project has no segment with this id."),
    Reason.SEGMENTS_FULL: ReasonSpec(_C.FAILED_PRECONDITION, "The project would have more segments than the limit."),
    Reason.CHANGES_FORGOTTEN: ReasonSpec(_C.FAILED_PRECONDITION, "Deletions since the token are no longer known; export all again."),
    Reason.AD_NOT_FOUND: ReasonSpec(_C.NOT_FOUND, "The project's library has no ad with this id."),
    Reason.ADS_FULL: ReasonSpec(_C.FAILED_PRECONDITION, "The project's library would have more ads than the limit."),
    Reason.WEBHOOK_NOT_FOUND: ReasonSpec(_C.NOT_FOUND, "The project has no webhook with this id."),
    Reason.WEBHOOK_SECRETS: ReasonSpec(_C.FAILED_PRECONDITION, "A webhook has one or two secrets: remove one first, or add one."),
    Reason.ROUTES_NOT_FOUND: ReasonSpec(_C.NOT_FOUND, "The project's routing rules have no such version."),
    Reason.PIPELINE_NOT_FOUND: ReasonSpec(_C.NOT_FOUND, "The project has no pipeline with this id."),
    Reason.PIPELINE_IN_USE: ReasonSpec(_C.FAILED_PRECONDITION, "Jobs of the pipeline have not ended."),
    Reason.PIPELINES_FULL: ReasonSpec(_C.FAILED_PRECONDITION, "The project would have more pipelines than the limit."),
    Reason.TRIGGER_NOT_FOUND: ReasonSpec(_C.NOT_FOUND, "The project has no trigger with this id, or the trigger no such version."),
    Reason.TRIGGERS_FULL: ReasonSpec(_C.FAILED_PRECONDITION, "The project would have more triggers than the limit."),
    Reason.CREDENTIAL_MISSING: ReasonSpec(_C.UNAUTHENTICATED, "The call shows no key or token, and this server asks for one."),
    Reason.CREDENTIAL_INVALID: ReasonSpec(_C.UNAUTHENTICATED, "The key or token is unknown, changed, revoked or out of date."),
    Reason.CREDENTIAL_NOT_FOUND: ReasonSpec(_C.NOT_FOUND, "The project has no credential, or the credential no key, with this id."),
    Reason.CREDENTIAL_KEYS_FULL: ReasonSpec(_C.FAILED_PRECONDITION, "Two keys of the credential are live; revoke one first."),
    Reason.ISSUER_DOWN: ReasonSpec(_C.UNAVAILABLE, "The issuer of tokens does not tell its public keys."),
    Reason.URI_FORBIDDEN: ReasonSpec(_C.INVALID_ARGUMENT, "The address is outside the allowed roots or networks."),
    Reason.URI_SCHEME: ReasonSpec(_C.INVALID_ARGUMENT, "The scheme of the address is not supported."),
    Reason.FETCH_FAILED: ReasonSpec(_C.FAILED_PRECONDITION, "The source could not be read."),
    Reason.MEDIA_TOO_LARGE: ReasonSpec(_C.INVALID_ARGUMENT, "The media has more bytes than the limit."),
    Reason.MEDIA_LIMIT: ReasonSpec(_C.INVALID_ARGUMENT, "The media passes a limit of duration, dimensions or streams."),
    Reason.MEDIA_EMPTY: ReasonSpec(_C.INVALID_ARGUMENT, "The media has no bytes."),
    Reason.MEDIA_UNREADABLE: ReasonSpec(_C.INVALID_ARGUMENT, "No demuxer or decoder understands the bytes."),
    Reason.MEDIA_CHANGED: ReasonSpec(_C.FAILED_PRECONDITION, "The file changed while it was being analysed."),
    Reason.DECODE_FAILED: ReasonSpec(_C.FAILED_PRECONDITION, "A stretch of the media could not be decoded."),
    Reason.DECODE_LIMIT: ReasonSpec(_C.FAILED_PRECONDITION, "Decoding passed a limit of memory, CPU or time."),
    Reason.NO_TRACK: ReasonSpec(_C.FAILED_PRECONDITION, "The media has no such track."),
    Reason.HASH_LISTED: ReasonSpec(
        _C.FAILED_PRECONDITION,
        "A hash list of the moderation template settled it before any model ran.",
    ),
    Reason.NOT_REQUESTED: ReasonSpec(_C.FAILED_PRECONDITION, "The feature was not asked for."),
    Reason.BRANCH_NOT_TAKEN: ReasonSpec(_C.FAILED_PRECONDITION, "The verdict led to another branch of the job's flow."),
    Reason.NO_ENGINE: ReasonSpec(_C.FAILED_PRECONDITION, "No engine for the feature is installed."),
    Reason.SPEECH_NOT_UNDERSTOOD: ReasonSpec(_C.FAILED_PRECONDITION, "There is speech that no installed engine understands."),
    Reason.FACES_NOT_COMPARED: ReasonSpec(_C.FAILED_PRECONDITION, "Faces were found, but no installed engine tells whose they are: people are not known."),
    Reason.NO_SAMPLES: ReasonSpec(_C.FAILED_PRECONDITION, "The project's libraries hold no sample pictures, picture hashes or text prompts to look for."),
    Reason.UNLABELED_SOUND: ReasonSpec(_C.FAILED_PRECONDITION, "Much loud sound is neither speech nor a class that an engine names."),
    Reason.LIBRARY_CHANGED: ReasonSpec(_C.FAILED_PRECONDITION, "The library is no longer what the template names: another version, another kind, or not for reviews."),
    Reason.NO_EVIDENCE: ReasonSpec(_C.FAILED_PRECONDITION, "No analysis of the media keeps what this engine saw, and no model is called."),
    Reason.BUDGET: ReasonSpec(_C.FAILED_PRECONDITION, "The feature did not fit the job's budget."),
    Reason.SERVICE_DOWN: ReasonSpec(_C.UNAVAILABLE, "The service did not answer within the stage's patience."),
    Reason.SERVICE_ANSWER: ReasonSpec(_C.INTERNAL, "The service gave an answer that breaks the contract."),
    Reason.ENGINE_VERSION: ReasonSpec(_C.FAILED_PRECONDITION, "The replica has another version of the engine than pinned."),
    Reason.ENGINE_FAILED: ReasonSpec(_C.INTERNAL, "The engine failed on this input."),
    Reason.WORKER_CRASHED: ReasonSpec(_C.INTERNAL, "The work killed its worker again and again."),
    Reason.WALL_TIME: ReasonSpec(_C.DEADLINE_EXCEEDED, "The job's wall time has passed."),
    Reason.CANCELLED_BY_CALLER: ReasonSpec(_C.ABORTED, "The caller cancelled the job."),
    Reason.OUTPUT_FAILED: ReasonSpec(_C.FAILED_PRECONDITION, "The outputs could not be delivered."),
    Reason.OVERLOADED: ReasonSpec(_C.RESOURCE_EXHAUSTED, "All slots and the queue are full; try again later."),
    Reason.DEVICE_MEMORY: ReasonSpec(_C.RESOURCE_EXHAUSTED, "An engine's device has too little free memory for one picture or utterance."),
    Reason.SHUTTING_DOWN: ReasonSpec(_C.UNAVAILABLE, "The process is draining."),
    Reason.STORE_FAILED: ReasonSpec(_C.UNAVAILABLE, "The database or the artifact store did not answer."),
    Reason.KEY_MISSING: ReasonSpec(_C.FAILED_PRECONDITION, "It is sealed under a master key that the installation does not have; give the key back."),
    Reason.MODEL_UNAVAILABLE: ReasonSpec(_C.FAILED_PRECONDITION, "A model file is missing or has the wrong digest."),
    Reason.INTERNAL: ReasonSpec(_C.INTERNAL, "A defect of Videre; the log has the stack trace."),
}  # fmt: skip

#: What the installation is at fault for, not the request or its media: doing it again may help.
TROUBLES: Final = frozenset(
    {
        Reason.SERVICE_DOWN, Reason.SERVICE_ANSWER, Reason.ENGINE_VERSION, Reason.ENGINE_FAILED,
        Reason.WORKER_CRASHED, Reason.OUTPUT_FAILED, Reason.OVERLOADED, Reason.SHUTTING_DOWN,
        Reason.DEVICE_MEMORY,
        Reason.STORE_FAILED, Reason.MODEL_UNAVAILABLE, Reason.INTERNAL,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FieldViolation:
    """A field that breaks its limit. `limit` and `actual` are texts for people and machines."""

    field: str
    description: str
    limit: str = ""
    actual: str = ""


class VidereError(Exception):
    """A refusal or failure with a stable reason.

    Args:
        reason: entry of the table.
        message: one sentence for people, no secrets.
        violations: fields that break their limits (BadRequest).
        metadata: details by name (ErrorInfo.metadata).
        retry_after_s: when trying again may help (RetryInfo), seconds.
    """

    def __init__(
        self,
        reason: Reason,
        message: str,
        *,
        violations: tuple[FieldViolation, ...] = (),
        metadata: Mapping[str, str] | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.violations = violations
        self.metadata = dict(metadata or {})
        self.retry_after_s = retry_after_s

    def __reduce__(self) -> tuple[object, ...]:
        return (
            _rebuild,
            (self.reason, self.message, self.violations, self.metadata, self.retry_after_s),
        )

    def __str__(self) -> str:
        return f"{self.reason}: {self.message}"

    @property
    def code(self) -> Code:
        """The gRPC status code of the reason."""
        return REASONS[self.reason].code


def _rebuild(
    reason: Reason,
    message: str,
    violations: tuple[FieldViolation, ...],
    metadata: dict[str, str],
    retry_after_s: float | None,
) -> VidereError:
    return VidereError(
        reason, message, violations=violations, metadata=metadata, retry_after_s=retry_after_s
    )


def invalid(field: str, description: str, *, limit: str = "", actual: str = "") -> VidereError:
    """Return INVALID_ARGUMENT FIELD_INVALID for one field."""
    violation = FieldViolation(field, description, limit, actual)
    return VidereError(
        Reason.FIELD_INVALID,
        f"{field}: {description}",
        violations=(violation,),
        metadata={"field": field, "limit": limit, "actual": actual},
    )
