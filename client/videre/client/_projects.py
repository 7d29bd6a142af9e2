"""Projects and credentials: the flows."""

from __future__ import annotations

from videre.client._flow import Context, EmitFlow, Flow
from videre.client._pages import every
from videre.client._rpc_admin import (
    CREATE_CREDENTIAL,
    CREATE_PROJECT,
    DELETE_CREDENTIAL,
    DELETE_PROJECT,
    GET_CREDENTIAL,
    GET_PROJECT,
    LIST_CREDENTIALS,
    LIST_PROJECTS,
    REVOKE_CREDENTIAL_KEY,
    ROTATE_CREDENTIAL,
    UNDELETE_PROJECT,
    UPDATE_PROJECT,
)
from videre.v1 import credential_pb2, project_pb2


def create_project(
    context: Context, request: project_pb2.CreateProjectRequest
) -> Flow[project_pb2.Project]:
    """Make a project."""
    return (yield from context.call(CREATE_PROJECT, request)).project


def get_project(context: Context, project_id: str) -> Flow[project_pb2.Project]:
    """Return a project and what it uses."""
    request = project_pb2.GetProjectRequest(project_id=project_id)
    return (yield from context.call(GET_PROJECT, request)).project


def list_projects(context: Context, show_deleted: bool) -> EmitFlow[project_pb2.Project]:
    """Emit projects, page after page."""
    asked = project_pb2.ListProjectsRequest(show_deleted=show_deleted)
    return every(context, LIST_PROJECTS, asked, lambda page: page.projects)


def update_project(
    context: Context, request: project_pb2.UpdateProjectRequest
) -> Flow[project_pb2.Project]:
    """Change a project and return it."""
    return (yield from context.call(UPDATE_PROJECT, request)).project


def delete_project(context: Context, project_id: str, etag: str) -> Flow[project_pb2.Project]:
    """Close a project and return it."""
    request = project_pb2.DeleteProjectRequest(project_id=project_id, etag=etag)
    return (yield from context.call(DELETE_PROJECT, request)).project


def undelete_project(context: Context, project_id: str) -> Flow[project_pb2.Project]:
    """Open a closed project again and return it."""
    request = project_pb2.UndeleteProjectRequest(project_id=project_id)
    return (yield from context.call(UNDELETE_PROJECT, request)).project


def create_credential(
    context: Context, request: credential_pb2.CreateCredentialRequest
) -> Flow[credential_pb2.CreateCredentialResponse]:
    """Make a credential; its secret is in the answer and nowhere else."""
    return (yield from context.call(CREATE_CREDENTIAL, request))


def get_credential(context: Context, credential_id: str) -> Flow[credential_pb2.Credential]:
    """Return a credential."""
    request = credential_pb2.GetCredentialRequest(credential_id=credential_id)
    return (yield from context.call(GET_CREDENTIAL, request)).credential


def list_credentials(context: Context, project_id: str) -> EmitFlow[credential_pb2.Credential]:
    """Emit credentials, page after page."""
    asked = credential_pb2.ListCredentialsRequest(project_id=project_id)
    return every(context, LIST_CREDENTIALS, asked, lambda page: page.credentials)


def rotate_credential(
    context: Context, request: credential_pb2.RotateCredentialRequest
) -> Flow[credential_pb2.RotateCredentialResponse]:
    """Add a second key; its secret is in the answer and nowhere else."""
    return (yield from context.call(ROTATE_CREDENTIAL, request))


def revoke_key(
    context: Context, credential_id: str, key_id: str
) -> Flow[credential_pb2.Credential]:
    """End a key and return its credential."""
    request = credential_pb2.RevokeCredentialKeyRequest(credential_id=credential_id, key_id=key_id)
    return (yield from context.call(REVOKE_CREDENTIAL_KEY, request)).credential


def delete_credential(context: Context, credential_id: str) -> Flow[None]:
    """Delete a credential with its keys."""
    request = credential_pb2.DeleteCredentialRequest(credential_id=credential_id)
    yield from context.call(DELETE_CREDENTIAL, request)
