"""DMN decisions 决策: the tables and formulas in which policy staff write rules, read once and decided many times.

    model = decisions.read(xml_bytes)
    model.decide("deadlines", {"slaKey": "water.wt_take", "county": "532622"})

The rule: a table never answers by chance. Two rows that apply where one may are an incident that names both, and every
answer can be had with its trace: what was asked, which rows applied, what they said.
"""

from engine.language.decisions.json_inputs import from_json
from engine.language.decisions.linking import imported, linked
from engine.language.decisions.logic import Hit
from engine.language.decisions.model import Decided, Model
from engine.language.decisions.reading import checked, read

__all__ = ["Decided", "Hit", "Model", "checked", "from_json", "imported", "linked", "read"]
