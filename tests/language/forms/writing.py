"""Builds small forms for tests."""

import json
from typing import Any

from engine.errors import Invalid
from engine.language import forms
from engine.language.forms import Form


def form(*components: dict[str, Any], form_id: str = "ask") -> Form:
    return forms.read(written(*components, form_id=form_id))


def written(*components: dict[str, Any], form_id: str = "ask") -> bytes:
    document = {"type": "default", "id": form_id, "schemaVersion": 19, "components": list(components)}
    return json.dumps(document, ensure_ascii=False).encode()


def field(key: str, kind: str = "textfield", label: str = "", **settings: Any) -> dict[str, Any]:
    """A component; `required`, `min`, `minLength` … may be given beside its other settings."""
    validate = {name: settings.pop(name) for name in ("required", *_VALIDATE) if name in settings}
    hide = settings.pop("hide", None)
    component = {"type": kind, "key": key, "label": label or key, **settings}
    if validate:
        component["validate"] = validate
    if hide is not None:
        component["conditional"] = {"hide": hide}
    return component


_VALIDATE = ("min", "max", "minLength", "maxLength", "pattern", "patternErrorMessage", "validationType")


def choice(key: str, kind: str, *values: Any, **settings: Any) -> dict[str, Any]:
    return field(key, kind, values=[{"label": str(value), "value": value} for value in values], **settings)


def yes_no(key: str, **settings: Any) -> dict[str, Any]:
    values = [{"label": "是", "value": "true"}, {"label": "否", "value": "false"}]
    return field(key, "radio", values=values, **settings)


def problems(asked: Form, raw: dict[str, Any], **settings: Any) -> dict[str, list[str]]:
    """What is wrong with these answers."""
    context = settings.pop("context", {})
    try:
        asked.load(raw, context, **settings)
    except Invalid as refusal:
        return refusal.problems
    return {}
