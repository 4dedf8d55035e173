"""Answers are typed and checked; what is hidden or read-only is dropped, what nobody declared refused."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from engine import clock
from engine.errors import Invalid
from engine.language.forms import Field
from tests.language.forms.writing import choice, field, form, problems, yes_no


def value(component: dict[str, Any], raw: Any, **context: Any) -> Any:
    key = component.get("key") or component["path"]
    return form(component).load({key: raw}, context)[key]


def problem(component: dict[str, Any], raw: Any, **context: Any) -> list[str]:
    key = component.get("key") or component["path"]
    return problems(form(component), {} if raw is None else {key: raw}, context=context).get(key, [])


class TestUndeclaredAnswers:
    def test_a_field_nobody_declared_is_refused(self) -> None:
        assert problems(form(field("name")), {"name": "x", "approved": "true"}) == {"approved": ["表单中没有这一项"]}

    def test_text_is_no_field(self) -> None:
        assert "intro" in problems(form({"type": "text", "id": "intro", "text": "x"}), {"intro": "1"})

    def test_nothing_is_taken_when_anything_is_wrong(self) -> None:
        with pytest.raises(Invalid) as refusal:
            form(field("name"), field("age", "number")).load({"name": "甲", "age": "x", "z": "1"}, {})
        assert refusal.value.problems == {"age": ["请填写数字"], "z": ["表单中没有这一项"]}
        assert refusal.value.status == 422


class TestTypes:
    @pytest.mark.parametrize("raw", ["true", True, ["true"]])
    def test_a_yes_or_no_is_a_boolean_from_a_page_and_from_a_program(self, raw: Any) -> None:
        assert value(yes_no("inScope"), raw) is True

    def test_no_is_an_answer_to_a_required_yes_or_no(self) -> None:
        assert value(yes_no("inScope", required=True), "false") is False

    @pytest.mark.parametrize("kind", ["radio", "select"])
    @pytest.mark.parametrize("raw", ["", [""], [], None])
    def test_a_required_yes_or_no_must_be_answered(self, kind: str, raw: Any) -> None:
        asked = {**yes_no("inScope", label="是否接单", required=True), "type": kind}
        assert problem(asked, raw) == ["请选择是否接单"]

    @pytest.mark.parametrize(
        ("raw", "expected"),
        [
            ("3", 3),
            (3, 3),
            (" 1,280.50 ", Decimal("1280.50")),
            ("-2", -2),
            ("１２", 12),
            (2.5, Decimal("2.5")),
            ("", None),
        ],
    )
    def test_numbers(self, raw: Any, expected: Any) -> None:
        found = value(field("n", "number"), raw)
        assert found == expected
        assert type(found) is type(expected)

    def test_money_has_two_decimals(self) -> None:
        money = field("n", "number", properties={"format": "money"})
        assert str(value(money, "¥1,280")) == "1280.00"
        assert problem(money, "1.005") == ["最多保留 2 位小数"]
        assert problem(money, "-1") == ["不能小于 0"]

    @pytest.mark.parametrize("raw", ["x", "1e9", "NaN", "Infinity", True, "0x10", "9" * 16, {"a": 1}, ["1", "2"]])
    def test_what_is_no_number_is_refused(self, raw: Any) -> None:
        assert problem(field("n", "number"), raw)

    @pytest.mark.parametrize(
        ("raw", "expected"), [("on", True), ("true", True), (["false", "true"], True), ("", False)]
    )
    def test_check_boxes(self, raw: Any, expected: bool) -> None:
        assert value(field("agreed", "checkbox"), raw) is expected

    def test_a_box_that_is_not_sent_is_not_ticked(self) -> None:
        assert form(field("agreed", "checkbox")).load({}, {"agreed": True}) == {"agreed": False}

    @pytest.mark.parametrize("raw", ["停水", ["停水"], ["停水", "停水"]])
    def test_a_check_list_is_a_list_however_few_are_ticked(self, raw: Any) -> None:
        assert value(choice("w", "checklist", "停水", "浑浊"), raw) == ["停水"]

    @pytest.mark.parametrize(
        ("subtype", "raw", "expected"),
        [
            ("date", "2026-11-22", "2026-11-22"),
            ("time", "08:30:00", "08:30"),
            ("datetime", "2026-11-22T08:30", "2026-11-22T08:30:00+08:00"),
            ("datetime", "2026-11-22T08:30:00Z", "2026-11-22T08:30:00+00:00"),
        ],
    )
    def test_moments_are_iso_strings(self, subtype: str, raw: str, expected: str) -> None:
        assert value(field("on", "datetime", subtype=subtype), raw) == expected

    def test_a_date_that_does_not_exist_is_refused(self) -> None:
        assert problem(field("on", "datetime"), "2026-02-30") == ["请填写正确的日期"]

    def test_files_are_a_list_of_ids(self) -> None:
        photos = field("photos", "filepicker", multiple=True)
        assert value(photos, ["a1", "b2", ""]) == ["a1", "b2"]
        assert value(photos, "a1") == ["a1"]
        assert problem(photos, ["../etc"]) == ["附件无效，请重新上传"]
        assert problem(photos, [str(n) for n in range(10)]) == ["最多上传 9 个，现在是 10 个"]

    def test_a_form_may_want_several_files_of_those_who_give_any(self) -> None:
        photos = field("photos", "filepicker", multiple=True, properties={"minFiles": "4", "maxFiles": "12"})
        assert problem(photos, ["a", "b", "c"]) == ["至少上传 4 个，现在是 3 个"]
        assert value(photos, ["a", "b", "c", "d"]) == ["a", "b", "c", "d"]
        assert value(photos, []) == []

    def test_texts_lose_blanks_and_invisible_characters(self) -> None:
        assert value(field("t"), " 张\u202e三 \x00\r\n ") == "张三"
        assert value(field("t", "textarea"), "一\r\n二\ud800") == "一\n二"
        assert value(field("t"), "   ") is None

    @pytest.mark.parametrize(
        ("written", "kept"),
        [
            ("138 0000-1234", "13800001234"),
            ("１３８００００１２３４", "13800001234"),
            ("0876-212 3456", "0876-2123456"),
        ],
    )
    def test_a_telephone_number_may_be_written_in_groups(self, written: str, kept: str) -> None:
        assert value(field("t", properties={"format": "phone"}), written, channel="COUNTER") == kept

    def test_text_is_text(self) -> None:
        assert problem(field("t"), {"a": 1}) == ["请填写文字"]
        assert problem(field("t"), ["a", "b"]) == ["只能填写一项"]

    def test_unanswered_questions_are_kept_as_unanswered(self) -> None:
        asked = form(field("t"), field("n", "number"), choice("c", "checklist", "x"), field("f", "filepicker"))
        assert asked.load({}, {"t": "old", "n": 1}) == {"t": None, "n": None, "c": [], "f": []}


class TestRequired:
    @pytest.mark.parametrize(
        ("component", "sentence"),
        [
            (field("a", label="姓名：", required=True), "请填写姓名"),
            (field("a", "number", label="金额", required=True), "请填写金额"),
            (field("a", "datetime", label="日期", required=True), "请选择日期"),
            (field("a", label="问题所在地", required=True, properties={"format": "region"}), "请选择问题所在地"),
            (choice("a", "radio", "x", label="紧急程度", required=True), "请选择紧急程度"),
            (choice("a", "checklist", "x", label="问题", required=True), "请选择问题"),
            (field("a", "filepicker", label="照片", required=True), "请上传照片"),
            (field("a", "checkbox", label="我已阅读", required=True), "请勾选“我已阅读”"),
        ],
    )
    @pytest.mark.parametrize("raw", [None, "", [], [""]])
    def test_the_sentence_says_what_to_do(self, component: dict[str, Any], sentence: str, raw: Any) -> None:
        assert problem(component, raw) == [sentence]

    def test_an_unticked_required_box_is_refused(self) -> None:
        assert problem(field("a", "checkbox", label="我已阅读", required=True), "false") == ["请勾选“我已阅读”"]

    def test_required_may_depend_on_another_answer(self) -> None:
        asked = form(yes_no("inScope", required=True), field("rejectReason", label="理由", required="=inScope = false"))
        assert problems(asked, {"inScope": "false"}) == {"rejectReason": ["请填写理由"]}
        assert problems(asked, {"inScope": True}) == {}


class TestLimits:
    def test_lengths_say_how_long_the_text_is_now(self) -> None:
        reason = field("a", "textarea", minLength=10, maxLength=20)
        assert problem(reason, "不符合。") == ["至少写 10 个字，现在是 4 个"]
        assert problem(reason, "字" * 21) == ["最多写 20 个字，现在是 21 个"]
        assert problem(reason, "字" * 20) == []

    def test_a_short_text_is_no_answer_to_be_padded_with_blanks(self) -> None:
        assert problem(field("a", "textarea", minLength=10), "短" + " " * 20) == ["至少写 10 个字，现在是 1 个"]

    def test_texts_have_a_greatest_length_even_if_the_author_gave_none(self) -> None:
        assert problem(field("a"), "字" * 201) == ["最多写 200 个字，现在是 201 个"]
        assert problem(field("a", "textarea"), "字" * 2001) == ["最多写 2000 个字，现在是 2001 个"]

    def test_an_optional_text_left_empty_is_not_too_short(self) -> None:
        assert problem(field("a", minLength=10), "") == []

    def test_numbers_keep_their_limits(self) -> None:
        number = field("a", "number", min=1, max="=most", decimalDigits=0)
        assert problem(number, "0", most=Decimal(5)) == ["不能小于 1"]
        assert problem(number, "6", most=Decimal(5)) == ["不能大于 5"]
        assert problem(number, "1.5", most=Decimal(5)) == ["请填写整数"]

    def test_patterns_say_the_authors_sentence(self) -> None:
        asked = field("a", label="门牌", pattern="^[0-9]+号$", patternErrorMessage="请写成“12号”")
        assert problem(asked, "12号") == []
        assert problem(asked, "十二") == ["请写成“12号”"]
        assert problem(field("a", label="门牌", pattern="^[0-9]+$"), "x") == ["门牌的格式不正确"]

    def test_a_pattern_made_to_hang_answers_at_once(self) -> None:
        assert problem(field("a", "textarea", pattern="^(a+)+$"), "a" * 1999 + "!") == ["a的格式不正确"]

    def test_dates_keep_their_limits(self) -> None:
        since = field("since", "datetime", properties={"notAfter": "today"})
        until = field("until", "datetime", properties={"notBefore": "since"})
        with clock.standing_at(datetime(2026, 11, 22, 16, 0, tzinfo=UTC)):
            assert problem(since, "2026-11-23") == []
            assert problem(since, "2026-11-24") == ["不能晚于 11月23日 周一"]
            soon = field("soon", "datetime", properties={"notBefore": "today+1", "notAfter": "today+14"})
            assert (problem(soon, "2026-11-24"), problem(soon, "2026-12-07")) == ([], [])
            assert problem(soon, "2026-11-23") == ["不能早于 11月24日 周二"]
            assert problem(soon, "2026-12-08") == ["不能晚于 12月7日 周一"]
            assert problems(form(since, until), {"since": "2026-11-20", "until": "2026-11-19"}) == {
                "until": ["不能早于 11月20日 周五"]
            }
            assert problems(form(since, until), {"since": "soon", "until": "2026-11-19"}) == {
                "since": ["请填写正确的日期"]
            }


class TestFormats:
    @pytest.mark.parametrize(
        ("kind", "good", "bad"),
        [
            ("idno", "11010519491231002x", "110105194912310021"),
            ("phone", "138 0000 0000", "0876-3120000"),
            ("person_name", "买买提·阿不都", "A"),
            ("region", "532622100001", "5326"),
            ("email", "a@example.org", "a@b"),
            ("bankcard", "6222 0212 3456 7894 120", "6222021234567894121"),
        ],
    )
    def test_each_format_has_its_own_check(self, kind: str, good: str, bad: str) -> None:
        component = field("a", properties={"format": kind})
        assert problem(component, good) == []
        assert len(problem(component, bad)) == 1

    def test_identity_numbers_are_kept_in_capitals(self) -> None:
        assert value(field("a", properties={"format": "idno"}), "11010519491231002x") == "11010519491231002X"

    def test_a_landline_is_good_enough_at_the_counter(self) -> None:
        component = field("a", properties={"format": "phone"})
        assert problem(component, "0876-3120000", channel="COUNTER") == []

    def test_what_only_the_database_knows_is_asked_last(self) -> None:
        asked: list[Any] = []

        def region(code: Any, question: Field) -> str | None:
            asked.append((code, question.key))
            return "没有这个地区"

        component = field("a", properties={"format": "region"})
        assert problems(form(component), {"a": "532622100001"}, checks={"region": region}) == {"a": ["没有这个地区"]}
        assert problems(form(component), {"a": "x"}, checks={"region": region}) == {"a": ["请从列表中选择地区"]}
        assert problems(form(component), {}, checks={"region": region}) == {}
        assert asked == [("532622100001", "a")]

    def test_each_file_is_asked_about_by_itself(self) -> None:
        def stored(number: Any, question: Field) -> str | None:
            return None if number == "a" else f"没有文件 {number}"

        photos = form(field("photos", "filepicker", multiple=True))
        assert problems(photos, {"photos": ["a", "b", "c"]}, checks={"attachment": stored}) == {
            "photos": ["没有文件 b"]
        }
        assert photos.load({"photos": "a"}, {}, checks={"attachment": stored}) == {"photos": ["a"]}


class TestChoices:
    def test_an_answer_that_was_not_offered_is_refused(self) -> None:
        assert problem(choice("a", "radio", "x"), "y") == ["请从列出的选项中选择"]
        assert problem(choice("a", "checklist", "x"), ["x", "y"]) == ["请从列出的选项中选择"]

    def test_options_come_from_an_expression(self) -> None:
        towns = field("town", "select", valuesExpression="=[{label: name, value: code}]")
        assert value(towns, "532622100", name="江那镇", code="532622100") == "532622100"
        assert problem(towns, "532622101", name="江那镇", code="532622100") == ["请从列出的选项中选择"]

    def test_options_come_from_a_variable(self) -> None:
        towns = field("town", "select", label="乡镇", valuesKey="towns")
        assert value(towns, "江那镇", towns=["江那镇"]) == "江那镇"
        assert problem(towns, "江那镇") == ["“乡镇”现在没有可选项"]

    def test_numbers_may_be_options(self) -> None:
        assert value(choice("a", "radio", 1, 2), "2") == 2

    def test_no_more_may_be_chosen_than_the_form_allows(self) -> None:
        courses = choice("courses", "checklist", "电工", "家政", "养殖", properties={"maxChoices": "2"})
        assert problem(courses, ["电工", "家政"]) == []
        assert problem(courses, ["电工", "家政", "养殖"]) == ["最多选 2 项，现在是 3 项"]


class TestConditions:
    def test_a_hidden_field_is_dropped_whatever_was_sent(self) -> None:
        asked = form(yes_no("inScope"), field("town", hide="=inScope = false", required=True))
        assert asked.load({"inScope": "false", "town": "x"}, {}) == {"inScope": False}
        assert problems(asked, {"inScope": "true"}) == {"town": ["请填写town"]}

    def test_the_answer_of_a_hidden_field_hides_what_hangs_on_it(self) -> None:
        asked = form(yes_no("a"), yes_no("b", hide="=a = false"), field("c", hide="=b != true"))
        assert asked.load({"a": "true", "b": "true", "c": "x"}, {})["c"] == "x"
        assert asked.load({"a": "false", "b": "true", "c": "x"}, {}) == {"a": False}

    def test_conditions_see_the_variables_of_the_case(self) -> None:
        asked = form(field("proxyName", hide='=channel != "PROXY"', required=True))
        assert asked.load({}, {"channel": "SELF"}) == {}
        assert problems(asked, {}, context={"channel": "PROXY"}) == {"proxyName": ["请填写proxyName"]}

    def test_a_filter_in_a_condition_sees_them_too(self) -> None:
        asked = form(field("why", hide="=count(members[income > standard]) = 0", required=True))
        assert asked.load({}, {"members": [{"income": 300}], "standard": 640}) == {}
        assert problems(asked, {}, context={"members": [{"income": 900}], "standard": 640}) == {"why": ["请填写why"]}

    def test_conditions_do_not_see_an_older_answer_to_a_question_that_is_asked_again(self) -> None:
        asked = form(choice("kind", "radio", "x", "y"), field("why", hide='=kind != "x"'))
        assert asked.load({"why": "z"}, {"kind": "x"}) == {"kind": None}

    def test_a_condition_that_is_neither_true_nor_false_hides_nothing(self) -> None:
        assert form(field("a", hide="=nobody > 3")).load({"a": "x"}, {}) == {"a": "x"}

    def test_conditions_that_chase_each_other_end(self) -> None:
        asked = form(field("a", hide='=b = "1"'), field("b", hide='=a = "1"'))
        assert set(asked.load({"a": "1", "b": "1"}, {})) <= {"a", "b"}

    @pytest.mark.parametrize("setting", [{"readonly": True}, {"disabled": True}, {"readonly": "=locked"}])
    def test_read_only_fields_are_dropped(self, setting: dict[str, Any]) -> None:
        asked = form(field("a", required=True, **setting), field("b"))
        assert asked.load({"a": "forged", "b": "x"}, {"locked": True}) == {"b": "x"}


class TestPages:
    asked = form(
        {"type": "group", "id": "one", "label": "一", "components": [yes_no("far", required=True)]},
        {"type": "group", "id": "two", "label": "二", "components": [field("how", required="=far")]},
        {"type": "group", "id": "three", "label": "三", "conditional": {"hide": "=far"}, "components": [field("x")]},
    )

    def test_one_page_is_checked_alone(self) -> None:
        assert self.asked.load({"far": "true"}, {}, page="one") == {"far": True}

    def test_a_page_sees_the_answers_of_earlier_ones(self) -> None:
        assert problems(self.asked, {}, page="two", context={"far": True}) == {"how": ["请填写how"]}
        assert problems(self.asked, {}, page="two", context={"far": False}) == {}

    def test_answers_to_other_pages_are_left_aside_and_strange_ones_refused(self) -> None:
        assert self.asked.load({"far": "true", "how": "x"}, {}, page="one") == {"far": True}
        assert problems(self.asked, {"far": "true", "z": 1}, page="one") == {"z": ["表单中没有这一项"]}

    def test_a_page_with_nothing_on_it_is_left_out(self) -> None:
        assert [page.page.id for page in self.asked.visible({"far": True})] == ["one", "two"]
        assert [page.page.id for page in self.asked.visible({"far": False})] == ["one", "two", "three"]


class TestRows:
    members = {
        "type": "dynamiclist",
        "path": "members",
        "label": "家庭成员",
        "properties": {"minRows": "1", "maxRows": "3"},
        "components": [
            field("name", label="姓名", required=True),
            field("age", "number"),
            field("school", hide="=age > 18", required=True, label="学校"),
        ],
    }

    def test_rows_come_as_a_list_or_as_numbered_answers(self) -> None:
        expected = {"members": [{"name": "甲", "age": 30}, {"name": "乙", "age": 9, "school": "小学"}]}
        assert form(self.members).load(expected, {}) == expected
        posted = {
            "members-0-name": "甲",
            "members-0-age": "30",
            "members-0-school": "dropped",
            "members-3-name": "乙",
            "members-3-age": "9",
            "members-3-school": "小学",
        }
        assert form(self.members).load(posted, {}) == expected

    def test_problems_stand_at_the_field_of_the_row(self) -> None:
        rows = [{"name": "甲", "age": 30}, {"name": "", "age": "x", "grade": 1}]
        assert problems(form(self.members), {"members": rows}) == {
            "members-1-name": ["请填写姓名"],
            "members-1-age": ["请填写数字"],
            "members-1-school": ["请填写学校"],
            "members-1-grade": ["表单中没有这一项"],
        }

    def test_blank_rows_are_no_rows(self) -> None:
        assert problems(form(self.members), {"members": [{"name": "", "age": ""}]}) == {"members": ["请填写家庭成员"]}

    def test_there_is_a_greatest_number_of_rows(self) -> None:
        rows = [{"name": "甲", "age": 30}] * 4
        assert problems(form(self.members), {"members": rows}) == {"members": ["最多填写 3 行，现在是 4 行"]}

    @pytest.mark.parametrize("raw", ["x", {"name": "甲"}, ["x"], [["x"]]])
    def test_what_are_no_rows_is_refused(self, raw: Any) -> None:
        assert problems(form(self.members), {"members": raw}) == {"members": ["请逐行填写"]}

    def test_an_answer_in_a_row_of_no_list_is_undeclared(self) -> None:
        assert problems(form(field("a")), {"a-0-b": "x"}) == {"a-0-b": ["表单中没有这一项"]}
