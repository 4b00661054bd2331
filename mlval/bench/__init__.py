"""Figures of the running services: speed, memory, crash and overload, as ratios in one run."""
