"""Reframing: a window of another shape that follows what a shot is about."""
