"""Applications of citizens: the way from 【我要反馈】 to the case number, and one's own cases afterwards."""

from webapp.apply import consents, messages, my_cases, tasks, voice, wizard
from webapp.apply.blueprint import blueprint

__all__ = ["blueprint", "consents", "messages", "my_cases", "tasks", "voice", "wizard"]
