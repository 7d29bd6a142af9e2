"""Templates of analyses, production and moderation: presets, own ones, their differences."""
