"""BPMN diagrams: `read` makes small frozen values of a file; everything else in the engine knows only those values."""

from engine.language.diagram.model import Element, Event, Flow, Lane, Loop, Process
from engine.language.diagram.reading import definitions, drawn, executable, read

__all__ = ["Element", "Event", "Flow", "Lane", "Loop", "Process", "definitions", "drawn", "executable", "read"]
