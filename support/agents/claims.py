"""What a provider says of a person, read by our rules: role, address, name, second step."""

from collections.abc import Iterable, Mapping
from typing import Any

from support.agents.access import Role

_HIGHEST = (Role.ADMIN, Role.LEAD, Role.AGENT)
_BESIDE_A_PASSWORD = frozenset({"otp", "hwk", "swk", "sms", "tel", "fpt", "face", "iris", "vbm"})
"""Of RFC 8176: what somebody has or is."""

Claims = Mapping[str, Any]


def groups_of(claims: Claims, name: str) -> set[str]:
    """The groups a claim names: a list, or one word. A name that is no claim is a path."""
    found: Any = claims.get(name)
    if found is None:
        found = claims
        for step in name.split("."):
            found = found.get(step) if isinstance(found, Mapping) else None
    if isinstance(found, str):
        return {found}
    return {it for it in found if isinstance(it, str)} if isinstance(found, list) else set()


def role_for(groups: Iterable[str], role_of: Mapping[str, str]) -> Role | None:
    """The highest that any of the groups has; None: there is no place here for this person."""
    roles = {role_of[group] for group in groups if group in role_of}
    return next((role for role in _HIGHEST if role in roles), None)


def own_address(claims: Claims, verified: str) -> str | None:
    """The person's address, if the provider has made sure that it is theirs.

    Letters beyond ASCII must come in lower case: the Kelvin sign becomes a k, and whoever has an
    address with it there would be whoever has the one with a k here.
    """
    email, sure = claims.get("email"), claims.get(verified)
    if not isinstance(email, str) or not (sure is True or sure in ("true", "1", 1)):
        return None
    if any(not it.isascii() and it != it.lower() for it in email):
        return None
    email = email.strip().lower()
    fits = "@" in email.strip("@") and len(email) <= 254 and email.isprintable()
    return email if fits and not any(map(str.isspace, email)) else None


def name_of(claims: Claims) -> tuple[str, str]:
    """Family and given name; where they are not told apart, all of it is the first."""
    family, given = _words(claims, "family_name"), _words(claims, "given_name")
    if family:
        return family, given
    whole = _words(claims, "name") or given or _words(claims, "email").partition("@")[0]
    return whole or "?", ""


def _words(claims: Claims, name: str) -> str:
    found = claims.get(name)
    if not isinstance(found, str):
        return ""
    readable = "".join(it if it.isprintable() else " " for it in found)
    return " ".join(readable.split())[:40]


def took_two_steps(claims: Claims, acr: str) -> bool:
    """Whether the provider says that it asked for more than a password."""
    told = claims.get("acr")
    if isinstance(told, str) and told and told in {it.strip() for it in acr.split(",")}:
        return True
    ways = claims.get("amr")
    named = {it for it in ways if isinstance(it, str)} if isinstance(ways, list) else set()
    return "mfa" in named or ("pwd" in named and bool(named & _BESIDE_A_PASSWORD))
