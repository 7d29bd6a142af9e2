"""TrainHead and RestoreHead."""

from __future__ import annotations

import asyncio
from collections.abc import Container, Mapping
from dataclasses import asdict
from typing import Any, Final

from google.protobuf import json_format

from videre.common.auth import current_principal
from videre.common.errors import Reason, VidereError, invalid
from videre.common.values import canonical_json, sha256_hex
from videre.orchestrator.api.libraries import checks as check
from videre.orchestrator.api.libraries import messages
from videre.orchestrator.api.libraries.head_samples import collect, given_examples, told_by_feedback
from videre.orchestrator.api.project import project_of
from videre.orchestrator.api.request import duration_ns
from videre.orchestrator.api.validation import Violations
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.library.entries import DEFAULT_THRESHOLD
from videre.orchestrator.library.head_fit import Figures
from videre.orchestrator.library.head_training import Earlier, Trained, train
from videre.orchestrator.library.heads import from_document, to_document
from videre.orchestrator.library.model import MAX_HEADS, EntryForm, LibraryKind, NewEntry
from videre.orchestrator.store.library_records import EntryRecord, LibraryRecord
from videre.v1 import library_pb2 as pb

MAX_EXAMPLES: Final = 10_000
_MAX_NS: Final = 10**18


class Heads:
    """Fits heads, puts them in their place, and brings earlier ones back."""

    def __init__(self, app: Orchestrator) -> None:
        self._app = app
        #: One at a time: a fit takes a core and some hundred megabytes.
        self._turn = asyncio.Lock()

    async def train(self, request: pb.TrainHeadRequest) -> pb.TrainHeadResponse:
        """Fit a head to what people said.

        Raises:
            VidereError: FIELD_INVALID, LIBRARY_NOT_FOUND, MEDIA_NOT_FOUND, ANALYSIS_NOT_FOUND,
                SAMPLES_FEW, LIBRARY_FULL, ETAG_MISMATCH.
        """
        found = Violations()
        _check_training(found, request)
        found.raise_if_any()
        subject, project = current_principal().subject, project_of("")
        async with self._turn:
            return await asyncio.to_thread(self._train, project, request, subject)

    async def restore(self, request: pb.RestoreHeadRequest) -> pb.RestoreHeadResponse:
        """Give a head an earlier form.

        Raises:
            VidereError: FIELD_INVALID, LIBRARY_NOT_FOUND, ENTRY_NOT_FOUND, ETAG_MISMATCH.
        """
        found = Violations()
        found.named("library_id", request.library_id)
        found.named("entry_id", request.entry_id)
        found.number("version", request.version, 0, 1 << 62)
        found.raise_if_any()
        subject, project = current_principal().subject, project_of("")
        return await asyncio.to_thread(self._restore, project, request, subject)

    # --- blocking ----------------------------------------------------------------------------

    def _train(
        self, project: str, request: pb.TrainHeadRequest, subject: str
    ) -> pb.TrainHeadResponse:
        library = self._library(project, request.library_id)
        present = self._app.libraries.some_entries(project, library.id, [request.entry_id])
        there = present[0] if present else None
        form = _form(request, there)
        found = Violations()
        nodes = self._app.taxonomies.shown(project).nodes
        _check_form(found, form, nodes)
        found.raise_if_any()
        if there is None and library.entry_count >= MAX_HEADS:
            raise VidereError(
                Reason.LIBRARY_FULL,
                f"a library of heads has at most {MAX_HEADS}",
                metadata={"limit": str(MAX_HEADS), "actual": str(library.entry_count)},
            )
        said = list(given_examples(request.examples))
        if request.from_feedback:
            node = form.document.get("node_id", "")
            said += told_by_feedback(self._app, project, node, form.name)
        samples = collect(self._app, project, said, request.engine)
        limit = DEFAULT_THRESHOLD if library.threshold is None else library.threshold
        made = train(samples.stretches, samples.engine, _earlier(there, samples.engine), limit)
        if made.better and not request.validate_only:
            document = {**form.document, **_kept(made)}
            # Compared with the head of this etag: one that came meanwhile may be better.
            etag = request.etag or str(library.edit)
            entry = _entry(request.entry_id, EntryForm(form.name, form.category, document), library)
            library = self._app.libraries.add(
                project, library.id, [entry], etag, subject, replace=True
            )
            there = self._app.libraries.entry(project, library.id, request.entry_id)
        return pb.TrainHeadResponse(
            kept=made.better,
            head=_content(made),
            before=_figures(made.before),
            left_out_count=samples.left_out,
            entry=None if there is None else messages.entry(there),
            library=messages.library(library),
        )

    def _restore(
        self, project: str, request: pb.RestoreHeadRequest, subject: str
    ) -> pb.RestoreHeadResponse:
        library = self._library(project, request.library_id)
        forms = self._app.libraries.forms(project, library.id, request.entry_id)
        earlier = [form for form in forms[1:] if "head" in form.document]
        wanted = [form for form in earlier if request.version in (0, form.added_in)]
        if not wanted:
            limit = ", ".join(str(form.added_in) for form in earlier) or "none"
            actual = str(request.version)
            raise invalid("version", "is no earlier form of it", limit=limit, actual=actual)
        form = EntryForm(wanted[0].name, wanted[0].category, wanted[0].document)
        entry = _entry(request.entry_id, form, library)
        library = self._app.libraries.add(
            project, library.id, [entry], request.etag, subject, replace=True
        )
        there = self._app.libraries.entry(project, library.id, request.entry_id)
        return pb.RestoreHeadResponse(
            entry=messages.entry(there), library=messages.library(library)
        )

    def _library(self, project: str, library_id: str) -> LibraryRecord:
        library = self._app.libraries.get(project, library_id)
        if messages.kind_of(library) is not LibraryKind.HEADS:
            limit, actual = LibraryKind.HEADS.value, library.kind
            raise invalid("library_id", "holds no heads", limit=limit, actual=actual)
        return library


