"""The fork server of the media edge: `python -m videre.orchestrator.media.fork_server FD`.

Imports what children need once, a third of a second of processor time, and forks a child per task
from then on. It never touches media, and it has one thread: a fork copies no other, and a lock that
another one held would stay locked for ever.

FD is its control socket. Each message there is one byte and three descriptors: the child's
`exchange` and `errors` (see `child.serve`), and a `lead`. The server writes the child's exit code
(-signal) on the lead once it has reaped the child, and kills the child when the lead's other end is
shut or gone. Only the server signals children, and only those that it has not reaped: their numbers
cannot belong to others. The end of the control socket means: fork no more, and end with the last
child.

`multiprocessing` has such a server too. Its children run the module of the main program again, it
starts a second process that tracks resources, its command line says nothing, and its children share
its standard error.
"""

from __future__ import annotations

import gc
import os
import selectors
import signal
import socket
import sys
from contextlib import suppress
from functools import partial
from typing import Final

import av
import cv2

from videre.common.confinement import leave_network
from videre.orchestrator.media import child

#: Said once on the control socket when the first child may be forked.
READY: Final = b"+"
#: Exit code in place of a child's when none could be forked: EX_OSERR of sysexits.h.
_NO_CHILD: Final = 71
_DESCRIPTORS: Final = 3


class _Forks:
    """The children that have not been reaped, and who leads them."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._leads: dict[int, socket.socket] = {}
        self._closing = False
        self._woken, self._wake = socket.socketpair()
        self._woken.setblocking(False)
        self._wake.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)  # without one, nothing wakes us
        signal.set_wakeup_fd(self._wake.fileno(), warn_on_full_buffer=False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._control, selectors.EVENT_READ, self._take)
        self._selector.register(self._woken, selectors.EVENT_READ, self._reap)

    def serve(self) -> None:
        """Fork, kill and reap until the control socket has ended and no child is left."""
        while self._leads or not self._closing:
            for key, _ in self._selector.select():
                key.data()

    def _take(self) -> None:
        data, descriptors, _, _ = socket.recv_fds(self._control, 1, _DESCRIPTORS)
        if not data:
            self._closing = True
            self._selector.unregister(self._control)
            return
        exchange, errors, lead = (socket.socket(fileno=number) for number in descriptors)
        with exchange, errors:
            self._fork(exchange, errors, lead)

    def _fork(self, exchange: socket.socket, errors: socket.socket, lead: socket.socket) -> None:
        server = os.getpid()
        try:
            process = os.fork()
        except OSError as error:
            _tell(errors, f"fork: {error.strerror}")
            _tell(lead, str(_NO_CHILD))
            return
        if process == 0:
            try:
                lead.close()
                self._forget()
                child.serve(exchange, errors.detach(), server)
            finally:
                os._exit(1)  # whatever happens, there is one server
        self._leads[process] = lead
        self._selector.register(lead, selectors.EVENT_READ, partial(self._kill, process, lead))

    def _forget(self) -> None:
        """Close in a child what is the server's, without a word to the selector that both share."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for held in (self._control, self._woken, self._wake, *self._leads.values()):
            held.close()
        self._selector.close()

    def _kill(self, process: int, lead: socket.socket) -> None:
        if self._leads.get(process) is lead:  # not reaped a moment ago
            self._selector.unregister(lead)
            os.kill(process, signal.SIGKILL)

    def _reap(self) -> None:
        self._woken.recv(4096)
        while self._leads:
            process, status = os.waitpid(-1, os.WNOHANG)
            if process == 0:
                return
            lead = self._leads.pop(process)
            if lead in self._selector.get_map():
                self._selector.unregister(lead)
            _tell(lead, str(os.waitstatus_to_exitcode(status)))


def _tell(end: socket.socket, words: str) -> None:
    """Say the last words on a socket: little enough never to wait."""
    with end, suppress(ConnectionError):  # whoever wanted to know is gone
        end.sendall(words.encode())


def _ensure_one_thread() -> None:
    """Refuse to fork beside threads that an import has started."""
    threads = len(os.listdir("/proc/self/task")) if sys.platform == "linux" else 1
    if threads > 1:
        sys.exit(f"the fork server has {threads} threads: an import has started some")


def main() -> None:
    """Fork children until the control socket ends."""
    child.die_with_parent()
    with socket.socket(fileno=int(sys.argv[1])) as control:
        av.logging.set_level(None)
        cv2.setNumThreads(1)
        _ensure_one_thread()
        leave_network()
        gc.collect()
        gc.freeze()  # looking for cycles would write to, and so copy, what children share
        control.sendall(READY)
        _Forks(control).serve()


if __name__ == "__main__":
    main()
