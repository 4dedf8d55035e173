"""Tests of decisions; `written` writes DMN files as an editor would, from rows of plain cells."""
