"""Reading what own libraries are looked for in, beside a document."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

from videre.orchestrator.document import Analysis
from videre.orchestrator.document.canonical import record_from_json, record_to_json
from videre.orchestrator.fusion.people import Faces
from videre.orchestrator.library.bind import Shown, bind, to_ask
from videre.orchestrator.library.entries import NO_FEATURES, StoredFeatures
from videre.orchestrator.library.heads import SeenBy
from videre.orchestrator.library.marks import read_features
from videre.orchestrator.library.material import NO_MATERIAL, Material
from videre.orchestrator.library.votes import Ground, vote, voted
from videre.orchestrator.library.wanted import HeadLibrary, Library, PictureLibrary
from videre.orchestrator.steps.kept_embeddings import seen_by
from videre.orchestrator.steps.runtime import Runtime


def keep_material(run: Runtime, project_id: str, material: Material) -> str:
    """Keep what libraries are looked for in; return its digest, "" for nothing."""
    if material == NO_MATERIAL:
        return ""
    return run.artifacts.put(project_id, record_to_json(material), codec="zstd")


def keep_ground(run: Runtime, project_id: str, ground: Ground) -> str:
    """Keep what the labels are made of; return its digest."""
    return run.artifacts.put(project_id, record_to_json(ground), codec="zstd")


def features_in(
    run: Runtime, project_id: str, material: Material, libraries: Iterable[Library]
) -> StoredFeatures:
    """Return the local features of frames, where a library has sample pictures.

    Raises:
        VidereError: what was kept is gone.
        ValueError: what was kept cannot be read.
    """
    if not any(isinstance(library, PictureLibrary) for library in libraries):
        return NO_FEATURES
    digests = {frame.artifact for frame in material.frames if frame.artifact}
    return {
        digest: read_features(run.artifacts.read(project_id, digest)) for digest in sorted(digests)
    }


def seen_in(
    run: Runtime, project_id: str, digest: str, material: Material, libraries: Iterable[Library]
) -> SeenBy:
    """Return frames as the engines saw them whose embeddings heads read.

    Raises:
        VidereError: what was kept is gone.
        ValueError: what was kept cannot be read.
    """
    engines = {
        head.engine
        for library in libraries
        if isinstance(library, HeadLibrary)
        for head in library.heads
    }
    kept = run.evidence, run.artifacts, project_id, digest
    return {engine: seen_by(*kept, engine, material.frames) for engine in sorted(engines)}


def bound(
    run: Runtime,
    project_id: str,
    analysis: Analysis,
    faces: Faces,
    libraries: Sequence[Library],
    changed: str = "",
) -> Analysis:
    """Bind an analysis; its frames are read where something is to be found in them.

    Raises:
        VidereError: what was kept is gone.
        ValueError: what was kept cannot be read.
    """
    asked = to_ask(analysis, libraries, changed)
    material = NO_MATERIAL
    if analysis.material and asked:
        material = record_from_json(Material, run.artifacts.read(project_id, analysis.material))
    stored = features_in(run, project_id, material, asked)
    seen = seen_in(run, project_id, analysis.media.digest, material, asked)
    made = bind(analysis, Shown(faces, material, stored, seen), libraries, changed)
    if not analysis.ground or not (vote(analysis.library_matches) or vote(made.library_matches)):
        return made
    ground = record_from_json(Ground, run.artifacts.read(project_id, analysis.ground))
    taxonomy = run.taxonomies.shown(project_id)
    return dataclasses.replace(made, labels=voted(ground, made.library_matches, taxonomy))
