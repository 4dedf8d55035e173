"""Lint: what is wrong with a process version, in plain Chinese, tied to its element. One rule, one file."""

from engine.language.lint.checking import RULES, check, check_folder
from engine.language.lint.declared_names import declared
from engine.language.lint.subject import Finding, Known, Problem, Subject

__all__ = ["RULES", "Finding", "Known", "Problem", "Subject", "check", "check_folder", "declared"]
