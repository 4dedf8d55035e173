"""Where the outside services are, read from the environment (`JUSHOU_…`). Secrets never appear in a representation.

JUSHOU_SMTP_URL          smtp://user:password@host:587?starttls=yes&from=jushou@example.org, or smtps://…
JUSHOU_WEBHOOK_URL       https://host/path; plain http only for hosts of JUSHOU_WEBHOOK_HOSTS
JUSHOU_WEBHOOK_SECRET    key of the signature
JUSHOU_WEBHOOK_HOSTS     host or host:port as in the address, separated by commas: where else may be written to
JUSHOU_REGISTER_URL      https://host/path: the registers of other departments, each under its name
JUSHOU_REGISTER_TOKEN    what we show them
JUSHOU_WECHAT_WORK_URL   https://qyapi.weixin.qq.com, or the address of a private 政务微信
JUSHOU_WECHAT_WORK_CORP, _AGENT, _SECRET
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

WECHAT_WORK = "https://qyapi.weixin.qq.com"


@dataclass(frozen=True, slots=True)
class Settings:
    """Empty where a service is not used."""

    smtp_url: str = field(default="", repr=False)
    webhook_url: str = ""
    webhook_secret: str = field(default="", repr=False)
    webhook_hosts: frozenset[str] = frozenset()
    register_url: str = ""
    register_token: str = field(default="", repr=False)
    wechat_work_url: str = WECHAT_WORK
    wechat_work_corp: str = ""
    wechat_work_agent: str = ""
    wechat_work_secret: str = field(default="", repr=False)


def load(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this process."""

    def value(name: str) -> str:
        return environment.get(f"JUSHOU_{name}", "").strip()

    hosts = (host.strip().lower() for host in value("WEBHOOK_HOSTS").split(","))
    return Settings(
        smtp_url=value("SMTP_URL"),
        webhook_url=value("WEBHOOK_URL"),
        webhook_secret=value("WEBHOOK_SECRET"),
        webhook_hosts=frozenset(filter(None, hosts)),
        register_url=value("REGISTER_URL").rstrip("/"),
        register_token=value("REGISTER_TOKEN"),
        wechat_work_url=(value("WECHAT_WORK_URL") or WECHAT_WORK).rstrip("/"),
        wechat_work_corp=value("WECHAT_WORK_CORP"),
        wechat_work_agent=value("WECHAT_WORK_AGENT"),
        wechat_work_secret=value("WECHAT_WORK_SECRET"),
    )
