"""The production functions, one per module; `registry` lists them."""
