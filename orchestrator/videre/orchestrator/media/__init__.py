"""The media edge: everything that touches a media's bytes.

Demuxing and decoding happen in child processes that may die (`runner`, `child`); the rest of the
orchestrator sees a media index, per-frame signals, candidate pictures and sound samples.
"""
