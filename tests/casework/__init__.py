"""Tests of what people do with cases."""
