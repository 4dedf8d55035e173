"""Masks 脱敏: how personal data are shown to those who need not know them."""

from typing import Any

from engine.registry.actors import Actor

_FAR = ("prefecture", "province")
_HANDLING = ("casework", "leader", "supervisor")


def name(text: str) -> str:
    """张*, whatever the length."""
    return f"{text[0]}*" if text else ""


def identity(text: str) -> str:
    """5326**********1234."""
    return f"{text[:4]}{'*' * 10}{text[-4:]}" if len(text) >= 15 else "*" * len(text)


def phone(text: str) -> str:
    """138****1234; of a shorter number only the last four."""
    if len(text) >= 11:
        return f"{text[:3]}{'*' * (len(text) - 7)}{text[-4:]}"
    return "*" * (len(text) - 4) + text[-4:] if len(text) > 4 else "*" * len(text)


def address(text: str) -> str:
    """三组****: where in the village, without the house."""
    return f"{text[:2]}****" if text else ""


def account(text: str) -> str:
    """****1234; the last four of a short number would be most of it."""
    return f"****{text[-4:]}" if len(text) >= 12 else "*" * len(text)


KINDS = {"name": name, "identity": identity, "phone": phone, "address": address, "account": account}
"""How a field may be masked, by what its property `mask` says."""


def for_viewer(actor: Actor, case: Any) -> bool:
    """Whether this viewer sees the case masked.

    In clear for the applicant, for the guardian who acts for them, and for those who handle cases at the place:
    village, town and county. Masked for prefecture and province, for auditors and administrators, and for a proxy
    (domain A.2).
    """
    if actor.is_citizen:
        is_person = bool(actor.identity_number) and case.applicant_identity == actor.identity_number
        return not (case.citizen_id == actor.id or is_person or case.applicant_identity in actor.wards)
    return not any(
        post.role_kind in _HANDLING and post.level not in _FAR and post.covers(case.region_code) for post in actor.posts
    )
