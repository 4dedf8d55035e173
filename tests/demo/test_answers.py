"""How demo people answer: what the forms take, and what a reader believes."""

from random import Random

import pytest

from engine import settings
from engine.clock import Clock
from engine.demo import answers, habits
from engine.errors import Invalid
from engine.language import forms
from engine.language.forms import Form

FORMS = [forms.read(path.read_bytes()) for path in sorted((settings.ROOT / "forms").glob("*.form"))]
PLAN = {"course": "家政", "school": "职校", "startOn": "12月1日", "endOn": "12月9日", "seats": 5, "planNo": "P1"}
CONTEXT = {
    "townsOfCounty": [{"label": "江那镇", "value": "532622101"}],
    "town": "532622101",
    "problemRegion": "532622101001",
    "channel": "SELF",
    "checkEvaluation": {"doubts": ["未返回：没有返回的部门信息：船舶"], "failures": [], "findings": []},
    "trainingPlans": [PLAN],
    "dropoutRules": {"minVisits": 1, "orderDaysMin": 5, "orderDaysMax": 10},
    "hospitalsOfCounty": [
        {
            "label": name,
            "value": name,
            "code": name,
            "kind": kind,
            "functions": ["门诊", "慢病签约", "大病定点"],
            "diseases": ["胃癌"],
            "clinics": ["内科", "全科"],
        }
        for name, kind in (("砚山县人民医院", "县医院"), ("江那镇卫生院", "乡镇卫生院"))
    ],
    "houseStandard": {"maxAmount": 35000, "areaMin": 20, "areaMax": 60},
    "diseases": ["原发性高血压"],
    "condition": "原发性高血压",
    "staffHere": [{"label": "经办人甲", "value": "clerk"}],
    "staffRoles": [{"label": "乡镇水务站经办", "value": "town_water_clerk"}],
    "regionsHere": [{"label": "江那镇", "value": "532622101"}],
    "itemsHere": [{"label": "农村饮水安全", "value": "water"}],
    "followRound": {"n": 1, "months": 1},
    "figures": {"towns": [{"name": "江那镇", "code": "532622101"}], "departments": []},
    "yearUnits": [{"name": "江那镇", "code": "532622101", "quarter": 90}],
    "casesOfMine": [
        {"label": "低保", "value": "dibao-1", "ended": True, "outcome": "REJECTED"},
        {"label": "特困供养", "value": "tekun-1", "ended": True, "outcome": "COMPLETED"},
    ],
}
# Those are the citizen's own; the demonstration takes them from the registration, or leaves photos out.
OWN = {"applicantName", "applicantIdNo", "proxyName", "proxyIdNo", "problemRegion", "residenceAddress"}


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_every_question_of_the_shipped_forms_has_its_own_words_and_sensible_numbers(form: Form, clock: Clock) -> None:
    for seed in range(5):
        given = answers.answer(form, CONTEXT, Random(seed))
        for key, value in given.items():
            assert value not in habits.GENERAL or key in OWN, key
            assert not isinstance(value, int) or value <= 450_000


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_what_is_answered_is_taken(form: Form, clock: Clock) -> None:
    given = answers.answer(form, CONTEXT, Random(1))
    asked = {key: value for key, value in given.items() if key not in OWN}
    try:
        form.load(asked, CONTEXT)
    except Invalid as refusal:
        left = {key for key in refusal.problems if key not in OWN}
        files = {field.key for field in form.fields if field.kind == "filepicker"}
        assert left <= files


def test_a_number_stays_below_what_the_step_allows_though_it_is_usually_higher(clock: Clock) -> None:
    form = next(form for form in FORMS if form.id == "linshi_town_approve")
    allowed = {**CONTEXT, "authority": {"quota": 3000}, "aidLimit": {"cap": 9900}}
    assert answers.answer(form, allowed, answers.Plain(1))["payAmount"] == 3000


def test_the_likeliest_way_ends_well(clock: Clock) -> None:
    taken = {key: value for form in FORMS for key, value in answers.answer(form, CONTEXT, answers.Plain(1)).items()}
    assert (taken["inScope"], taken["needCorrection"], taken["townAccept"]) == (True, False, True)
    assert (taken["problemTrue"], taken["needProject"], taken["waterBack"]) == ("属实", False, True)


def test_the_dissatisfied_say_so(clock: Clock) -> None:
    rating = next(form for form in FORMS if form.id == "rating")
    for seed in range(40):
        given = answers.answer(rating, CONTEXT, Random(seed))
        said = given.get("ratingText")
        assert said is None or (said in habits.DISSATISFIED) == (int(given["stars"]) <= 3)


def test_what_is_passed_on_goes_to_a_village_elsewhere() -> None:
    form = next(one for one in FORMS if one.id == "transfer_decide")
    given = answers.answer(form, {**CONTEXT, answers.ELSEWHERE: ["532622102202"]}, Random(1))
    assert given["transferDecided"] == "532622102202"


def test_a_day_of_an_earlier_round_that_has_passed_is_chosen_anew(clock: Clock) -> None:
    form = next(form for form in FORMS if form.id == "gov_lift_measures")
    agreed = {
        "measureDept": "hr",
        "measureText": "安排公益性岗位",
        "measurePerson": "责任人甲",
        "measureDue": "2020-01-01",
    }
    given = answers.answer(form, {**CONTEXT, "measures": [agreed]}, answers.Plain(1))
    [row] = given["measures"]
    assert row["measureText"] == agreed["measureText"]
    assert row["measureDue"] > "2020-01-01"
    form.load({"measures": [row], **{key: given[key] for key in ("contactName", "contactPhone")}}, CONTEXT)
