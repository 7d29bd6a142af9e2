"""What the exit codes of `videre` mean. They are part of the command's contract."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes."""

    OK = 0
    #: The server refused, could not be reached, or something on this machine is in the way.
    ERROR = 1
    #: The command line is wrong.
    USAGE = 2
    #: A job ended FAILED, PARTIAL or CANCELLED; in a batch: at least one input did not succeed.
    JOB = 3
    #: The time given with --timeout passed before the job had ended.
    TIMEOUT = 4


EPILOG = (
    "Exit codes: 0 done · 1 error · 2 wrong usage · 3 a job failed, is partial or was cancelled "
    "· 4 not ended in time."
)
