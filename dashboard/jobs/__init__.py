"""Slow work in a process of its own: asked for, watched, cancelled. Knows core; knows no screen."""
