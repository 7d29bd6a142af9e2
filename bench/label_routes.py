"""Which labels that others name as examples can be found here, by which route, tier by tier.

Every example is looked up (what leads to it), and its picture or clip goes through the whole suite:
once with the engines that come with the packages alone, once with the standard models too. Words do
not count: the label must come from what is seen, heard, or from the text's place in the picture.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from bench.constructed.drawn_pictures import KINDS, drawn_pictures
from bench.constructed.media import Rgb, pictures
from bench.constructed.storm_film import flood_report
from bench.harness import Outcome, analyse, fresh_suite
from bench.options import Options
from videre.cli.evaluation.figures import Case, Measured
from videre.client import AsyncVidere
from videre.orchestrator.fusion.text_labels import TEXT_LABELS
from videre.orchestrator.taxonomy.load import load_taxonomy
from videre.v1 import analysis_pb2, taxonomy_pb2

_EXAMPLES: Final = Path(__file__).with_name("label_routes.toml")
_FEATURES: Final = ("shots", "objects", "classes", "faces", "colors", "picture_kinds", "text",
                    "sound")  # fmt: skip
_PATIENCE_S: Final = 900.0
#: Another seed than the one that the measures of pictures were set by.
_SEED: Final = 7
#: Pictures of every look that the measures are judged by, and frames of every clip.
_EACH, _QUICK_EACH = 8, 2
_FRAMES: Final = 6
_NO_ENGINE: Final = "no engine"
#: Settings by tier: without a model folder and a mirror only what the packages bring is there.
_TIERS: Final = ("bundled", "standard")


@dataclass(frozen=True, slots=True)
class Example:
    """A label with what shows it; no media = nothing is here that does."""

    name: str
    node: str
    media: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Looked:
    """What became of an example with the engines of a tier.

    Args:
        scores: of the label in each of its media, None = it is not there; () where nothing shows
            it, or no engine of the tier can find it.
        word: what is said of it.
        route: what leads to it.
    """

    example: Example
    scores: tuple[float | None, ...]
    word: str
    route: str


def examples() -> list[Example]:
    """Return the examples of the file."""
    listed = tomllib.loads(_EXAMPLES.read_text("utf-8"))["example"]
    return [Example(x["name"], x["node"], tuple(x.get("media", ()))) for x in listed]


def run(options: Options, tell: Callable[[str], None]) -> tuple[list[Measured], list[Outcome]]:
    """Return what was found of every example, tier by tier, and how the measures of pictures err.

    Raises:
        FileNotFoundError: no set, or a clip is missing.
    """
    folder = options.media_folder()
    by_tier: dict[str, list[Looked]] = {}
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory(prefix="videre-labels-") as temporary:
        paths = _paths(examples(), folder, Path(temporary))
        for tier in _TIERS:
            with _only(tier, Path(temporary)):
                by_tier[tier], done = asyncio.run(_look(paths, tell))
            outcomes += done
    each = _QUICK_EACH if options.quick else _EACH
    return [*_figures(by_tier), *measured_kinds(folder, each)], outcomes


def _paths(wanted: Sequence[Example], folder: Path, temporary: Path) -> dict[str, Path]:
    """Return the file of each media, drawn where it is no file of the set."""
    paths: dict[str, Path] = {}
    drawn = {item.name.rpartition("-")[0]: item for item in drawn_pictures(1, _SEED)}
    for name in dict.fromkeys(name for item in wanted for name in item.media):
        kind, _, look = name.partition(":")
        if kind == "drawn":
            paths[name] = temporary / f"{look}.png"
            drawn[look].picture.save(paths[name])
        elif kind == "made":
            paths[name] = temporary / f"{look}.mp4"
            flood_report(folder, paths[name])
        else:
            paths[name] = folder / name
            if not paths[name].exists():
                raise FileNotFoundError(f"{paths[name]} is missing")
    return paths


@contextmanager
def _only(tier: str, temporary: Path) -> Iterator[None]:
    """Hide the models of the machine where only bundled engines are wanted."""
    before = dict(os.environ)
    if tier == _TIERS[0]:
        os.environ["VIDERE_MODEL_DIR"] = str(temporary / "no-models")
        os.environ.pop("VIDERE_MODEL_MIRROR", None)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


async def _look(
    paths: Mapping[str, Path], tell: Callable[[str], None]
) -> tuple[list[Looked], list[Outcome]]:
    async with fresh_suite() as client:
        done = await analyse(
            client, list(paths.values()), patience_s=_PATIENCE_S, tell=tell, features=_FEATURES
        )
        found = dict(zip(paths, done, strict=True))
        return [await _looked(client, item, found) for item in examples()], done


async def _looked(client: AsyncVidere, example: Example, found: Mapping[str, Outcome]) -> Looked:
    node = await client.taxonomy.get_node(example.node)
    route = _route(node)
    if node.installed != taxonomy_pb2.LABEL_REACH_OBSERVED:
        return Looked(example, (), _NO_ENGINE, route)
    if not example.media:
        return Looked(example, (), "no picture here", route)
    labels = [_shown(example.node, found[name].analysis) for name in example.media]
    scores = tuple(None if label is None else label.confidence for label in labels)
    words = ["not found" if score is None else f"found ({score:.2f})" for score in scores]
    return Looked(example, scores, ", ".join(words), route)


def _shown(node: str, analysis: analysis_pb2.Analysis) -> analysis_pb2.Label | None:
    """Return the label where something other than words speaks for it."""
    taxonomy = load_taxonomy()
    speaking = {"image", "sound"}
    if any(node in taxonomy.lineage(label) for label in TEXT_LABELS):
        speaking.add("text")
    for label in analysis.labels:
        if label.node_id == node and speaking & set(label.modalities):
            return label
    return None


def _route(node: taxonomy_pb2.GetNodeResponse) -> str:
    """Return the ways to a label in words, without those that only name it."""
    ways: list[str] = []
    for route in node.routes:
        if route.kind == taxonomy_pb2.ROUTE_KIND_CLASS:
            ways.append(f"{route.features[0]} of {route.engine.partition('@')[0]}")
        elif route.kind == taxonomy_pb2.ROUTE_KIND_EVENT_RULE:
            ways.append(f"event rule {route.rule_id}")
        elif route.kind == taxonomy_pb2.ROUTE_KIND_PICTURE_TEXT:
            ways.append("the place of text in the picture")
    if node.observed_below:
        ways.append(f"{node.observed_below} labels below it")
    return " or ".join(dict.fromkeys(ways)) or "only words that name it"


def _figures(by_tier: Mapping[str, Sequence[Looked]]) -> list[Measured]:
    shares = [_share(tier, looked) for tier, looked in by_tier.items()]
    rows = []
    for looked in zip(*by_tier.values(), strict=True):
        example, last = looked[-1].example, looked[-1]
        said = [f"{tier}: {item.word}" for tier, item in zip(by_tier, looked, strict=True)]
        how = "; ".join([f"`{example.node}`", *said, last.route, *example.media])
        share = np.mean([score is not None for score in last.scores]) if last.scores else None
        rows.append(Measured(example.name, None if share is None else float(share), "", how))
    return [*shares, *rows]


def _share(tier: str, looked: Sequence[Looked]) -> Measured:
    judged = [
        (item.example, name, score)
        for item in looked
        for name, score in zip(item.example.media, item.scores, strict=False)
    ]
    missed = [(example, name) for example, name, score in judged if score is None]
    bare = sum(not item.scores for item in looked)
    without = sum(item.word == _NO_ENGINE for item in looked)
    return Measured(
        f"{tier}: found of what is shown",
        (len(judged) - len(missed)) / len(judged) if judged else None,
        "share",
        f"{len(judged) - len(missed)} of {len(judged)}; of {len(looked)} examples {without} have "
        f"no engine, {bare - without} nothing here that shows them",
        cases=tuple(Case(name, None, example.node, "not there") for example, name in missed),
    )


def measured_kinds(folder: Path, each: int) -> list[Measured]:
    """Return how the measures of pictures do on drawn pictures, and on frames of a set."""
    from videre.visual.engines.picture_kinds import PictureMeasures
    from videre.visual.pictures import Picture, recompressed

    engine = PictureMeasures()
    nodes = {"illustration": "artwork.illustration", "sky": "landscape.sky",
             "moon": "landscape.moon"}  # fmt: skip

    def told(rgb: Rgb) -> set[str]:
        bgr = recompressed(np.ascontiguousarray(rgb[:, :, ::-1]), 90)
        return {nodes[x.class_name] for x in engine.look(Picture(bgr)).seen
                if x.class_name in nodes and x.score >= 0.5}  # fmt: skip

    shown = met = 0
    false: list[Case] = []
    drawn = drawn_pictures(each, _SEED)
    for item in drawn:
        found = told(np.asarray(item.picture.convert("RGB"), np.uint8))
        true = {item.node} & set(nodes.values())
        shown, met = shown + len(true), met + len(found & true)
        false += [Case(item.name, None, item.node or "none", node) for node in found - true]
    frames = 0
    wrong: list[Case] = []
    for clip in sorted((folder / "video").glob("*.*")):
        for number, frame in enumerate(_some(clip)):
            frames += 1
            wrong += [Case(clip.name, float(number), "none", node) for node in told(frame)]
    return [
        Measured("kinds of pictures: found of drawn ones", met / shown if shown else None, "share",
                 f"{met} of {shown}, of looks that the measures were set by, another seed"),
        Measured("kinds of pictures: false on drawn ones", float(len(false)), "labels",
                 f"on {len(drawn)} pictures of {sum(map(len, KINDS.values()))} looks",
                 cases=tuple(false)),
        Measured("kinds of pictures: false on clips", float(len(wrong)), "labels",
                 f"in {frames} frames of the set's clips, none of which shows one",
                 cases=tuple(wrong)),
    ]  # fmt: skip


def _some(clip: Path) -> Iterator[Rgb]:
    """Yield a frame per second of a clip, at most `_FRAMES`."""
    for number, frame in enumerate(pictures(clip, (640, 360))):
        if number >= 25 * _FRAMES:
            return
        if number % 25 == 0:
            yield frame
