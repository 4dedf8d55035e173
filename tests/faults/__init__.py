"""Tests of what must hold when many act at once, and when things fail half-way."""
