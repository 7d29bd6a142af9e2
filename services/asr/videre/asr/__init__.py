"""The speech service: where somebody speaks, and what is said."""

from videre.common import one_thread as one_thread
