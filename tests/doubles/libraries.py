"""Own libraries of the double: entries as they were sent, samples taken without a look."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from doubles.world import Fault, Service

from videre.v1 import library_pb2 as pb
from videre.v1 import library_pb2_grpc

#: A picture of these bytes shows nobody.
NOBODY = b"nobody"


class LibraryApi(Service, library_pb2_grpc.LibraryServiceServicer):
    """Libraries in dictionaries, in the order they were made."""

    def CreateLibrary(self, request: Any, context: Any) -> Any:
        def work() -> Any:
            library = pb.Library(
                library_id=request.library_id, kind=request.kind, name=request.name,
                usages=request.usages or [pb.LIBRARY_USAGE_RECOGNITION], tags=request.tags,
                version=1, bound_version=1, etag="1",
            )  # fmt: skip
            if request.HasField("threshold"):
                library.threshold = request.threshold
            self.world.libraries[request.library_id] = library
            return pb.CreateLibraryResponse(library=library)

        return self.answer(context, request, work, "CreateLibrary")

    def _found(self, request: Any) -> pb.Library | None:
        return self.world.libraries.get(request.library_id)

    def _answer(self, request: Any, context: Any, name: str, work: Any) -> Any:
        missing = Fault("NOT_FOUND", "LIBRARY_NOT_FOUND", f"no library {request.library_id}")
        return self.answer(
            context, request, lambda: work() if self._found(request) else missing, name
        )

    def GetLibrary(self, request: Any, context: Any) -> Any:
        return self._answer(
            request, context, "GetLibrary",
            lambda: pb.GetLibraryResponse(library=self._found(request)),
        )  # fmt: skip

    def ListLibraries(self, request: Any, context: Any) -> Any:
        found = [one for one in self.world.libraries.values() if request.kind in (0, one.kind)]
        answer = pb.ListLibrariesResponse(libraries=found)
        return self.answer(context, request, lambda: answer, "ListLibraries")

    def UpdateLibrary(self, request: Any, context: Any) -> Any:
        def work() -> Any:
            library = self.world.libraries[request.library_id]
            library.version += 1
            if request.HasField("name"):
                library.name = request.name
            return pb.UpdateLibraryResponse(library=library)

        return self._answer(request, context, "UpdateLibrary", work)

    def DeleteLibrary(self, request: Any, context: Any) -> Any:
        def work() -> Any:
            del self.world.libraries[request.library_id]
            return pb.DeleteLibraryResponse()

        return self._answer(request, context, "DeleteLibrary", work)

    def AddLibraryEntries(self, request: Any, context: Any) -> Any:
        def work() -> Any:
            library = self.world.libraries[request.library_id]
            answer = pb.AddLibraryEntriesResponse()
            for index, new in enumerate(request.entries):
                entry = pb.LibraryEntry(entry_id=new.entry_id, name=new.name,
                                        category=new.category, tags=new.tags,
                                        node_id=new.node_id)  # fmt: skip
                for place, sample in enumerate(new.samples):
                    if sample.picture == NOBODY:
                        answer.errors.add(
                            field=f"entries[{index}].samples[{place}]", reason="FACE_NOT_FOUND",
                            message="no face was found",
                        )  # fmt: skip
                    else:
                        entry.samples.add(sample_id=f"s{place}", negative=sample.negative,
                                          engine="faces@1")  # fmt: skip
                self.world.entries.setdefault(library.library_id, {})[new.entry_id] = entry
                answer.entries.append(entry)
            library.entry_count = len(self.world.entries[library.library_id])
            answer.library.CopyFrom(library)
            return answer

        return self._answer(request, context, "AddLibraryEntries", work)

    def GetLibraryEntry(self, request: Any, context: Any) -> Any:
        entries = self.world.entries.get(request.library_id, {})
        return self._answer(
            request, context, "GetLibraryEntry",
            lambda: pb.GetLibraryEntryResponse(entry=entries[request.entry_id]),
        )  # fmt: skip

    def ListLibraryEntries(self, request: Any, context: Any) -> Any:
        entries = list(self.world.entries.get(request.library_id, {}).values())
        start = int(request.page_token or 0)
        following = str(start + 2) if start + 2 < len(entries) else ""
        answer = pb.ListLibraryEntriesResponse(
            entries=entries[start : start + 2], next_page_token=following
        )
        return self._answer(request, context, "ListLibraryEntries", lambda: answer)

    def UpdateLibraryEntry(self, request: Any, context: Any) -> Any:
        def work() -> Any:
            entry = self.world.entries[request.library_id][request.entry_id]
            if request.HasField("name"):
                entry.name = request.name
            for sample in request.add_samples:
                entry.samples.add(sample_id=f"s{len(entry.samples)}", negative=sample.negative)
            return pb.UpdateLibraryEntryResponse(entry=entry, library=self._found(request))

        return self._answer(request, context, "UpdateLibraryEntry", work)

    def RemoveLibraryEntries(self, request: Any, context: Any) -> Any:
        def work() -> Any:
            for entry_id in request.entry_ids:
                del self.world.entries[request.library_id][entry_id]
            library = self.world.libraries[request.library_id]
            library.entry_count = len(self.world.entries[request.library_id])
            return pb.RemoveLibraryEntriesResponse(library=library)

        return self._answer(request, context, "RemoveLibraryEntries", work)

    def ExportLibrary(self, request: Any, context: Any) -> Iterator[Any]:
        self.world.seen.append(("ExportLibrary", request))
        if self._found(request) is None:
            Fault("NOT_FOUND", "LIBRARY_NOT_FOUND", f"no library {request.library_id}").abort(
                context
            )
        data = b"a file of a library"
        yield pb.ExportLibraryResponse(
            data=data[:7], total_size=len(data), file_name="../staff.zip",
            media_type="application/zip", sha256=hashlib.sha256(data).hexdigest(), entry_count=2,
            samples_left_out=3, entries_left_out=1,
        )  # fmt: skip
        yield pb.ExportLibraryResponse(data=data[7:])

    def ImportLibrary(self, request: Any, context: Any) -> Any:
        def work() -> Any:
            errors = [
                pb.LibraryItemError(field="entries[1]", reason="FIELD_INVALID", line=3,
                                    message="is bad"),
                pb.LibraryItemError(field="entries[2].samples[0]", reason="FACE_NOT_FOUND",
                                    message="no face was found", file="ada/1.jpg"),
            ]  # fmt: skip
            return pb.ImportLibraryResponse(
                added_count=1, replaced_count=2, unchanged_count=3, refused_count=5, errors=errors
            )

        return self.answer(context, request, work, "ImportLibrary")

    def TrainHead(self, request: Any, context: Any) -> Any:
        def work() -> Any:
            answer = pb.TrainHeadResponse(kept=request.name != "worse", left_out_count=1)
            answer.head.figures.log_loss, answer.before.log_loss = 0.125, 0.5
            answer.entry.entry_id, answer.entry.version = request.entry_id, 2
            return answer

        return self._answer(request, context, "TrainHead", work)

    def RestoreHead(self, request: Any, context: Any) -> Any:
        def work() -> Any:
            entry = pb.LibraryEntry(entry_id=request.entry_id, version=4)
            return pb.RestoreHeadResponse(entry=entry)

        return self._answer(request, context, "RestoreHead", work)

    def ListIdentities(self, request: Any, context: Any) -> Any:
        answer = pb.ListIdentitiesResponse()
        answer.identities.add(
            identity_id="abcd", media_count=3,
            persons=[pb.PersonReference(media_id="m1", person_id="p1")],
        )  # fmt: skip
        return self.answer(context, request, lambda: answer, "ListIdentities")
