"""Videre's production service: makes files from media."""
