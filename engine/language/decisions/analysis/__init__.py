"""What a wrong decision table gets: rows that contradict each other, gaps, rows that never decide, wrong types.

    for flaw in analysis.find(file, decisions.read(file)): ...

All of it is found without deciding anything, from what the cells say. The rule: an error is certain, with an example
where there is one; what may be meant so is a warning; of what cannot be understood nothing is claimed.
"""

from engine.language.decisions.analysis.checking import find
from engine.language.decisions.analysis.flaws import Flaw
from engine.language.decisions.analysis.names import Use, uses
from engine.language.decisions.analysis.opening import opened
from engine.language.decisions.analysis.sheets import Element, Sheet, sheets

__all__ = ["Element", "Flaw", "Sheet", "Use", "find", "opened", "sheets", "uses"]
