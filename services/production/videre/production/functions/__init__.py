"""The production functions, one per module."""
