"""Durable control flow: nothing but steps, child workflows and branches on their answers."""
