"""The registers by the name under which each is called: those of a household check (domain C3 #3), and others."""

from collections.abc import Mapping

SLOTS = "hospital_slots"

REGISTERS: Mapping[str, str] = {
    "household_register": "公安户籍",
    "marriages": "婚姻登记",
    "deaths": "死亡和殡葬",
    "vehicles": "车辆",
    "real_estate": "不动产",
    "taxes": "税务",
    "pensions": "社保养老",
    "provident_fund": "住房公积金",
    "companies": "市场主体",
    "bank_deposits": "银行存款",
    "securities": "证券",
    "commercial_insurance": "商业保险",
    "disability": "残联",
    "school_roll": "教育学籍",
    "public_payroll": "财政供养",
    "medical_spending": "医保支出",
    "ships": "船舶",
    "residents_insured": "居民参保",
    SLOTS: "医院号源",
}
