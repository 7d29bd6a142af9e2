"""The calls about the taxonomy, awaiting."""

from __future__ import annotations

from collections.abc import AsyncIterator

from videre.client import _taxonomy
from videre.client._flow import Context
from videre.client._transport import AsyncTransport
from videre.v1 import taxonomy_pb2 as pb


class AsyncTaxonomyCalls:
    """The awaiting calls about the taxonomy; `videre.taxonomy` of a client.

    Every method may raise a `ServerRefusal`.
    """

    def __init__(self, context: Context, transport: AsyncTransport) -> None:
        self._context, self._transport = context, transport

    async def get(self, *, project_id: str = "") -> pb.GetTaxonomyResponse:
        """Return versions, sizes and languages."""
        return await self._transport.run(_taxonomy.get_taxonomy(self._context, project_id))

    def list_nodes(
        self,
        *,
        parent_id: str = "",
        level: int = 0,
        language_code: str = "",
        query: str = "",
        own_only: bool = False,
        project_id: str = "",
    ) -> AsyncIterator[pb.TaxonomyNode]:
        """Yield the nodes that meet every condition, in the order of the tree."""
        request = pb.ListNodesRequest(
            project_id=project_id, parent_id=parent_id, level=level, query=query,
            language_code=language_code, own_only=own_only,
        )  # fmt: skip
        return self._transport.iterate(_taxonomy.list_nodes(self._context, request))

    async def get_node(
        self, node_id: str, *, language_code: str = "", project_id: str = ""
    ) -> pb.GetNodeResponse:
        """Return a node with everything that leads to it."""
        request = pb.GetNodeRequest(
            project_id=project_id, node_id=node_id, language_code=language_code
        )
        return await self._transport.run(_taxonomy.get_node(self._context, request))

    async def create_node(
        self, node: pb.OwnNode, *, etag: str = "", validate_only: bool = False, project_id: str = ""
    ) -> pb.CreateNodeResponse:
        """Add a node of the project's own."""
        request = pb.CreateNodeRequest(
            project_id=project_id, node=node, etag=etag, validate_only=validate_only
        )
        return await self._transport.run(_taxonomy.create_node(self._context, request))

    async def update_node(
        self, node: pb.OwnNode, *, etag: str = "", validate_only: bool = False, project_id: str = ""
    ) -> pb.UpdateNodeResponse:
        """Replace a node of the project's own, or what it adds to one of the installation."""
        request = pb.UpdateNodeRequest(
            project_id=project_id, node=node, etag=etag, validate_only=validate_only
        )
        return await self._transport.run(_taxonomy.update_node(self._context, request))

    async def delete_node(
        self, node_id: str, *, etag: str = "", validate_only: bool = False, project_id: str = ""
    ) -> str:
        """Remove a node of the project's own, or what it adds; return the etag of the rest."""
        request = pb.DeleteNodeRequest(
            project_id=project_id, node_id=node_id, etag=etag, validate_only=validate_only
        )
        return await self._transport.run(_taxonomy.delete_node(self._context, request))

    async def set_class_mapping(
        self,
        mapping: pb.ClassMapping,
        *,
        etag: str = "",
        validate_only: bool = False,
        project_id: str = "",
    ) -> pb.SetClassMappingResponse:
        """Say what a class of an engine means in this project."""
        request = pb.SetClassMappingRequest(
            project_id=project_id, mapping=mapping, etag=etag, validate_only=validate_only
        )
        return await self._transport.run(_taxonomy.set_class_mapping(self._context, request))

    async def delete_class_mapping(
        self,
        list_name: str,
        class_name: str,
        *,
        etag: str = "",
        validate_only: bool = False,
        project_id: str = "",
    ) -> str:
        """Take back what the project says of a class; return the etag of the rest."""
        request = pb.DeleteClassMappingRequest(
            project_id=project_id, list=list_name, class_name=class_name, etag=etag,
            validate_only=validate_only,
        )  # fmt: skip
        return await self._transport.run(_taxonomy.delete_class_mapping(self._context, request))

    async def export_overlay(self, *, project_id: str = "") -> pb.ExportOverlayResponse:
        """Return the project's additions as an overlay file in TOML."""
        return await self._transport.run(_taxonomy.export_overlay(self._context, project_id))

    async def import_overlay(
        self, toml: str, *, etag: str = "", validate_only: bool = False, project_id: str = ""
    ) -> pb.ImportOverlayResponse:
        """Replace all additions of the project by those of an overlay file."""
        request = pb.ImportOverlayRequest(
            project_id=project_id, toml=toml, etag=etag, validate_only=validate_only
        )
        return await self._transport.run(_taxonomy.import_overlay(self._context, request))
