"""Tests of the languages that policy staff write in."""
