"""Changing frames one by one before they are encoded."""
