"""Folders that are watched: what lies there, and what becomes of it."""
