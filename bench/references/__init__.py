"""Scripts without any system around the engines, to measure the system against."""
