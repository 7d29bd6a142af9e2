"""What lies in a folder of a bucket and the folders in it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import obstore

from videre.common.egress import Egress
from videre.orchestrator.media.bucket_objects import failing, reached
from videre.orchestrator.media.buckets import BucketAddress, version_of
from videre.orchestrator.triggers.rules import Listed, too_many


async def objects_in(egress: Egress, folder: BucketAddress, most: int) -> list[Listed]:
    """Return the objects of a folder, in the order of their paths.

    What has a folder or a name that begins with a dot is left out, as in folders of files, and so
    are the empty objects by which consoles show folders. The version is the entity tag and the time
    in nanoseconds: the same bytes put again are another version, as a file's are.

    Args:
        egress: says whether the endpoint may be reached.
        folder: what is looked at.
        most: objects that are looked at.

    Raises:
        VidereError: URI_FORBIDDEN; FETCH_FAILED, it cannot be listed, or has too many objects.
    """
    store = await reached(egress, folder.bucket)
    below = f"{folder.key}/" if folder.key else ""
    found: dict[str, Listed] = {}
    with failing():
        async for some in obstore.list(store, prefix=folder.key or None):
            for one in some:
                version = version_of(one["e_tag"], one["last_modified"].timestamp())
                path = one["path"].removeprefix(below)
                found[path] = Listed(path, version, one["size"])
            if len(found) > most:
                raise too_many(most)
    return await asyncio.to_thread(files_among, found)


def files_among(found: Mapping[str, Listed]) -> list[Listed]:
    """Return what stands for files, by path, in the order of the paths."""
    folders: set[str] = set()
    for path in found:
        while (path := path.rpartition("/")[0]) and path not in folders:
            folders.add(path)
    return [
        found[path] for path in sorted(found)
        if not any(part.startswith(".") for part in path.split("/"))
        and (found[path].size_bytes or path not in folders)
    ]  # fmt: skip
