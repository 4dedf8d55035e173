"""督办: numbers one can act on, the lists behind them, and manual supervision orders."""

from webapp.supervise import attention, households, indicators, orders, problems, proxies, staffing, taking_out
from webapp.supervise.blueprint import blueprint

__all__ = [
    "attention",
    "blueprint",
    "households",
    "indicators",
    "orders",
    "problems",
    "proxies",
    "staffing",
    "taking_out",
]
