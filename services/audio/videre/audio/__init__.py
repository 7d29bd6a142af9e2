"""Videre's audio service: sound classes, levels, beats and tempo."""

from videre.common import one_thread as one_thread
