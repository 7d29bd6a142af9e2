"""From a config to a network of an OpenMMLab library, with only what a network may be made of.

The libraries build whatever a config's `type` names, wherever it lies: `type="os.system"` would run
a command, and the `type` of a suppression is evaluated as Python. So every `type` must be a name
that the library has registered for building networks, and none of the few that read files, download
or evaluate text by themselves.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from videre.common.openmmlab.config import Refused

_TYPE: Final = re.compile(r"(?:(\w+)\.)?(\w+)")
#: Keys whose value is fetched and read; the checkpoint has all numbers.
_FETCHED: Final = frozenset({"init_cfg", "pretrained"})
#: Packages whose registered classes are let in, and, inside of them, those that are not: they
#: evaluate text, load other models, or download.
_LET_IN: Final = (
    "mmdet.models.",
    "mmocr.models.",
    "mmcv.",
    "mmengine.model.",
    "mmengine.utils.dl_utils.parrots_wrapper.",  # SyncBN
    "torch.nn.",
)
_SCOPES: Final = (None, "mmdet", "mmocr", "mmcv", "mmengine")
#: Types that the libraries look up among mmcv's operations instead of a registry.
_OPERATIONS: Final = frozenset({"nms", "soft_nms", "RoIAlign"})
_SHUT_OUT: Final = (
    "mmdet.models.task_modules.tracking",
    "mmdet.models.trackers",
    "mmdet.models.tracking_heads",
    "mmdet.models.mot",
    "mmdet.models.vis",
    "mmdet.models.reid",
    "mmdet.models.language_models",
    "mmdet.models.detectors.kd_one_stage",
    "mmdet.models.detectors.lad",
    "mmdet.models.detectors.glip",
    "mmdet.models.detectors.grounding_dino",
    "mmdet.models.dense_heads.atss_vlfusion_head",
    "mmdet.models.dense_heads.grounding_dino_head",
)
#: Building changes the libraries' default scope, which is one for the process.
_BUILDING: Final = threading.Lock()


def plain_model(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the config of a network without what would be fetched.

    Raises:
        Refused: there is none.
    """
    model = config.get("model")
    if not isinstance(model, Mapping):
        raise Refused("the config has no model")
    cleaned: dict[str, Any] = _without(model, _FETCHED)
    return cleaned


def _without(value: Any, keys: Iterable[str]) -> Any:
    if isinstance(value, Mapping):
        return {key: _without(one, keys) for key, one in value.items() if key not in keys}
    if isinstance(value, list | tuple):
        return type(value)(_without(one, keys) for one in value)
    return value


def said_by(value: Any, key: str) -> Iterator[object]:
    """Give what a config says by a key, however deep."""
    if isinstance(value, Mapping):
        if key in value:
            yield value[key]
        for one in value.values():
            yield from said_by(one, key)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from said_by(one, key)


def check_types(value: Any, known: Mapping[str, Any]) -> None:
    """Let a config's types in, or not.

    Args:
        value: the config of a network.
        known: what the libraries have registered, by name without a scope.

    Raises:
        Refused: a type is not registered, or may do more than compute.
    """
    for name in said_by(value, "_scope_"):
        if name not in _SCOPES:
            raise Refused(f"_scope_ {str(name)[:80]!r} is no library of networks here")
    for name in said_by(value, "type"):
        if isinstance(name, str) and name in _OPERATIONS:
            continue
        parts = _TYPE.fullmatch(name) if isinstance(name, str) else None
        found = known.get(parts[2]) if parts else None
        if parts is None or found is None or parts[1] not in _SCOPES:
            raise Refused(f"type {str(name)[:80]!r} is nothing that a network is made of here")
        home = f"{getattr(found, '__module__', '')}."
        if not home.startswith(_LET_IN) or home.startswith(_SHUT_OUT):
            raise Refused(f"type {name!r} is not let in: it may do more than compute")


def registered(*registries: Any) -> dict[str, Any]:
    """Return what registries of MMEngine and their parents have, by name."""
    found: dict[str, Any] = {}
    for registry in registries:
        while registry is not None:
            found = {**registry.module_dict, **found}
            registry = registry.parent
    return found


def built(config: Mapping[str, Any], scope: str, models: Any, known: Mapping[str, Any]) -> Any:
    """Build a network whose types are let in.

    Args:
        config: the whole config.
        scope: "mmdet" or "mmocr".
        models: the library's registry of networks.
        known: as of `check_types`.

    Raises:
        Refused: as `check_types`, or the library cannot build it.
    """
    from mmengine.config import ConfigDict
    from mmengine.registry import init_default_scope

    model = plain_model(config)
    check_types(model, known)
    with _BUILDING:
        init_default_scope(scope)
        try:
            network = models.build(ConfigDict(model))
        except Exception as error:  # a library's own checks raise anything
            words = " ".join(str(error).split())[:300]
            raise Refused(f"{scope} cannot build the config: {words}") from error
    return network
