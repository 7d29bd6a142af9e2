"""Measurements of the whole suite: `python -m bench NAME`, or `make bench NAME=…`."""
