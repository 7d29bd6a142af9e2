"""Limits of a change of an entry: by itself, against the entry, against what it leaves. Pure."""

from __future__ import annotations

from collections.abc import Container, Sequence

from videre.orchestrator.api.libraries import checks as check
from videre.orchestrator.api.validation import Violations, check_tags
from videre.orchestrator.library.model import (
    MAX_SAMPLES,
    WITH_SAMPLES,
    LibraryKind,
    NewSample,
)
from videre.orchestrator.store.library_records import EntryRecord, unknown
from videre.v1 import library_pb2


def check_change(found: Violations, request: library_pb2.UpdateLibraryEntryRequest) -> None:
    """Check everything that needs no look-up."""
    if request.HasField("name") and not request.name.strip():
        found.add("name", "is empty", "1..256 bytes", "")
    check.check_words(found, request.name, request.description)
    check.check_category(found, request.category)
    check_tags(found, request.tags)
    if request.clear_tags and request.tags:
        found.add("clear_tags", "contradicts tags", "one of the two", "both")
    check.check_samples(found, request.add_samples, "add_samples")
    found.count("remove_sample_ids", len(request.remove_sample_ids), MAX_SAMPLES)


def check_fits(
    found: Violations,
    request: library_pb2.UpdateLibraryEntryRequest,
    record: EntryRecord,
    kind: LibraryKind,
    nodes: Container[str],
) -> None:
    """Check a change against the entry that it is about, and the project's taxonomy."""
    check.check_node(found, request.node_id, kind, nodes)
    check.check_content(found, request, kind, required=False)
    if kind not in WITH_SAMPLES and request.add_samples:
        found.add("add_samples", f"not for {kind.value}", "none", len(request.add_samples))
    own = {sample.id for sample in record.samples}
    for index, sample_id in enumerate(request.remove_sample_ids):
        if sample_id not in own:
            found.add(f"remove_sample_ids[{index}]", "no such sample", "its samples", sample_id)


def check_left(
    found: Violations,
    request: library_pb2.UpdateLibraryEntryRequest,
    record: EntryRecord,
    added: Sequence[NewSample],
    kind: LibraryKind,
) -> None:
    """Check the samples that an entry has after a change."""
    removed = set(request.remove_sample_ids)
    kept = [sample for sample in record.samples if sample.id not in removed]
    left = [sample.negative for sample in kept]
    left += [sample.negative for sample in unknown(added, kept)]
    if kind in WITH_SAMPLES and all(left):
        found.add("remove_sample_ids", "leaves no sample that shows the entry", "1", 0)
    found.count("add_samples", len(left), MAX_SAMPLES)
