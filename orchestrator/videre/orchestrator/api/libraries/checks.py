"""Every limit of a request about libraries. Pure."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from typing import Final

from videre.orchestrator.api.validation import DIGEST, Violations, check_tags
from videre.orchestrator.library.entries import PHASH, SHA256
from videre.orchestrator.library.model import CONTENT, MAX_BATCH, MAX_SAMPLES, WITH_SAMPLES
from videre.orchestrator.library.model import LibraryKind as Kind
from videre.orchestrator.library.model import LibraryUsage as Usage
from videre.orchestrator.moderation.folds import TOLERABLE, plain
from videre.orchestrator.moderation.patterns import check_pattern
from videre.v1 import library_pb2 as pb

LIBRARY_ID: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
ENTRY_ID: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}")
MAX_PICTURE: Final = 3 << 20
_MAX_NAME: Final = 256
_MAX_CATEGORY: Final = 64
_MAX_SPELLINGS: Final = 20
#: What a hash looks like, by its algorithm.
_HASHES: Final = {
    PHASH: re.compile(r"[0-9a-fA-F]{16}"),
    SHA256: re.compile(r"[0-9a-fA-F]{64}"),
}
_MAX_DISTANCE: Final = 32
_MAX_WINDOW: Final = 200
TOLERANCES: Final = {pb.WordTolerance.Value(f"WORD_TOLERANCE_{f.name}"): f for f in TOLERABLE}
KINDS: Final = {pb.LibraryKind.Value(f"LIBRARY_KIND_{kind.name}"): kind for kind in Kind}
USAGES: Final = {pb.LibraryUsage.Value(f"LIBRARY_USAGE_{usage.name}"): usage for usage in Usage}


def check_kind(found: Violations, kind: int, *, required: bool, field: str = "kind") -> None:
    """Check the kind that a library has, or that is asked for."""
    if kind not in KINDS and (required or kind != pb.LIBRARY_KIND_UNSPECIFIED):
        found.add(field, "is no kind", ", ".join(pb.LibraryKind.keys()[1:]), kind)


def check_new(found: Violations, request: pb.CreateLibraryRequest) -> None:
    """Check a library to be made."""
    if request.library_id:
        found.pattern("library_id", request.library_id, LIBRARY_ID)
    check_kind(found, request.kind, required=True)
    check_head(found, request)


def check_head(
    found: Violations,
    request: pb.CreateLibraryRequest | pb.UpdateLibraryRequest,
) -> None:
    """Check name, description, usages, tags and threshold of a library."""
    check_words(found, request.name, request.description)
    for index, usage in enumerate(request.usages):
        if usage not in USAGES:
            names = ", ".join(pb.LibraryUsage.keys()[1:])
            found.add(f"usages[{index}]", "is no usage", names, usage)
    check_tags(found, request.tags)
    if request.HasField("threshold"):
        found.number("threshold", request.threshold, 0, 1)


def check_words(found: Violations, name: str, description: str, prefix: str = "") -> None:
    """Check a name and a description."""
    _check_text(found, f"{prefix}name", name, _MAX_NAME)
    found.size(f"{prefix}description", description, 1_024)


def check_category(found: Violations, category: str, prefix: str = "") -> None:
    """Check the group of an entry."""
    _check_text(found, f"{prefix}category", category, _MAX_CATEGORY)


def _check_text(found: Violations, field: str, text: str, limit: int) -> None:
    found.size(field, text, limit)
    if "\0" in text:
        found.add(field, "has a zero character", "no zero character", text)


def check_entries(
    found: Violations,
    entries: Sequence[pb.NewLibraryEntry],
    kind: Kind,
    nodes: Container[str],
) -> None:
    """Check entries to be added to a library of a kind."""
    seen: set[str] = set()
    for index, entry in enumerate(entries):
        check_entry(found, entry, kind, nodes, f"entries[{index}].", seen)


def check_entry(
    found: Violations,
    entry: pb.NewLibraryEntry,
    kind: Kind,
    nodes: Container[str],
    prefix: str,
    seen: set[str],
) -> None:
    """Check an entry to be added; its id joins the ones that were seen.

    Args:
        found: takes what is wrong.
        entry: the entry.
        kind: of the library.
        nodes: of the project's taxonomy.
        prefix: of the entry's fields.
        seen: ids of other entries.
    """
    if entry.entry_id:
        found.pattern(f"{prefix}entry_id", entry.entry_id, ENTRY_ID)
        if entry.entry_id in seen:
            found.add(f"{prefix}entry_id", "stands twice", "unique ids", entry.entry_id)
        seen.add(entry.entry_id)
    if not entry.name.strip():
        found.add(f"{prefix}name", "is empty", f"1..{_MAX_NAME} bytes", "")
    check_words(found, entry.name, entry.description, prefix)
    check_category(found, entry.category, prefix)
    check_tags(found, entry.tags, prefix)
    check_node(found, entry.node_id, kind, nodes, prefix)
    check_samples(found, entry.samples, f"{prefix}samples")
    check_content(found, entry, kind, prefix, required=True)
    if kind is Kind.HEADS:
        found.add(f"{prefix}entry_id", "is a head, which TrainHead makes", "none", entry.entry_id)
    if kind not in WITH_SAMPLES and entry.samples:
        found.add(f"{prefix}samples", f"not for {kind.value}", "none", len(entry.samples))
    if kind in WITH_SAMPLES and all(sample.negative for sample in entry.samples):
        found.add(f"{prefix}samples", "none shows the entry", "1..20", len(entry.samples))


def check_node(
    found: Violations, node_id: str, kind: Kind, nodes: Container[str], prefix: str = ""
) -> None:
    """Check the taxonomy node that matches of an entry speak for; "" = none."""
    if node_id and kind is Kind.PERSONS:
        found.add(f"{prefix}node_id", f"not for {kind.value}", "none", node_id)
    elif node_id and node_id not in nodes:
        found.add(f"{prefix}node_id", "is no node of the taxonomy", "a node", node_id)


def check_export(found: Violations, request: pb.ExportLibraryRequest) -> None:
    """Check what is asked of a library as a file."""
    if request.format not in pb.LibraryFileFormat.values():
        names = ", ".join(pb.LibraryFileFormat.keys()[1:])
        found.add("format", "is no format", names, request.format)
    check_category(found, request.category)


def check_import(found: Violations, request: pb.ImportLibraryRequest) -> None:
    """Check where a file comes from and what is to become of it."""
    match request.WhichOneof("source"):
        case "data":
            if not 1 <= len(request.data) <= MAX_PICTURE:
                size = len(request.data)
                found.add("data", "has a bad size", f"1..{MAX_PICTURE} bytes", size)
        case "upload_id":
            found.named("upload_id", request.upload_id)
        case None:
            found.add("source", "is empty", "data or upload_id", "")
    check_kind(found, request.create_kind, required=False, field="create_kind")
    if request.create_kind:
        found.pattern("library_id", request.library_id, LIBRARY_ID)


def check_batch(found: Violations, field: str, count: int) -> None:
    """Check how many items a call is about."""
    found.number(field, count, 1, MAX_BATCH)


def check_samples(found: Violations, samples: Iterable[pb.NewLibrarySample], field: str) -> None:
    """Check samples to be added."""
    given = list(samples)
    found.count(field, len(given), MAX_SAMPLES)
    for index, sample in enumerate(given):
        at = f"{field}[{index}]"
        match sample.WhichOneof("source"):
            case None:
                found.add(at, "has no source", "picture, artifact_digest …", "none")
            case "picture":
                if not 1 <= len(sample.picture) <= MAX_PICTURE:
                    size = len(sample.picture)
                    found.add(f"{at}.picture", "has a bad size", f"1..{MAX_PICTURE} bytes", size)
            case "artifact_digest":
                found.pattern(f"{at}.artifact_digest", sample.artifact_digest, DIGEST)
            case "person":
                found.named(f"{at}.person.media_id", sample.person.media_id)
                found.named(f"{at}.person.person_id", sample.person.person_id)
            case "identity_id":
                found.named(f"{at}.identity_id", sample.identity_id)
        if sample.HasField("box"):
            for name in ("x", "y", "width", "height"):
                found.number(f"{at}.box.{name}", getattr(sample.box, name), 0, 1)


def check_content(
    found: Violations,
    entry: pb.NewLibraryEntry | pb.UpdateLibraryEntryRequest,
    kind: Kind,
    prefix: str = "",
    *,
    required: bool,
) -> None:
    """Check that an entry's content is that of its library's kind."""
    given, wanted = entry.WhichOneof("content"), CONTENT.get(kind)
    if given != wanted and (given or required):
        found.add(f"{prefix}content", f"is not that of {kind.value}", wanted or "none", given or "")
    elif given == "word":
        _check_word(found, entry.word, f"{prefix}word")
    elif given == "hash":
        _check_hash(found, entry.hash, f"{prefix}hash")


def _check_word(found: Violations, word: pb.WordContent, field: str) -> None:
    spellings = [(f"{field}.text", word.text)]
    spellings += [(f"{field}.aliases[{i}]", text) for i, text in enumerate(word.aliases)]
    for name, text in spellings:
        found.size(name, text, _MAX_NAME)
        if word.pattern:
            _check_pattern(found, name, text)
        else:
            _check_letters(found, name, text)
    for list_name in ("aliases", "exceptions", "near", "unless"):
        found.count(f"{field}.{list_name}", len(getattr(word, list_name)), _MAX_SPELLINGS)
    for list_name in ("exceptions", "near", "unless"):
        for i, text in enumerate(getattr(word, list_name)):
            found.size(f"{field}.{list_name}[{i}]", text, _MAX_NAME)
            _check_letters(found, f"{field}.{list_name}[{i}]", text)
    for i, tolerance in enumerate(word.tolerated):
        if tolerance not in TOLERANCES:
            names = ", ".join(pb.WordTolerance.keys()[1:])
            found.add(f"{field}.tolerated[{i}]", "is no tolerance", names, tolerance)
    if word.HasField("window"):
        found.number(f"{field}.window", word.window, 1, _MAX_WINDOW)


def _check_letters(found: Violations, field: str, text: str) -> None:
    if not plain(text).text:
        found.add(field, "has no letters or digits", "a word or phrase", text)


def _check_pattern(found: Violations, field: str, text: str) -> None:
    try:
        check_pattern(text)
    except ValueError as error:
        found.add(field, f"is no pattern: {error}", "a regular expression (RE2)", text)


def _check_hash(found: Violations, content: pb.HashContent, field: str) -> None:
    form = _HASHES.get(content.algorithm)
    if form is None:
        name = content.algorithm
        found.add(f"{field}.algorithm", "is no algorithm known here", ", ".join(_HASHES), name)
    found.pattern(f"{field}.value", content.value, form or _HASHES[PHASH])
    if content.HasField("max_distance"):
        most = 0 if content.algorithm == SHA256 else _MAX_DISTANCE
        found.number(f"{field}.max_distance", content.max_distance, 0, most)
