"""Notifications: events of projects, sent to who asked for them."""
