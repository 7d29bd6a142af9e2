"""The audio engines, one per module."""
