"""Videre's production service: makes files from media."""

from videre.common import one_thread as one_thread
