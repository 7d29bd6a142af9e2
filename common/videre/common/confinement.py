"""Takes files and the network from a process that reads what strangers have made (Linux).

Two means of the kernel: Landlock, by which a process gives up all files but those it names, the
starting of programs, and TCP; and a network namespace with nothing in it, which needs root or a
kernel that lets users make namespaces. Both hold for the process and all it starts, and cannot be
taken back. What a kernel does not have is left out.

`python -m videre.common.confinement` tells what holds on this machine.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

#: System calls, the same on every architecture that came after them; from linux/landlock.h.
_CREATE_RULESET: Final = 444
_ADD_RULE: Final = 445
_RESTRICT_SELF: Final = 446
_VERSION: Final = 1
_PATH_BENEATH: Final = 1
_PR_SET_NO_NEW_PRIVS: Final = 38
_CLONE_NEWUSER: Final = 0x10000000
_CLONE_NEWNET: Final = 0x40000000
_READ_FILE, _READ_FOLDER, _EXECUTE = 1 << 2, 1 << 3, 1 << 0
#: Rights over files by the version of Landlock that brought them: 13, one more with 2 and 3.
_RIGHTS: Final = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1}
#: Rights that a file can have itself; the others are of folders.
_OF_FILES: Final = _EXECUTE | 1 << 1 | _READ_FILE | 1 << 14
#: Since 4: binding and connecting TCP. Since 6: signals and abstract sockets of others.
_TCP: Final = 3
_OTHERS: Final = 3
#: What libraries read while they work: themselves, locales, time zones, how many cores there are.
_SYSTEM: Final = (
    "/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/localtime", "/dev/null", "/dev/urandom",
    "/sys/devices/system/cpu",
)  # fmt: skip


def landlock_version() -> int:
    """Return the version of Landlock that the kernel has; 0 = none, or not switched on."""
    if sys.platform != "linux":
        return 0
    found: int = _kernel().syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION)
    return max(0, found)


def leave_network() -> bool:
    """Move this process, of one thread, to where there is no network; tell whether it is there.

    Sockets that are open stay so.
    """
    if sys.platform != "linux":
        return False
    apart = _CLONE_NEWNET if os.geteuid() == 0 else _CLONE_NEWUSER | _CLONE_NEWNET
    return bool(_kernel().unshare(apart) == 0)


def held(path: Path) -> Path:
    """Open a file for as long as this process lives; return a name by which it can be read again.

    What the kernel allows is a file, not a name: another one that is put in its place is forbidden.

    Raises:
        OSError: it cannot be read.
    """
    if landlock_version() == 0:
        return path
    return Path(f"/proc/self/fd/{os.open(path, os.O_RDONLY | os.O_CLOEXEC)}")


def give_up_files(readable: Iterable[Path], writable: Iterable[Path]) -> bool:
    """Give up all files but these and those of the interpreter; tell whether that holds.

    Args:
        readable: files, and folders with all in them.
        writable: folders; all in them may be read, written, made and removed.

    Raises:
        OSError: the kernel knows Landlock and does not do it.
    """
    version = landlock_version()
    if version == 0:
        return False
    rights = _RIGHTS.get(version, _RIGHTS[3])
    known = struct.pack("=QQQ", rights, _TCP if version >= 4 else 0, _OTHERS if version >= 6 else 0)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    rules = _done(_kernel().syscall(_CREATE_RULESET, known, ctypes.c_size_t(size), 0))
    try:
        for path in (*_interpreter(), *readable):
            _allow(rules, path, _READ_FILE | _READ_FOLDER)
        for path in writable:
            _allow(rules, path, rights & ~_EXECUTE)
        _done(_kernel().prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        _done(_kernel().syscall(_RESTRICT_SELF, rules, 0))
    finally:
        os.close(rules)
    return True


@cache
def _interpreter() -> tuple[Path, ...]:
    """Return where Python, its libraries and those of the system lie."""
    # Not the whole of `sys.path`: the folder that a process was started in is there too.
    libraries = [place for place in sys.path if place.endswith(("site-packages", "dist-packages"))]
    own: Iterable[str] = sys.modules["videre"].__path__
    places = {sys.prefix, sys.base_prefix, *libraries, *own, *_SYSTEM}
    return tuple(Path(place) for place in sorted(places))


def _allow(rules: int, path: Path, rights: int) -> None:
    """Let files be used; those that cannot be used anyway get no rule."""
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return
    try:
        kind = rights if path.is_dir() else rights & _OF_FILES
        rule = struct.pack("=Qi", kind, place)
        _done(_kernel().syscall(_ADD_RULE, rules, _PATH_BENEATH, rule, 0))
    finally:
        os.close(place)


def _kernel() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _done(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def main() -> None:
    """Tell what holds here: the process that asks has nothing left afterwards, and ends."""
    version, network = landlock_version(), leave_network()
    files = f"those of the task (Landlock {version})" if give_up_files((), ()) else "all"
    print(f"files: {files}")
    print(f"network: {'none' if network else 'that of the machine'}")


if __name__ == "__main__":
    main()
