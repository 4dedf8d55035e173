"""Reads only: replay, timelines and figures for those who supervise and audit."""
