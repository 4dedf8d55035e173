"""Tests of lint: each rule with a diagram that keeps it and one that does not."""
