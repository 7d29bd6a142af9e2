"""Lectures with slides: when the slide changes, and what its title is."""
