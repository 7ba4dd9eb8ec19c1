"""The vocabulary handlers are written in."""
