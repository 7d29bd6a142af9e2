"""A model of open_clip of one's own: its files, looked into and not loaded. No torch here."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from videre.common.models import file_sha256
from videre.common.openmmlab.checkpoint import read_meta
from videre.common.openmmlab.config import Refused
from videre.common.values import canonical_json
from videre.visual.prompts import MAX_BYTES, Prompts, parse_prompts

#: Size of the vocabulary that open_clip brings; others are fetched from a hub, which is not done.
_VOCABULARY: Final = 49_408
_NETWORK: Final = frozenset(
    {"embed_dim", "vision_cfg", "text_cfg", "quick_gelu", "custom_text", "init_logit_scale",
     "init_logit_bias", "nonscalar_logit_scale"}
)  # fmt: skip
#: Of these, a tower is fetched from a hub.
_FETCHED: Final = ("hf_model_name", "hf_tokenizer_name")
_NAME: Final = re.compile(r"[\w.-]{1,100}")
_CLEANINGS: Final = ("lower", "whitespace", "canonicalize")
_INTERPOLATIONS: Final = ("bicubic", "bilinear")
_RESIZES: Final = ("shortest", "longest", "squash")
_MAX_SIDE: Final = 1_024
#: Fewer pictures of none of the labels say nothing of one in a hundred of them; more cost time at
#: each start.
_FEWEST, _MOST = 20, 500
_PICTURES: Final = (".jpg", ".jpeg", ".png")


@dataclass(frozen=True, slots=True)
class ClipModel:
    """What the configuration names.

    Args:
        checkpoint: the file of weights; None when none is named.
        network: arguments of the network's class.
        whole_text_tower: the text tower is a network of its own (`custom_text`).
        cleaning: how texts are cleaned before they are cut into tokens.
        preprocess: how pictures are made ready, as far as the config says so.
        prompts: the labels; None = only embeddings are made.
        background: pictures that show none of the labels.
        digest: SHA-256 (hex) over all files.
        refused: why they are of no use; "" when they are not refused.
    """

    checkpoint: Path | None = None
    network: Mapping[str, Any] = field(default_factory=dict)
    whole_text_tower: bool = False
    cleaning: str = _CLEANINGS[0]
    preprocess: Mapping[str, Any] = field(default_factory=dict)
    prompts: Prompts | None = None
    background: tuple[Path, ...] = ()
    digest: str = ""
    refused: str = ""


def look_into(
    checkpoint: Path | None, model: str, labels: Path | None, background: Path | None
) -> ClipModel:
    """Return what the configured files are; nothing in them is run.

    Args:
        checkpoint: file of the weights; None = none is configured.
        model: name of a config that open_clip brings, or a JSON file; "" = none is named.
        labels: TOML file of labels; None = there are none.
        background: folder of pictures that show none of the labels; None = there are none.
    """
    if checkpoint is None:
        return ClipModel()
    files = (checkpoint, Path(model), labels, background, *_inside(background))
    return _looked(checkpoint, model, labels, background, tuple(map(_stamp, files)))


def _stamp(path: Path | None) -> tuple[str, int, int]:
    try:
        stat = path.stat() if path else None
    except OSError:
        stat = None
    return (str(path), stat.st_size, stat.st_mtime_ns) if stat else ("", 0, 0)


@lru_cache(maxsize=4)
def _looked(
    checkpoint: Path, model: str, labels: Path | None, background: Path | None, _stamps: object
) -> ClipModel:
    try:
        _check_weights(checkpoint)
        said = _read_config(model)
        network, preprocess = said.get("model_cfg", said), said.get("preprocess_cfg", {})
        checked = checked_network(network)
        prompts = _read_prompts(labels) if labels else None
        pictures = _pictures(background) if background else ()
        if pictures and prompts is None:
            raise Refused("pictures of none of the labels are given, and no labels")
        parts = [file_sha256(path) for path in (checkpoint, *pictures)]
    except Refused as error:
        return ClipModel(checkpoint, refused=str(error))
    except OSError as error:
        return ClipModel(checkpoint, refused=f"{error.filename}: cannot be read ({error.strerror})")
    words = (prompts.names, prompts.of_label, prompts.none) if prompts else ()
    known = {"files": parts, "config": json.dumps(said, sort_keys=True), "prompts": repr(words)}
    tokens = dict(network["text_cfg"].get("tokenizer_kwargs") or {})
    return ClipModel(
        checkpoint,
        checked,
        bool(network.get("custom_text")),
        str(tokens.get("clean", _CLEANINGS[0])),
        checked_preprocess(preprocess),
        prompts,
        pictures,
        hashlib.sha256(canonical_json(known)).hexdigest(),
    )


def _check_weights(checkpoint: Path) -> None:
    """Refuse what is no file of weights, and what holds code."""
    if not checkpoint.is_file():
        raise Refused(f"{checkpoint.name}: no such file")
    if checkpoint.suffix != ".safetensors":
        read_meta(checkpoint)


def _read_config(model: str) -> Mapping[str, Any]:
    """Return the config of a name that open_clip brings, or of a JSON file."""
    if not model:
        raise Refused("VIDERE_OPEN_CLIP_MODEL names no config")
    path = Path(model)
    if _NAME.fullmatch(model) and path.suffix != ".json":
        found = find_spec("open_clip")
        folder = Path(found.origin).parent if found and found.origin else Path()
        path = folder / "model_configs" / f"{model}.json"
        if found is not None and not path.is_file():
            raise Refused(f"{model}: open_clip brings no config of this name")
    if not path.is_file():
        raise Refused(f"{path.name}: no such file")
    if path.stat().st_size > MAX_BYTES:
        raise Refused(f"{path.name}: more than {MAX_BYTES} bytes")
    try:
        said = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise Refused(f"{path.name}: no JSON ({error})") from error
    if not isinstance(said, Mapping):
        raise Refused(f"{path.name}: no config of open_clip")
    return said


def checked_network(said: Any) -> dict[str, Any]:
    """Return the arguments of a network, with nothing that would be fetched.

    Raises:
        Refused: it is no config of a CLIP, or one whose parts come from a hub.
    """
    if not isinstance(said, Mapping) or not {"embed_dim", "vision_cfg", "text_cfg"} <= said.keys():
        raise Refused("the config has no embed_dim, vision_cfg and text_cfg")
    if extra := sorted(said.keys() - _NETWORK):
        raise Refused(f"the config's {extra[0][:80]!r} is of another kind of model than CLIP")
    vision, text = said["vision_cfg"], said["text_cfg"]
    if not isinstance(vision, Mapping) or not isinstance(text, Mapping):
        raise Refused("vision_cfg and text_cfg are no tables")
    for name in _FETCHED:
        if text.get(name):
            raise Refused(f"{name} {str(text[name])[:80]!r} is fetched from a hub: not done here")
    if text.get("vocab_size", _VOCABULARY) != _VOCABULARY:
        raise Refused(f"its vocabulary is not that of open_clip, {_VOCABULARY} tokens")
    tokens = dict(text.get("tokenizer_kwargs") or {})
    if tokens.keys() - {"clean"} or tokens.get("clean", _CLEANINGS[0]) not in _CLEANINGS:
        raise Refused("its tokenizer_kwargs say more than clean: lower, whitespace or canonicalize")
    tower = vision.get("timm_model_name")
    if tower is not None and not _NAME.fullmatch(str(tower)):
        raise Refused(f"timm_model_name {str(tower)[:80]!r} is no name of timm's own models")
    size = vision.get("image_size", 224)
    sides = size if isinstance(size, list) else [size]
    if not all(isinstance(side, int) and 1 <= side <= _MAX_SIDE for side in sides):
        raise Refused(f"image_size is not 1 to {_MAX_SIDE} pixels")
    kept = {key: value for key, value in said.items() if key != "custom_text"}
    pretrained = {"timm_model_pretrained": False} if tower else {}
    return {**kept, "vision_cfg": {**vision, **pretrained}, "text_cfg": dict(text)}


def checked_preprocess(said: Any) -> dict[str, Any]:
    """Return how pictures are made ready, as far as a config says so.

    Raises:
        Refused: it says what no pictures are made ready by.
    """
    if not isinstance(said, Mapping):
        raise Refused("preprocess_cfg is no table")
    kept: dict[str, Any] = {}
    for name in ("mean", "std"):
        if name in said:
            values = said[name]
            if not isinstance(values, list) or len(values) != 3:
                raise Refused(f"preprocess_cfg's {name} has no three numbers")
            kept[name] = tuple(float(value) for value in values)
    for name, known in (("interpolation", _INTERPOLATIONS), ("resize_mode", _RESIZES)):
        if name in said:
            if said[name] not in known:
                raise Refused(f"preprocess_cfg's {name} is none of {', '.join(known)}")
            kept[name] = said[name]
    return kept


def _read_prompts(path: Path) -> Prompts:
    if not path.is_file() or path.stat().st_size > MAX_BYTES:
        raise Refused(f"{path.name}: no file of at most {MAX_BYTES} bytes")
    try:
        return parse_prompts(path.read_text("utf-8"))
    except (Refused, UnicodeDecodeError) as error:
        raise Refused(f"{path.name}: {error}") from error


def _inside(folder: Path | None) -> tuple[Path, ...]:
    if folder is None or not folder.is_dir():
        return ()
    return tuple(sorted(one for one in folder.iterdir() if one.suffix.lower() in _PICTURES))


def _pictures(folder: Path) -> tuple[Path, ...]:
    found = _inside(folder)
    if not _FEWEST <= len(found) <= _MOST:
        raise Refused(f"{folder.name}: {len(found)} pictures; {_FEWEST} to {_MOST} are of use")
    return found
