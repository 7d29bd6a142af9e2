"""What the chain of verdicts says of one verdict: digests and versions, no contents. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from videre.common.values import NS, canonical_json, sha256_hex
from videre.orchestrator.document import PinnedEngine, RuleVersions
from videre.orchestrator.document.canonical import StoredDocument
from videre.orchestrator.moderation.words import WordList


@dataclass(frozen=True, slots=True)
class VerdictFacts:
    """What a verdict is, and what it was made of.

    Args:
        media_digest: SHA-256 of the media's bytes.
        result_digest: of the result document.
        verdict_digest: of the verdict's canonical JSON.
        template: "id@version".
        moderation: version of the rules.
        libraries: own libraries that were looked for, and hash lists that were compared,
            "id@version".
        models: "feature engine@version digest …" of every engine that looked, by feature.
    """

    media_digest: str
    result_digest: str
    verdict_digest: str
    template: str
    moderation: str
    libraries: tuple[str, ...] = ()
    models: tuple[str, ...] = ()

    def said(self) -> dict[str, Any]:
        """Return the facts as JSON values."""
        return {
            "media_digest": self.media_digest,
            "result_digest": self.result_digest,
            "verdict_digest": self.verdict_digest,
            "template": self.template,
            "moderation": self.moderation,
            "libraries": list(self.libraries),
            "models": list(self.models),
        }

    def differing(self, said: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the names of facts that a link says otherwise."""
        return tuple(name for name, value in self.said().items() if said.get(name) != value)


def verdict_facts(
    document: StoredDocument,
    result_digest: str,
    *,
    rules: RuleVersions | None = None,
    verdict_digest: str = "",
) -> VerdictFacts | None:
    """Return the facts of a result document's verdict; None where it has none.

    Args:
        document: the document, or the one that it was made of.
        result_digest: of the document.
        rules: instead of those in it.
        verdict_digest: instead of that of the verdict in it.

    Raises:
        ValueError: not a result document.
    """
    digest = verdict_digest or document.part_digest("verdict")
    if not digest:
        return None
    media, engines, said = document.read("media", "engines", "rules")
    used: RuleVersions = rules or said
    return VerdictFacts(
        media_digest=media.digest,
        result_digest=result_digest,
        verdict_digest=digest,
        template=used.moderation_template,
        moderation=used.moderation,
        libraries=libraries_of(used),
        models=models_of(engines),
    )


def libraries_of(rules: RuleVersions) -> tuple[str, ...]:
    """Return every own library that an answer was made with, "id@version", in order."""
    return tuple(sorted({*rules.libraries, *rules.hash_lists}))


def models_of(engines: Iterable[PinnedEngine]) -> tuple[str, ...]:
    """Return every engine with the digests of its models, by feature."""
    return tuple(
        sorted(
            " ".join((one.feature, f"{one.engine}@{one.version}", *one.model_digests))
            for one in engines
        )
    )


def list_digest(word_list: WordList) -> str:
    """Return the SHA-256 (hex) of all that a word list says, as canonical JSON."""
    return sha256_hex(canonical_json(_plain(dataclasses.asdict(word_list))))


def _plain(value: Any) -> Any:
    """Return JSON values: sets in order, records as objects."""
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def instant(time_ns: int) -> str:
    """Return an instant in UTC to the nanosecond; the order of such texts is that of time."""
    whole = datetime.fromtimestamp(time_ns // NS, UTC)
    return f"{whole:%Y-%m-%dT%H:%M:%S}.{time_ns % NS:09d}Z"
