"""Exercises as data: what the content models of all kinds share; how YAML is read, and how its faults are told."""
