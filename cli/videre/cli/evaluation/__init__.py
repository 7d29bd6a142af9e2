"""Measuring answers against a truth that is known: `videre eval`, and the benches."""
