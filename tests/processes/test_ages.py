"""What clerks read about somebody's age when they decide on acceptance."""

import pytest

from engine.language import forms
from engine.settings import ROOT

GIVEN = {
    "startedAt": "2026-11-16T09:00:00+08:00",
    "applicantIdNo": "532622199001010014",
    "childBirth": "2015-11-17",
    "childIdNo": "532622201511170012",
}


@pytest.mark.parametrize(
    ("form_id", "years"), [("job_accept", "36 周岁"), ("training_accept", "36 周岁"), ("dropout_accept", "10 周岁")]
)
def test_the_age_on_the_day_of_asking_is_told(form_id: str, years: str) -> None:
    form = forms.read((ROOT / "forms" / f"{form_id}.form").read_bytes())
    shown = [item.text for page in form.visible(GIVEN) for item in page.items]
    assert any(years in text for text in shown), shown
