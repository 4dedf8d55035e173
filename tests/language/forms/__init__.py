"""Tests of forms: reading files, showing them, taking answers in."""
