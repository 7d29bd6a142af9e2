"""Methods by which an installation is run: projects, keys, events, load, the audit log."""

from __future__ import annotations

from typing import Final

from videre.client._rpc import Method
from videre.v1 import audit_pb2, credential_pb2, event_pb2, operations_pb2, project_pb2

_PROJECT: Final = "ProjectService"
_p = project_pb2
_CREDENTIAL: Final = "CredentialService"
_c = credential_pb2
_OPERATIONS: Final = "OperationsService"
_o = operations_pb2
_EVENT: Final = "EventService"
_n = event_pb2
_AUDIT: Final = "AuditService"
_a = audit_pb2

CREATE_PROJECT: Final = Method(
    _PROJECT, "CreateProject", _p.CreateProjectRequest, _p.CreateProjectResponse
)
GET_PROJECT: Final = Method(_PROJECT, "GetProject", _p.GetProjectRequest, _p.GetProjectResponse)
LIST_PROJECTS: Final = Method(
    _PROJECT, "ListProjects", _p.ListProjectsRequest, _p.ListProjectsResponse
)
UPDATE_PROJECT: Final = Method(
    _PROJECT, "UpdateProject", _p.UpdateProjectRequest, _p.UpdateProjectResponse
)
DELETE_PROJECT: Final = Method(
    _PROJECT, "DeleteProject", _p.DeleteProjectRequest, _p.DeleteProjectResponse
)
UNDELETE_PROJECT: Final = Method(
    _PROJECT, "UndeleteProject", _p.UndeleteProjectRequest, _p.UndeleteProjectResponse
)

CREATE_CREDENTIAL: Final = Method(
    _CREDENTIAL, "CreateCredential", _c.CreateCredentialRequest, _c.CreateCredentialResponse
)
GET_CREDENTIAL: Final = Method(
    _CREDENTIAL, "GetCredential", _c.GetCredentialRequest, _c.GetCredentialResponse
)
LIST_CREDENTIALS: Final = Method(
    _CREDENTIAL, "ListCredentials", _c.ListCredentialsRequest, _c.ListCredentialsResponse
)
ROTATE_CREDENTIAL: Final = Method(
    _CREDENTIAL, "RotateCredential", _c.RotateCredentialRequest, _c.RotateCredentialResponse
)
REVOKE_CREDENTIAL_KEY: Final = Method(
    _CREDENTIAL,
    "RevokeCredentialKey",
    _c.RevokeCredentialKeyRequest,
    _c.RevokeCredentialKeyResponse,
)
DELETE_CREDENTIAL: Final = Method(
    _CREDENTIAL, "DeleteCredential", _c.DeleteCredentialRequest, _c.DeleteCredentialResponse
)
GET_BACKLOG: Final = Method(
    _OPERATIONS,
    "GetBacklog",
    _o.GetBacklogRequest,
    _o.GetBacklogResponse,
)
GET_QUEUE_PLACE: Final = Method(
    _OPERATIONS,
    "GetQueuePlace",
    _o.GetQueuePlaceRequest,
    _o.GetQueuePlaceResponse,
)
LIST_USAGE: Final = Method(
    _OPERATIONS,
    "ListUsage",
    _o.ListUsageRequest,
    _o.ListUsageResponse,
)

LIST_EVENTS: Final = Method(_EVENT, "ListEvents", _n.ListEventsRequest, _n.ListEventsResponse)
WATCH_EVENTS: Final = Method(_EVENT, "WatchEvents", _n.WatchEventsRequest, _n.WatchEventsResponse)
CREATE_WEBHOOK: Final = Method(
    _EVENT, "CreateWebhook", _n.CreateWebhookRequest, _n.CreateWebhookResponse
)
GET_WEBHOOK: Final = Method(_EVENT, "GetWebhook", _n.GetWebhookRequest, _n.GetWebhookResponse)
LIST_WEBHOOKS: Final = Method(
    _EVENT, "ListWebhooks", _n.ListWebhooksRequest, _n.ListWebhooksResponse
)
UPDATE_WEBHOOK: Final = Method(
    _EVENT, "UpdateWebhook", _n.UpdateWebhookRequest, _n.UpdateWebhookResponse
)
DELETE_WEBHOOK: Final = Method(
    _EVENT, "DeleteWebhook", _n.DeleteWebhookRequest, _n.DeleteWebhookResponse
)
ROTATE_WEBHOOK_SECRET: Final = Method(
    _EVENT, "RotateWebhookSecret", _n.RotateWebhookSecretRequest, _n.RotateWebhookSecretResponse
)
REMOVE_WEBHOOK_SECRET: Final = Method(
    _EVENT, "RemoveWebhookSecret", _n.RemoveWebhookSecretRequest, _n.RemoveWebhookSecretResponse
)
LIST_DELIVERIES: Final = Method(
    _EVENT, "ListDeliveries", _n.ListDeliveriesRequest, _n.ListDeliveriesResponse
)
REDELIVER: Final = Method(_EVENT, "Redeliver", _n.RedeliverRequest, _n.RedeliverResponse)
SET_ROUTES: Final = Method(_EVENT, "SetRoutes", _n.SetRoutesRequest, _n.SetRoutesResponse)
GET_ROUTES: Final = Method(_EVENT, "GetRoutes", _n.GetRoutesRequest, _n.GetRoutesResponse)
TEST_ROUTES: Final = Method(_EVENT, "TestRoutes", _n.TestRoutesRequest, _n.TestRoutesResponse)
LIST_AUDIT_ENTRIES: Final = Method(
    _AUDIT, "ListAuditEntries", _a.ListAuditEntriesRequest, _a.ListAuditEntriesResponse
)
VERIFY_AUDIT_LOG: Final = Method(
    _AUDIT, "VerifyAuditLog", _a.VerifyAuditLogRequest, _a.VerifyAuditLogResponse
)
