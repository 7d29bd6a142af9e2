"""The taxonomy of each project: that of the installation with the project's own additions."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Final

from videre.common.errors import Reason, VidereError
from videre.orchestrator.store.overlays import OverlayRecord, OverlayStore
from videre.orchestrator.taxonomy.entries import TaxonomyError
from videre.orchestrator.taxonomy.model import Taxonomy
from videre.orchestrator.taxonomy.overlay import Overlay, merge

#: Merged taxonomies that are held; one has about 2 MB.
_HELD: Final = 16


class Taxonomies:
    """Merges a project's additions once per version. Blocking: call through threads.

    Args:
        installation: the taxonomy of the release with the operator's files.
        store: the projects' additions.
    """

    def __init__(self, installation: Taxonomy, store: OverlayStore) -> None:
        self.installation = installation
        self.store = store
        self._lock = threading.Lock()
        self._held: OrderedDict[tuple[str, int], Taxonomy] = OrderedDict()

    def latest(self, project_id: str) -> Taxonomy:
        """Return the taxonomy that the project's next job is labelled with.

        Raises:
            VidereError: TAXONOMY_CONFLICT.
        """
        return self.at(project_id, self.store.latest_version(project_id))

    def shown(self, project_id: str) -> Taxonomy:
        """Return the taxonomy that results are shown with; additions that do not fit name nothing.

        What is known stays readable whatever becomes of the additions.
        """
        try:
            return self.latest(project_id)
        except VidereError as error:
            if error.reason is not Reason.TAXONOMY_CONFLICT:
                raise
            return self.installation

    def at(self, project_id: str, version: int) -> Taxonomy:
        """Return the taxonomy with a version of the project's additions; 0 = without any.

        Raises:
            VidereError: TAXONOMY_CONFLICT where the additions do not fit the installation any more.
        """
        if not version:
            return self.installation
        key = project_id, version
        with self._lock:
            held = self._held.get(key)
            if held is not None:
                self._held.move_to_end(key)
                return held
        made = self.of_record(self.store.get(project_id, version))
        with self._lock:
            self._held[key] = made
            while len(self._held) > _HELD:
                self._held.popitem(last=False)
        return made

    def of_record(self, record: OverlayRecord) -> Taxonomy:
        """Return the taxonomy with stored additions.

        Raises:
            VidereError: TAXONOMY_CONFLICT.
        """
        try:
            return self.merged(record.document)
        except TaxonomyError as error:
            raise VidereError(
                Reason.TAXONOMY_CONFLICT,
                f"the project's additions {record.version} do not fit the taxonomy "
                f"{self.installation.version}: {error}",
                metadata={"overlay_version": str(record.version)},
            ) from error

    def merged(self, document: Mapping[str, Any]) -> Taxonomy:
        """Return the taxonomy with additions that are not stored.

        Raises:
            TaxonomyError: they break a rule.
        """
        if not document:
            return self.installation
        try:
            return merge(self.installation, [Overlay("", document)])
        except TaxonomyError as error:
            raise TaxonomyError(str(error).removeprefix(": ")) from None
