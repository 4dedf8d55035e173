"""Tests of the connectors, each against a real server process on this machine."""
