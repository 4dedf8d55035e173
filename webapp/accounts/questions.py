"""The questions of the account pages, as fields like those of every other form."""

from engine.casework import segregation
from engine.language.forms import Field, Option, Shown


def _question(key: str, label: str, hint: str = "", **properties: str) -> Shown:
    kind = properties.pop("kind", "textfield")
    field = Field(key=key, kind=kind, label=label, description=hint, required=True, properties=properties)
    return Shown(field, required=True, format=properties.get("format", ""))


NAME = _question("name", "姓名", "与身份证上的姓名一致。", format="person_name", autocomplete="name")
IDENTITY = _question("identity_number", "身份证号码", "18 位，最后一位可以是 X。", format="idno")
PHONE = _question("phone", "手机号码", "用来登录和接收办理消息。", format="phone", autocomplete="tel-national")
REGION = _question("region_code", "居住地", "请一级一级选到村（社区）。", format="region")
ADDRESS = _question("address", "详细地址", "村民小组、门牌号等，如：三组 12 号。", autocomplete="street-address")
LOGIN = _question("login", "登录名", autocomplete="username")
CURRENT = _question("current", "现在的密码", format="password", autocomplete="current-password")
PASSWORD = _question(
    "password", "设置密码", "至少 8 位，要有字母和数字。", format="password", autocomplete="new-password"
)
STAFF_PASSWORD = _question(
    "password",
    "设置密码",
    "至少 8 位，大写字母、小写字母、数字、符号至少有三种。",
    format="password",
    autocomplete="new-password",
)
TOKEN = _question("token", "一次性口令", "运行 jushou migrate 时显示的口令，30 分钟内有效。")
RELATION = Shown(
    Field(key="relation", kind="select", label="与您的关系", required=True),
    required=True,
    options=tuple(Option(relation, relation) for relation in segregation.RELATIONS),
)

UNIT_PERSON = _question("person", "联系人", "写岗位或者科室，如：办公室、信访接待室。")
UNIT_PHONE = _question("phone", "电话", "有人接听的固定电话、热线或者工作手机。")
UNIT_EMAIL = Shown(Field(key="email", kind="textfield", label="电子邮箱", description="没有可以不填。"), required=False)
UNIT_ADDRESS = _question("address", "地址", "群众上门反映问题的地方。")
UNIT_HOURS = _question("hours", "时间", "什么时候有人，如：工作日 8:30—12:00、14:30—18:00。")

REGISTRATION = (NAME, IDENTITY, PHONE, REGION, ADDRESS, PASSWORD)
SETUP = (TOKEN, LOGIN, NAME, STAFF_PASSWORD)
CITIZEN_PASSWORD_CHANGE = (CURRENT, PASSWORD)
STAFF_PASSWORD_CHANGE = (CURRENT, STAFF_PASSWORD)
GIVEN_PASSWORD = (STAFF_PASSWORD,)
RELATIVE = (IDENTITY, RELATION)
CONTACT = (UNIT_PERSON, UNIT_PHONE, UNIT_EMAIL, UNIT_ADDRESS, UNIT_HOURS)
