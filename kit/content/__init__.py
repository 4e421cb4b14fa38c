"""Exercises as data: their models, how files are loaded and checked, and their JSON Schema."""
