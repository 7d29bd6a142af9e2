"""A child process of the media edge, forked for one task. Imported in the fork server only.

Reads one JSON request {"task", "limits", "arguments"} from its socket, sets its own limits and
gives up all files but those of the request before it touches any media, and writes one JSON answer:
{"ok": …} or {"error": …}. Bulk goes into files that the arguments name. It may be killed at any
time.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NoReturn

from videre.common.confinement import give_up_files, held
from videre.common.errors import VidereError
from videre.orchestrator.media.decode import decode_units
from videre.orchestrator.media.index import MediaIndex
from videre.orchestrator.media.limits import MediaLimits
from videre.orchestrator.media.probe import probe_media
from videre.orchestrator.media.screened import screen_frames
from videre.orchestrator.media.sound import decode_sound
from videre.orchestrator.media.still import make_jpeg
from videre.orchestrator.media.strips import decode_strips
from videre.orchestrator.media.units import cut_units

Arguments = dict[str, Any]
_PR_SET_PDEATHSIG: Final = 1
_PLACES: Final = ("path", "index_path", "folder", "jpeg_path", "target")


def set_limits(limits: dict[str, Any]) -> None:
    """Bound memory, processor time, descriptors and file sizes of this process; no core dumps."""
    cpu_s = int(limits["cpu_s"])
    for kind, value in (
        (resource.RLIMIT_CORE, (0, 0)),
        (resource.RLIMIT_AS, (limits["memory_bytes"], limits["memory_bytes"])),
        (resource.RLIMIT_CPU, (cpu_s, cpu_s + 5)),
        (resource.RLIMIT_NOFILE, (limits["open_files"], limits["open_files"])),
        (resource.RLIMIT_FSIZE, (limits["file_bytes"], limits["file_bytes"])),
    ):
        hard = resource.getrlimit(kind)[1]
        soft_limit, hard_limit = value
        if hard != resource.RLIM_INFINITY:
            soft_limit, hard_limit = min(soft_limit, hard), min(hard_limit, hard)
        resource.setrlimit(kind, (soft_limit, hard_limit))


def die_with_parent() -> None:
    """Ask the kernel (Linux) to kill this process with its parent: nobody reads the answer."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def confine(arguments: Arguments) -> None:
    """Leave this process nothing but the files that a task names, where the kernel can do that.

    Tasks read `path` and `index_path`; they write in `folder`, and beside what else they name.
    What they read they name by what lies there now: a job that brings the same bytes puts them in
    its place meanwhile.
    """
    named = {name: Path(value) for name, value in arguments.items() if name in _PLACES and value}
    beside = [named[name].parent for name in ("jpeg_path", "target") if name in named]
    if "index_path" in named and not named["index_path"].exists():  # probing makes it
        beside.append(named.pop("index_path").parent)
    readable = {name: held(named[name]) for name in ("path", "index_path") if name in named}
    arguments.update((name, str(path)) for name, path in readable.items())
    folders = [named[name] for name in ("folder",) if name in named]
    give_up_files(readable.values(), [*beside, *folders])


def _probe(arguments: Arguments) -> Any:
    index = probe_media(Path(arguments["path"]), MediaLimits(**arguments["limits"]))
    Path(arguments["index_path"]).write_bytes(index.encode())
    return {}


def _decode(arguments: Arguments) -> Any:
    index = MediaIndex.decode(Path(arguments["index_path"]).read_bytes())
    units = cut_units(index)[arguments["first_unit"] : arguments["last_unit"] + 1]
    missing = decode_units(Path(arguments["path"]), index, units, Path(arguments["folder"]))
    return {"missing": missing}


def _sound(arguments: Arguments) -> Any:
    index = MediaIndex.decode(Path(arguments["index_path"]).read_bytes())
    folder = Path(arguments["folder"])
    decode_sound(Path(arguments["path"]), index, folder, want_music=arguments["want_music"])
    return {}


def _picture(arguments: Arguments) -> Any:
    return make_jpeg(Path(arguments["path"]), Path(arguments["jpeg_path"]))


def _screen(arguments: Arguments) -> Any:
    index = MediaIndex.decode(Path(arguments["index_path"]).read_bytes())
    folder = Path(arguments["folder"]) if arguments["folder"] else None
    return screen_frames(Path(arguments["path"]), index, arguments["frames"], folder)


def _strips(arguments: Arguments) -> Any:
    index = MediaIndex.decode(Path(arguments["index_path"]).read_bytes())
    first, end = arguments["first"], arguments["end"]
    decode_strips(Path(arguments["path"]), index, first, end, Path(arguments["target"]))
    return {}


TASKS: Final[dict[str, Callable[[Arguments], Any]]] = {
    "probe": _probe,
    "decode": _decode,
    "sound": _sound,
    "picture": _picture,
    "screen": _screen,
    "strips": _strips,
}


def run(request: dict[str, Any]) -> dict[str, Any]:
    """Do one task and return the answer; a refusal or failure is an answer too."""
    try:
        return {"ok": TASKS[request["task"]](request["arguments"])}
    except VidereError as error:
        return {"error": _wire(error)}


def _wire(error: VidereError) -> dict[str, Any]:
    violations = [[v.field, v.description, v.limit, v.actual] for v in error.violations]
    return {
        "reason": error.reason.value,
        "message": error.message,
        "metadata": error.metadata,
        "violations": violations,
    }


def serve(exchange: socket.socket, errors: int, parent: int) -> NoReturn:
    """Serve one request in a process that was just forked, and end it.

    Args:
        exchange: gives the request up to its end, takes the answer.
        errors: descriptor that becomes standard output and error: what a library prints is no
            answer.
        parent: process that this one ends with.
    """
    code = 1
    try:
        os.setsid()
        die_with_parent()
        if os.getppid() == parent:  # else it was gone before the arrangement
            os.dup2(errors, 1)
            os.dup2(errors, 2)
            os.close(errors)
            with exchange.makefile("rb") as requests:
                request = json.load(requests)
            set_limits(request["limits"])
            confine(request["arguments"])
            exchange.sendall(json.dumps(run(request)).encode())
            code = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())  # in C: it has to work without memory too
    finally:
        os._exit(code)  # libraries need no tidying up: the process was made to be thrown away
