"""Changes of a project's additions to the taxonomy: checked as a whole, stored as a version."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from videre.common.auth import current_principal
from videre.common.errors import Reason, VidereError, invalid
from videre.common.values import canonical_json
from videre.orchestrator.api.taxonomy.checks import MAX_TOML, refused
from videre.orchestrator.store.overlays import OverlayRecord
from videre.orchestrator.taxonomies import Taxonomies
from videre.orchestrator.taxonomy.edit import Document
from videre.orchestrator.taxonomy.entries import TaxonomyError
from videre.orchestrator.taxonomy.model import Taxonomy

#: Makes new additions of those there are, which it is given with the taxonomy they make.
Edit = Callable[[Document, Taxonomy], Document]
#: Times a change is made anew because another call was faster.
_TRIES: Final = 5


class Changes:
    """Makes changes one after the other. Blocking: call through threads."""

    def __init__(self, taxonomies: Taxonomies) -> None:
        self._taxonomies = taxonomies

    def latest(self, project_id: str) -> OverlayRecord:
        """Return the latest additions of a project."""
        store = self._taxonomies.store
        return store.get(project_id, store.latest_version(project_id))

    def make(
        self, project_id: str, field: str, change: Edit | Document, etag: str, *, store: bool
    ) -> tuple[OverlayRecord, Taxonomy]:
        """Change a project's additions; return them and the taxonomy they make.

        A change that changes nothing stores nothing, so that a call may be repeated whose answer
        was lost.

        Args:
            field: of the request; named where the new additions do not hold together.
            change: what to make of the old additions, or the new ones.
            etag: of the additions that the caller knows; "" = whatever they are.
            store: False = check only; the old additions are returned, and the new taxonomy.

        Raises:
            VidereError: FIELD_INVALID, ETAG_MISMATCH, TAXONOMY_CONFLICT, what `change` raises.
        """
        for _ in range(_TRIES):
            record = self.latest(project_id)
            if etag and etag != str(record.version) and not self._says(record, change):
                raise _stale(project_id, etag)
            document = self._changed(record, change)
            taxonomy = self._checked(document, field)
            if not store or document == record.document:
                return record, taxonomy
            subject = current_principal().subject
            made = self._taxonomies.store.append(project_id, record.version, document, subject)
            if made is not None:
                return made, taxonomy
        raise _stale(project_id, etag)

    def _changed(self, record: OverlayRecord, change: Edit | Document) -> Document:
        if callable(change):
            return change(record.document, self._taxonomies.of_record(record))
        return change

    def _says(self, record: OverlayRecord, change: Edit | Document) -> bool:
        """Tell whether the additions are what a change makes: it was made before."""
        try:
            return self._changed(record, change) == record.document
        except VidereError:
            return False

    def _checked(self, document: Document, field: str) -> Taxonomy:
        try:
            taxonomy = self._taxonomies.merged(document)
        except TaxonomyError as error:
            raise refused(field, error) from error
        size = len(canonical_json(dict(document)))
        if size > MAX_TOML:
            limit = f"{MAX_TOML} bytes"
            raise invalid(field, f"makes additions of {size} bytes", limit=limit, actual=str(size))
        return taxonomy


def _stale(project_id: str, etag: str) -> VidereError:
    return VidereError(
        Reason.ETAG_MISMATCH,
        f"the additions to the taxonomy changed since etag {etag!r}",
        metadata={"id": project_id, "etag": etag},
    )
