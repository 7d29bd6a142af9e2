"""The taxonomy of the server of the tests: a few nodes, additions as they were put in."""

from __future__ import annotations

from typing import Any

from doubles.world import Fault, Service

from videre.v1 import taxonomy_pb2 as pb
from videre.v1 import taxonomy_pb2_grpc, types_pb2


class TaxonomyApi(Service, taxonomy_pb2_grpc.TaxonomyServiceServicer):
    """Nodes in the order they came in, two to a page; etags count the changes."""

    def GetTaxonomy(self, request: Any, context: Any) -> Any:
        answer = pb.GetTaxonomyResponse(
            version="3+12345678", node_counts=[1, 2, 3], overlay_version=self._changes,
            etag=self._etag,
        )  # fmt: skip
        return self.answer(context, request, lambda: answer, "GetTaxonomy")

    def ListNodes(self, request: Any, context: Any) -> Any:
        found = [n for n in self.world.nodes.values() if request.query in n.node_id]
        start = int(request.page_token or 0)
        token = str(start + 2) if start + 2 < len(found) else ""
        answer = pb.ListNodesResponse(nodes=found[start : start + 2], next_page_token=token)
        return self.answer(context, request, lambda: answer, "ListNodes")

    def GetNode(self, request: Any, context: Any) -> Any:
        node = self.world.nodes.get(request.node_id)
        answer = _missing(request.node_id) if node is None else self.world.node_answer(node)
        return self.answer(context, request, lambda: answer, "GetNode")

    def CreateNode(self, request: Any, context: Any) -> Any:
        return self._put(request, context, "CreateNode", pb.CreateNodeResponse)

    def UpdateNode(self, request: Any, context: Any) -> Any:
        return self._put(request, context, "UpdateNode", pb.UpdateNodeResponse)

    def DeleteNode(self, request: Any, context: Any) -> Any:
        def work() -> Any:
            if self.world.nodes.pop(request.node_id, None) is None:
                return _missing(request.node_id)
            return pb.DeleteNodeResponse(etag=self._etag)

        return self.answer(context, request, work, "DeleteNode")

    def SetClassMapping(self, request: Any, context: Any) -> Any:
        answer = pb.SetClassMappingResponse(mapping=request.mapping, etag=self._etag)
        return self.answer(context, request, lambda: answer, "SetClassMapping")

    def DeleteClassMapping(self, request: Any, context: Any) -> Any:
        answer = pb.DeleteClassMappingResponse(etag=self._etag)
        return self.answer(context, request, lambda: answer, "DeleteClassMapping")

    def ExportOverlay(self, request: Any, context: Any) -> Any:
        answer = pb.ExportOverlayResponse(toml=self.world.overlay, etag=self._etag)
        return self.answer(context, request, lambda: answer, "ExportOverlay")

    def ImportOverlay(self, request: Any, context: Any) -> Any:
        def work() -> Any:
            self.world.overlay = request.toml
            return pb.ImportOverlayResponse(version="3+87654321", etag=self._etag)

        return self.answer(context, request, work, "ImportOverlay")

    @property
    def _changes(self) -> int:
        return len(self.world.nodes)

    @property
    def _etag(self) -> str:
        return str(self._changes)

    def _put(self, request: Any, context: Any, method: str, response: Any) -> Any:
        def work() -> Any:
            given = request.node
            names = given.names or [types_pb2.LocalizedName(language_code="en", name="?")]
            node = pb.TaxonomyNode(
                node_id=given.node_id, parent_id=given.parent_id, level=3, name=names[0].name,
                names=names, aliases=given.aliases, own=True,
            )  # fmt: skip
            if not request.validate_only:
                self.world.nodes[given.node_id] = node
            return response(node=node, etag=self._etag)

        return self.answer(context, request, work, method)


def _missing(node_id: str) -> Fault:
    return Fault("NOT_FOUND", "NODE_NOT_FOUND", f"no node {node_id}")
