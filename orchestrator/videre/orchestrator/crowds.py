"""What the users of projects did, read once and then only of those who changed. In memory alone.

Profiles are sealed where they are stored, and no sum over pairs of media is stored beside them:
nothing but the profiles themselves has to be erased.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

from videre.orchestrator.recommend.catalogue import Catalogue
from videre.orchestrator.recommend.crowd import Crowd, History, history
from videre.orchestrator.store.audience_feed import AudienceFeed, Place

#: Projects whose users are held.
_HELD: Final = 4
#: Users of a project who count, those who did something last. With 100 events each of 32 bytes
#: they take 32 MB at most.
MOST_USERS: Final = 10_000
#: Profiles that are read at once.
_BATCH: Final = 500


@dataclass(slots=True)
class _Held:
    """What is held of a project: histories by users, those who changed last at the end."""

    place: Place | None = None
    codes: dict[str, int] = field(default_factory=dict)
    users: OrderedDict[str, History] = field(default_factory=OrderedDict)
    made: tuple[Catalogue, Crowd] | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


class Crowds:
    """Gives what the users of a project did, as it is stored now. Blocking: call through threads.

    Args:
        most: users of a project who count.
    """

    def __init__(self, feed: AudienceFeed, most: int = MOST_USERS) -> None:
        self._feed, self._most = feed, most
        self._held: OrderedDict[str, _Held] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, project_id: str, catalogue: Catalogue) -> Crowd:
        """Return what users did with the media of a catalogue.

        Raises:
            VidereError: KEY_MISSING, a profile cannot be opened.
        """
        with self._lock:
            held = self._held.setdefault(project_id, _Held())
            self._held.move_to_end(project_id)
            while len(self._held) > _HELD:
                self._held.popitem(last=False)
        with held.lock:
            changed = self._follow(project_id, held)
            if changed or held.made is None or held.made[0] is not catalogue:
                # The same users in the same order, whether they were read at once or followed.
                histories = [held.users[name] for name in sorted(held.users)]
                held.made = catalogue, Crowd(catalogue, held.codes, histories)
            return held.made[1]

    def forget(self, project_id: str) -> None:
        """Hold no more of a project's users than are stored."""
        with self._lock:
            held = self._held.get(project_id)
        if held is not None:
            with held.lock:
                if self._follow(project_id, held):
                    held.made = None

    def _follow(self, project_id: str, held: _Held) -> bool:
        """Read what has changed; tell whether anything has."""
        if held.place is None:
            held.place = self._feed.newest_users(project_id, self._most)
        changed = False
        while some := self._feed.users(project_id, held.place, _BATCH):
            changed = True
            for one in some:
                held.users.pop(one.exported, None)
                if one.events:
                    held.users[one.exported] = history(one.events, held.codes)
            held.place = Place(some[-1].number, some[-1].pseudonym)
            while len(held.users) > self._most:
                held.users.popitem(last=False)
        return changed