def _check_training(found: Violations, request: pb.TrainHeadRequest) -> None:
    """Check everything that needs no look-up."""
    found.named("library_id", request.library_id)
    found.pattern("entry_id", request.entry_id, check.ENTRY_ID)
    check.check_words(found, request.name, "")
    found.count("examples", len(request.examples), MAX_EXAMPLES)
    if not request.examples and not request.from_feedback:
        found.add("examples", "are none", "examples or from_feedback", "neither")
    found.size("engine", request.engine, 128)
    for index, one in enumerate(request.examples[:MAX_EXAMPLES]):
        at = f"examples[{index}]"
        found.named(f"{at}.media_id", one.media_id)
        start, end = duration_ns(one.start_offset), duration_ns(one.end_offset)
        found.number(f"{at}.start_offset", start, 0, _MAX_NS)
        if one.HasField("end_offset") and not start < end:
            found.add(f"{at}.end_offset", "is not after start_offset", "later", end)


def _check_form(found: Violations, form: EntryForm, nodes: Container[str]) -> None:
    check.check_node(found, form.document.get("node_id", ""), LibraryKind.HEADS, nodes)


def _form(request: pb.TrainHeadRequest, there: EntryRecord | None) -> EntryForm:
    """Return name, group and document of a head, without what is fitted."""
    document: dict[str, Any] = {} if there is None else dict(there.document)
    if request.node_id:
        document["node_id"] = request.node_id
    name = request.name or ("" if there is None else there.name) or request.entry_id
    return EntryForm(name, "" if there is None else there.category, document)


def _earlier(there: EntryRecord | None, engine: str) -> Earlier:
    """Return what a new head is compared with."""
    if there is None:
        return Earlier()
    head, split = from_document(there.entry_id, there.document), there.document["split"]
    own = head if head.engine == engine else None
    return Earlier(own, tuple(split["held_out"]), tuple(split["fitted"]))


def _kept(made: Trained) -> Mapping[str, Any]:
    """Return what is kept of a head beside name and node."""
    return {
        "head": json_format.MessageToDict(_content(made), preserving_proto_field_name=True),
        "fitted": to_document(made.head),
        "split": {"held_out": list(made.held_out), "fitted": list(made.fitted)},
    }


def _content(made: Trained) -> pb.HeadContent:
    return pb.HeadContent(
        engine=made.head.engine,
        positive_count=made.counted.shown,
        negative_count=made.counted.not_shown,
        held_out_positive_count=made.measured.shown,
        held_out_negative_count=made.measured.not_shown,
        figures=_figures(made.figures),
    )


def _figures(of: Figures) -> pb.HeadFigures:
    return pb.HeadFigures(**asdict(of))


def _entry(entry_id: str, form: EntryForm, library: LibraryRecord) -> NewEntry:
    """Return an entry that is another request than all that the library has seen."""
    digest = sha256_hex(canonical_json([entry_id, library.edit, form.document["fitted"]]))
    return NewEntry(entry_id, form, (), digest)
