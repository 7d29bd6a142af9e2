"""The labels there are, what leads to each, and a project's own additions: the flows."""

from __future__ import annotations

from videre.client._flow import Context, EmitFlow, Flow
from videre.client._pages import every
from videre.client._rpc import (
    CREATE_NODE,
    DELETE_CLASS_MAPPING,
    DELETE_NODE,
    EXPORT_OVERLAY,
    GET_NODE,
    GET_TAXONOMY,
    IMPORT_OVERLAY,
    LIST_NODES,
    SET_CLASS_MAPPING,
    UPDATE_NODE,
)
from videre.v1 import taxonomy_pb2 as pb


def get_taxonomy(context: Context, project_id: str) -> Flow[pb.GetTaxonomyResponse]:
    """Return versions, sizes and languages."""
    return (yield from context.call(GET_TAXONOMY, pb.GetTaxonomyRequest(project_id=project_id)))


def list_nodes(context: Context, request: pb.ListNodesRequest) -> EmitFlow[pb.TaxonomyNode]:
    """Emit the nodes that match, in the order of the tree, page after page."""
    return every(context, LIST_NODES, request, lambda page: page.nodes)


def get_node(context: Context, request: pb.GetNodeRequest) -> Flow[pb.GetNodeResponse]:
    """Return a node with everything that leads to it."""
    return (yield from context.call(GET_NODE, request))


def create_node(context: Context, request: pb.CreateNodeRequest) -> Flow[pb.CreateNodeResponse]:
    """Add a node."""
    return (yield from context.call(CREATE_NODE, request))


def update_node(context: Context, request: pb.UpdateNodeRequest) -> Flow[pb.UpdateNodeResponse]:
    """Replace what the project adds to the tree at one node."""
    return (yield from context.call(UPDATE_NODE, request))


def delete_node(context: Context, request: pb.DeleteNodeRequest) -> Flow[str]:
    """Remove what the project adds at one node; return the etag of the rest."""
    answer = yield from context.call(DELETE_NODE, request)
    return answer.etag


def set_class_mapping(
    context: Context, request: pb.SetClassMappingRequest
) -> Flow[pb.SetClassMappingResponse]:
    """Say what a class means."""
    return (yield from context.call(SET_CLASS_MAPPING, request))


def delete_class_mapping(context: Context, request: pb.DeleteClassMappingRequest) -> Flow[str]:
    """Take back what the project says of a class; return the etag of the rest."""
    answer = yield from context.call(DELETE_CLASS_MAPPING, request)
    return answer.etag


def export_overlay(context: Context, project_id: str) -> Flow[pb.ExportOverlayResponse]:
    """Return the additions as an overlay file."""
    return (yield from context.call(EXPORT_OVERLAY, pb.ExportOverlayRequest(project_id=project_id)))


def import_overlay(
    context: Context, request: pb.ImportOverlayRequest
) -> Flow[pb.ImportOverlayResponse]:
    """Replace all additions by those of an overlay file."""
    return (yield from context.call(IMPORT_OVERLAY, request))
