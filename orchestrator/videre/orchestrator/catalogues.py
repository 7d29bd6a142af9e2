"""The items of projects, read once and then only where they changed."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

from videre.orchestrator.recommend.catalogue import Catalogue, Vocabulary
from videre.orchestrator.recommend.model import Item
from videre.orchestrator.store.audience_items import ItemStore

#: Projects whose items are held.
_HELD: Final = 8


@dataclass(slots=True)
class _Held:
    """What is held of a project: items by key, each with its edit."""

    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    items: dict[int, tuple[int, Item]] = field(default_factory=dict)
    made: Catalogue | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


class Catalogues:
    """Gives the catalogue of a project as it is stored now. Blocking: call through threads."""

    def __init__(self, store: ItemStore) -> None:
        self._store = store
        self._held: OrderedDict[str, _Held] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, project_id: str) -> Catalogue:
        """Return all that may be recommended in a project, by media id."""
        with self._lock:
            held = self._held.setdefault(project_id, _Held())
            self._held.move_to_end(project_id)
            while len(self._held) > _HELD:
                self._held.popitem(last=False)
        with held.lock:
            return self._current(project_id, held)

    def blocked(self, project_id: str) -> list[int]:
        """Return the keys of items that are advised to be blocked."""
        return self._store.blocked(project_id)

    def _current(self, project_id: str, held: _Held) -> Catalogue:
        edits = self._store.edits(project_id)
        gone = held.items.keys() - edits.keys()
        stale = [
            key
            for key, edit in edits.items()
            if key not in held.items or held.items[key][0] != edit
        ]
        for key in gone:
            del held.items[key]
        for one in self._store.items(stale) if stale else ():
            item = held.vocabulary.item(one.key, one.media_id, one.create_ns, one.row)
            held.items[one.key] = one.edit, item
        if held.made is None or gone or stale:
            by_id = sorted((item for _, item in held.items.values()), key=lambda one: one.media_id)
            held.made = Catalogue(held.vocabulary, by_id)
        return held.made
