"""What somebody saw and heard in media of the test set, as labels: `seen_labels.toml`."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from videre.orchestrator.taxonomy.model import Taxonomy

_SEEN: Final = Path(__file__).with_name("seen_labels.toml")
_BELOW: Final = ".*"
#: Labels from this level on are judged: those of the first only gather others.
LEAST_LEVEL: Final = 2
#: Colours are measured, not recognised.
_NOT_JUDGED: Final = ("color",)


@dataclass(frozen=True, slots=True)
class SeenLabels:
    """Nodes of the taxonomy that hold for a media.

    Args:
        nodes: those that hold; their parents hold too.
        unclear: neither right nor wrong; "music.*" = everything below music.
        unheard: nobody listened: what is only heard is unclear.
        captions: lines to be drawn into the picture for films about it.
        spoken: sentences to be said over it, as a recogniser writes them.
        about: nodes that captions and sentences are about.
        named_once: nodes that they name in passing and that may hold.
        one_person: seconds in which one face is shown, of somebody no other media shows; or None.
    """

    nodes: frozenset[str]
    unclear: frozenset[str] = frozenset()
    unheard: bool = False
    captions: tuple[str, ...] = ()
    spoken: tuple[str, ...] = ()
    about: frozenset[str] = frozenset()
    named_once: frozenset[str] = frozenset()
    one_person: tuple[float, float] | None = None

    def talked_about(self) -> SeenLabels:
        """Return what holds once the captions are shown or the sentences said."""
        return SeenLabels(
            self.nodes | self.about, self.unclear | self.named_once, self.unheard,
            self.captions, self.spoken,
        )  # fmt: skip

    def together(self, other: SeenLabels) -> SeenLabels:
        """Return what holds of two media at once."""
        return SeenLabels(
            self.nodes | other.nodes, self.unclear | other.unclear, self.unheard or other.unheard
        )


def seen_labels(path: Path) -> SeenLabels | None:
    """Return what is known of a media, which is known by its bytes; None = nobody looked."""
    with path.open("rb") as source:
        digest = hashlib.file_digest(source, "sha256").hexdigest()
    entry = _entries().get(digest)
    if entry is None:
        return None
    start_s, end_s = entry.get("one_person", (0.0, 0.0))
    return SeenLabels(
        nodes=frozenset(entry["nodes"]),
        unclear=frozenset(entry.get("unclear", ())),
        unheard=entry.get("unheard", False),
        captions=tuple(entry.get("captions", ())),
        spoken=tuple(entry.get("spoken", ())),
        about=frozenset(entry.get("about", ())),
        named_once=frozenset(entry.get("named_once", ())),
        one_person=(start_s, end_s) if end_s else None,
    )


@cache
def _entries() -> dict[str, dict[str, Any]]:
    return tomllib.loads(_SEEN.read_text(encoding="utf-8"))


def with_parents(nodes: Iterable[str], taxonomy: Taxonomy) -> frozenset[str]:
    """Return judged nodes and those above them."""
    return frozenset(
        step
        for node in nodes
        for step in taxonomy.lineage(node)
        if taxonomy.node(step).level >= LEAST_LEVEL and not taxonomy.is_within(step, _NOT_JUDGED)
    )


def is_unclear(node: str, unclear: Collection[str], taxonomy: Taxonomy) -> bool:
    """Tell whether a node is neither right nor wrong: an unclear one, or above or below one."""
    if any(node in taxonomy.lineage(other) for other in unclear if not other.endswith(_BELOW)):
        return True
    return any(step in unclear or f"{step}{_BELOW}" in unclear for step in taxonomy.lineage(node))
