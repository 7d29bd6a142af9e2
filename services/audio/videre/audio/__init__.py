"""Videre's audio service: sound classes, levels, beats and tempo."""
