"""TaxonomyService."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import grpc.aio

from videre.common.errors import Reason, VidereError, invalid
from videre.orchestrator.api import present
from videre.orchestrator.api.project import project_of
from videre.orchestrator.api.replies import fitting
from videre.orchestrator.api.taxonomy.changes import Changes, Edit
from videre.orchestrator.api.taxonomy.checks import (
    check_class,
    check_level,
    check_mapping,
    check_own_node,
    check_query,
    read_toml,
)
from videre.orchestrator.api.taxonomy.messages import (
    class_messages,
    node_message,
    own_from_message,
    own_message,
    reach_messages,
    reach_now,
    route_message,
)
from videre.orchestrator.api.validation import Violations
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.routes import Routes
from videre.orchestrator.store.listing import MAX_PAGE, page_token, read_token
from videre.orchestrator.store.overlays import OverlayRecord
from videre.orchestrator.taxonomy import edit
from videre.orchestrator.taxonomy.entries import DEFAULT_LANGUAGE, LANGUAGES, LEVELS, Node
from videre.orchestrator.taxonomy.model import Taxonomy
from videre.orchestrator.taxonomy.toml import to_toml
from videre.v1 import taxonomy_pb2 as pb
from videre.v1 import taxonomy_pb2_grpc

Context = grpc.aio.ServicerContext[Any, Any]
_DEFAULT_PAGE: Final = 50


class TaxonomyServicer(taxonomy_pb2_grpc.TaxonomyServiceServicer):
    """See taxonomy.proto."""

    def __init__(self, app: Orchestrator) -> None:
        self._app = app
        self._changes = Changes(app.taxonomies)

    # --- reading -----------------------------------------------------------------------------

    async def GetTaxonomy(
        self, request: pb.GetTaxonomyRequest, context: Context
    ) -> pb.GetTaxonomyResponse:
        """See taxonomy.proto."""
        record, taxonomy = await self._read(project_of(request.project_id))
        levels = Counter(node.level for node in taxonomy.nodes.values())
        answer = pb.GetTaxonomyResponse(
            version=taxonomy.version,
            installation_version=self._app.taxonomy.version,
            node_counts=[levels[level] for level in range(1, LEVELS + 1)],
            languages=LANGUAGES,
            overlay_version=record.version,
            etag=str(record.version),
            updated_by=record.created_by,
        )
        if record.version:
            answer.update_time.CopyFrom(present.timestamp(record.create_ns))
        return answer

    async def ListNodes(
        self, request: pb.ListNodesRequest, context: Context
    ) -> pb.ListNodesResponse:
        """See taxonomy.proto."""
        project = project_of(request.project_id)
        found = Violations()
        check_level(found, request.level)
        check_query(found, request.query)
        found.number("page_size", request.page_size, 0, MAX_PAGE)
        found.raise_if_any()
        record, taxonomy = await self._read(project)
        own = edit.own_nodes(record.document)
        filters = {
            "project": project, "version": taxonomy.version, "parent": request.parent_id,
            "level": request.level, "language": request.language_code, "query": request.query,
            "own": request.own_only,
        }  # fmt: skip
        start = read_token(request.page_token, filters, int) if request.page_token else 0
        nodes = [node for node in _in_order(taxonomy) if _wanted(node, request, own)]
        end = start + (request.page_size or _DEFAULT_PAGE)
        children = Counter(node.parent for node in taxonomy.nodes.values())
        shown = fitting(
            node_message(
                node, request.language_code, children=children[node.id], own=node.id in own
            )
            for node in nodes[start:end]
        )
        end = start + len(shown)
        token = page_token(end, filters) if shown and end < len(nodes) else ""
        return pb.ListNodesResponse(nodes=shown, next_page_token=token, total_count=len(nodes))

    async def GetNode(self, request: pb.GetNodeRequest, context: Context) -> pb.GetNodeResponse:
        """See taxonomy.proto."""
        project = project_of(request.project_id)
        found = Violations()
        found.named("node_id", request.node_id)
        found.raise_if_any()
        record, taxonomy = await self._read(project)
        node = _node(taxonomy, request.node_id)
        catalogs = await self._app.services.catalogs(wanted=None)
        engines = [engine for catalog in catalogs for engine in catalog.engines]
        routes = await asyncio.to_thread(Routes, taxonomy, self._app.event_rules, engines)
        own = edit.own_node(record.document, node.id)
        return pb.GetNodeResponse(
            node=_message(node, taxonomy, record, request.language_code or DEFAULT_LANGUAGE),
            own=None if own is None else own_message(own),
            mappings=class_messages(node.id, taxonomy, self._app.taxonomy),
            routes=[route_message(route) for route in routes.of(node.id)],
            tiers=reach_messages(node.id, routes),
            installed=reach_now(node.id, routes),
            observed_below=routes.observed_below(node.id),
            silent_services=[catalog.service for catalog in catalogs if catalog.down],
            etag=str(record.version),
        )

    async def ExportOverlay(
        self, request: pb.ExportOverlayRequest, context: Context
    ) -> pb.ExportOverlayResponse:
        """See taxonomy.proto."""
        record = await asyncio.to_thread(self._changes.latest, project_of(request.project_id))
        return pb.ExportOverlayResponse(
            toml=to_toml(record.document),
            overlay_version=record.version,
            etag=str(record.version),
        )

    # --- changing ----------------------------------------------------------------------------

    async def CreateNode(
        self, request: pb.CreateNodeRequest, context: Context
    ) -> pb.CreateNodeResponse:
        """See taxonomy.proto."""
        project = project_of(request.project_id)
        check_own_node(request.node)

        def change(document: edit.Document, taxonomy: Taxonomy) -> edit.Document:
            known = taxonomy.nodes.get(request.node.node_id)
            if known is not None:
                own = edit.own_node(document, known.id)
                if own == own_from_message(request.node, known.level):
                    return document
                raise VidereError(
                    Reason.NODE_EXISTS,
                    f"the taxonomy has a node {request.node.node_id!r}; update it instead",
                    metadata={"node_id": request.node.node_id},
                )
            parent = taxonomy.nodes.get(request.node.parent_id)
            level = parent.level + 1 if parent is not None and parent.level < LEVELS else 1
            if request.node.parent_id and level == 1:
                raise _no_parent(request.node.parent_id, parent)
            return edit.with_node(document, own_from_message(request.node, level))

        message, etag = await self._changed_node(project, request, "node", change)
        return pb.CreateNodeResponse(node=message, etag=etag)

    async def UpdateNode(
        self, request: pb.UpdateNodeRequest, context: Context
    ) -> pb.UpdateNodeResponse:
        """See taxonomy.proto."""
        project = project_of(request.project_id)
        check_own_node(request.node)

        def change(document: edit.Document, taxonomy: Taxonomy) -> edit.Document:
            node = _node(taxonomy, request.node.node_id)
            own = own_from_message(request.node, node.level)
            if node.id not in self._app.taxonomy.nodes:
                own = edit.OwnNode(own.id, own.level, _placed(own.item, node.parent))
            return edit.with_node(document, own)

        message, etag = await self._changed_node(project, request, "node", change)
        return pb.UpdateNodeResponse(node=message, etag=etag)

    async def DeleteNode(
        self, request: pb.DeleteNodeRequest, context: Context
    ) -> pb.DeleteNodeResponse:
        """See taxonomy.proto."""
        project = project_of(request.project_id)
        found = Violations()
        found.named("node_id", request.node_id)
        found.raise_if_any()

        def change(document: edit.Document, taxonomy: Taxonomy) -> edit.Document:
            if edit.own_node(document, request.node_id) is None:
                raise _not_found(request.node_id, "of the project's own")
            return edit.without_node(document, request.node_id)

        record, _ = await self._change(project, request, "node_id", change)
        return pb.DeleteNodeResponse(etag=str(record.version))

    async def SetClassMapping(
        self, request: pb.SetClassMappingRequest, context: Context
    ) -> pb.SetClassMappingResponse:
        """See taxonomy.proto."""
        project = project_of(request.project_id)
        check_mapping(request.mapping)
        given = request.mapping
        installed = {mapping.name: mapping for mapping in self._app.taxonomy.mappings}
        known = installed.get(given.list)
        if known is not None and given.feature not in ("", known.feature):
            limit, actual = known.feature, given.feature[:100]
            raise invalid("mapping.feature", "is not the list's", limit=limit, actual=actual)
        own = edit.OwnClass(given.list, given.class_name, given.node_id, given.unmapped_reason)

        def change(document: edit.Document, _taxonomy: Taxonomy) -> edit.Document:
            return edit.with_class(document, own, "" if known is not None else given.feature)

        record, taxonomy = await self._change(project, request, "mapping", change)
        meant = next(mapping for mapping in taxonomy.mappings if mapping.name == own.list)
        return pb.SetClassMappingResponse(
            mapping=pb.ClassMapping(
                list=own.list,
                feature=meant.feature,
                class_name=own.class_name,
                node_id=own.node_id,
                unmapped_reason=own.reason,
                own=True,
            ),
            etag=str(record.version),
        )

    async def DeleteClassMapping(
        self, request: pb.DeleteClassMappingRequest, context: Context
    ) -> pb.DeleteClassMappingResponse:
        """See taxonomy.proto."""
        project = project_of(request.project_id)
        found = Violations()
        check_class(found, "", request.list, request.class_name)
        found.raise_if_any()

        def change(document: edit.Document, _taxonomy: Taxonomy) -> edit.Document:
            if edit.own_class(document, request.list, request.class_name) is None:
                raise _not_found(f"{request.list}/{request.class_name}", "of the project's own")
            return edit.without_class(document, request.list, request.class_name)

        record, _ = await self._change(project, request, "class_name", change)
        return pb.DeleteClassMappingResponse(etag=str(record.version))

    async def ImportOverlay(
        self, request: pb.ImportOverlayRequest, context: Context
    ) -> pb.ImportOverlayResponse:
        """See taxonomy.proto."""
        project = project_of(request.project_id)
        document = await asyncio.to_thread(read_toml, request.toml)
        record, taxonomy = await self._change(project, request, "toml", document)
        return pb.ImportOverlayResponse(
            version=taxonomy.version, overlay_version=record.version, etag=str(record.version)
        )

    # --- shared ------------------------------------------------------------------------------

    async def _read(self, project: str) -> tuple[OverlayRecord, Taxonomy]:
        def read() -> tuple[OverlayRecord, Taxonomy]:
            record = self._changes.latest(project)
            return record, self._app.taxonomies.at(project, record.version)

        return await asyncio.to_thread(read)

    async def _change(
        self, project: str, request: Any, field: str, change: Edit | edit.Document
    ) -> tuple[OverlayRecord, Taxonomy]:
        return await asyncio.to_thread(
            self._changes.make,
            project,
            field,
            change,
            request.etag,
            store=not request.validate_only,
        )

    async def _changed_node(
        self, project: str, request: Any, field: str, change: Edit
    ) -> tuple[pb.TaxonomyNode, str]:
        record, taxonomy = await self._change(project, request, field, change)
        node = taxonomy.node(request.node.node_id)
        return _message(node, taxonomy, record, DEFAULT_LANGUAGE), str(record.version)


def _message(
    node: Node, taxonomy: Taxonomy, record: OverlayRecord, language: str
) -> pb.TaxonomyNode:
    children = sum(other.parent == node.id for other in taxonomy.nodes.values())
    own = edit.own_node(record.document, node.id) is not None
    return node_message(node, language, children=children, own=own)


def _in_order(taxonomy: Taxonomy) -> Sequence[Node]:
    """Return all nodes, each before those below it; siblings by id."""
    below: dict[str, list[Node]] = {}
    for node in sorted(taxonomy.nodes.values(), key=lambda node: node.id):
        below.setdefault(node.parent, []).append(node)

    def walk(parent: str) -> list[Node]:
        return [found for node in below.get(parent, ()) for found in (node, *walk(node.id))]

    return walk("")


def _wanted(node: Node, request: pb.ListNodesRequest, own: frozenset[str]) -> bool:
    query = request.query.casefold()
    return (
        (not request.parent_id or node.parent == request.parent_id)
        and (not request.level or node.level == request.level)
        and (not request.language_code or request.language_code in node.names)
        and (not request.own_only or node.id in own)
        and (not query or any(query in word.casefold() for word in (node.id, *node.words)))
    )


def _node(taxonomy: Taxonomy, node_id: str) -> Node:
    node = taxonomy.nodes.get(node_id)
    if node is None:
        raise _not_found(node_id, "in the taxonomy")
    return node


def _placed(item: edit.Document, parent: str) -> edit.Document:
    """Return an own node's table with its parent, where the caller has left that out."""
    return item if item.get("parent") or not parent else {"parent": parent, **item}


def _not_found(name: str, where: str) -> VidereError:
    return VidereError(
        Reason.NODE_NOT_FOUND,
        f"nothing {where} is named {name[:100]!r}",
        metadata={"actual": name[:100]},
    )


def _no_parent(parent_id: str, parent: Node | None) -> VidereError:
    why = "is no node" if parent is None else f"is of level {parent.level}"
    return invalid("node.parent_id", why, limit="a node of level 1 or 2", actual=parent_id)
