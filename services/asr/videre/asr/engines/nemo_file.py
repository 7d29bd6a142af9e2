"""What a `.nemo` file must be before NeMo sees it. Nothing of it is executed here.

It is a tar archive with a configuration (YAML), weights and files of a tokenizer. The configuration
names the classes that NeMo makes: NeMo has a list of what it allows, torch reads weights as numbers
alone. What is neither a model of speech nor safe to unpack is refused before either is asked.
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from videre.common.errors import Reason, VidereError

CONFIG: Final = "model_config.yaml"
WEIGHTS: Final = "model_weights.ckpt"
#: Rate of the sound that the service has.
RATE: Final = 16_000

_MODELS: Final = "nemo.collections.asr.models."
#: Recognisers of NeMo 3 that transcribe by themselves, by family.
FAMILIES: Final = {
    "EncDecCTCModel": "ctc",
    "EncDecCTCModelBPE": "ctc",
    "EncDecRNNTModel": "rnnt",
    "EncDecRNNTBPEModel": "rnnt",
    "EncDecHybridRNNTCTCModel": "hybrid",
    "EncDecHybridRNNTCTCBPEModel": "hybrid",
    "EncDecMultiTaskModel": "multitask",
}
#: Classifiers of frames, which tell where somebody speaks.
ACTIVITY: Final = {"EncDecFrameClassificationModel": "frames"}
#: Where the parts of these models come from.
_PARTS: Final = ("nemo.collections.asr.", "nemo.collections.common.", "nemo.core.")

_MAX_MEMBERS: Final = 1_000
_MAX_CONFIG_BYTES: Final = 16 << 20
#: Packed weights shrink by a tenth; an archive that grows by more than this is a bomb.
_MAX_GROWTH: Final = 4
_ALLOWANCE: Final = 64 << 20


@dataclass(frozen=True, slots=True)
class NemoFile:
    """What is known of a checkpoint.

    Args:
        model: name of NeMo's class.
        family: "ctc", "rnnt", "hybrid", "multitask" or "frames".
    """

    model: str
    family: str


def check_nemo_file(path: Path, families: Mapping[str, str] = FAMILIES) -> NemoFile:
    """Return what a checkpoint holds.

    Args:
        path: the checkpoint.
        families: models that it may be of, by name.

    Raises:
        VidereError: MODEL_UNAVAILABLE, it is no checkpoint of such a model, or not to be trusted.
    """
    try:
        with tarfile.open(path, "r:*") as archive:
            members = _members(archive, path)
            configs = {
                name: _config(archive, member, path)
                for name, member in members.items()
                if name.endswith(".yaml") and "/" not in name
            }
    except (tarfile.TarError, EOFError, OSError) as error:
        raise _refused(path, f"it is no readable tar archive ({error})") from error
    for name in (CONFIG, WEIGHTS):
        if name not in members:
            raise _refused(path, f"it lacks {name}")
    for name, config in configs.items():
        for target in _targets(config):
            if not target.startswith(_PARTS):
                raise _refused(path, f"{name} names {target}, which is no part of a recogniser")
    return _known(configs[CONFIG], path, families)


def _members(archive: tarfile.TarFile, path: Path) -> dict[str, tarfile.TarInfo]:
    """Return the files of the archive by name, without "./"."""
    limit = _MAX_GROWTH * path.stat().st_size + _ALLOWANCE
    found: dict[str, tarfile.TarInfo] = {}
    total = 0
    for member in archive:
        name = PurePosixPath(member.name)
        if name.is_absolute() or ".." in name.parts or not (member.isfile() or member.isdir()):
            raise _refused(path, f"its member {member.name!r} is no plain file inside it")
        total += member.size
        if len(found) >= _MAX_MEMBERS or total > limit:
            raise _refused(path, f"it unpacks to more than {limit} bytes or {_MAX_MEMBERS} files")
        if str(name) in found:
            raise _refused(path, f"its member {member.name!r} is there twice")
        if member.isfile():
            found[str(name)] = member
    return found


def _config(archive: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> dict[str, Any]:
    import yaml

    if member.size > _MAX_CONFIG_BYTES:
        raise _refused(path, f"{member.name} has more than {_MAX_CONFIG_BYTES} bytes")
    stream = archive.extractfile(member)
    assert stream is not None  # a plain file
    text = stream.read()
    try:
        # A few lines of aliases of aliases unfold to gigabytes.
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text)):
            raise _refused(path, f"{member.name} has aliases")
        config = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, UnicodeDecodeError) as error:
        raise _refused(path, f"{member.name} is no YAML of plain values") from error
    if not isinstance(config, dict):
        raise _refused(path, f"{member.name} is no mapping")
    model = config.get("model", config)  # as NeMo takes it
    return model if isinstance(model, dict) else config


def _targets(node: Any) -> Iterator[str]:
    """Yield every class or function that a configuration names."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("_target_", "target", "cls") and isinstance(value, str):
                yield value
            yield from _targets(value)
    elif isinstance(node, list):
        for item in node:
            yield from _targets(item)


def _known(config: dict[str, Any], path: Path, families: Mapping[str, str]) -> NemoFile:
    target = str(config.get("target", ""))
    model = target.rpartition(".")[2]
    if not target.startswith(_MODELS) or model not in families:
        known = ", ".join(families)
        raise _refused(path, f"its model {target or 'without a name'} is none of {known}")
    parts = (config, config.get("preprocessor"))
    for rate in [part.get("sample_rate") for part in parts if isinstance(part, dict)]:
        if isinstance(rate, int) and rate != RATE:
            raise _refused(path, f"it hears sound at {rate} Hz instead of {RATE}")
    return NemoFile(model, families[model])


def _refused(path: Path, why: str) -> VidereError:
    return VidereError(Reason.MODEL_UNAVAILABLE, f"{path} cannot be used: {why}")
