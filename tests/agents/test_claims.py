"""What a provider says is read narrowly: what is not clearly said is not said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.agents.access import Role
from support.agents.claims import groups_of, name_of, own_address, role_for, took_two_steps

ROLE_OF = {"a": "agent", "l": "lead", "d": "admin"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)
NAMED = ("groups", "email", "email_verified", "family_name", "given_name", "name", "acr", "amr")


@pytest.mark.parametrize(
    ("claims", "name", "groups"),
    [
        ({"groups": ["a", "b"]}, "groups", {"a", "b"}),
        ({"groups": "a"}, "groups", {"a"}),
        ({"groups": ["a", 1, None, ["b"]]}, "groups", {"a"}),
        ({"realm_access": {"roles": ["a"]}}, "realm_access.roles", {"a"}),
        ({"https://x.example/groups": ["a"]}, "https://x.example/groups", {"a"}),
        ({"a.b": ["x"], "a": {"b": ["y"]}}, "a.b", {"x"}),
        ({"realm_access": "roles"}, "realm_access.roles", set()),
        ({"groups": {"a": True}}, "groups", set()),
        ({}, "groups", set()),
    ],
)
def test_groups_are_a_list_of_words_or_one_word(claims, name, groups):
    assert groups_of(claims, name) == groups


@given(st.sets(st.sampled_from(["a", "l", "d", "x", "A", ""])))
def test_the_highest_role_counts_whatever_the_order(groups):
    role = role_for(groups, ROLE_OF)
    highest = next((it for it in ("d", "l", "a") if it in groups), None)
    assert role == (Role(ROLE_OF[highest]) if highest else None)


@pytest.mark.parametrize(
    ("email", "sure", "own"),
    [
        ("Aoki@Company.example ", True, "aoki@company.example"),
        ("aoki@company.example", "true", "aoki@company.example"),
        ("aoki@company.example", 1, "aoki@company.example"),
        ("aoki@company.example", "1", "aoki@company.example"),
        ("aoki@company.example", False, None),
        ("aoki@company.example", None, None),
        ("aoki@company.example", "yes", None),
        ("aoki@company.example", ["true"], None),
        ("no address", True, None),
        ("a b@x.example", True, None),
        ("a\x00@x.example", True, None),
        ("a@" + "x" * 260, True, None),
        ("ao\u212ai@company.example", True, None),  # the Kelvin sign: lower() makes a k of it
        ("\u0130to@company.example", True, None),
        ("É@company.example", True, None),
        ("青木@例え.example", True, "青木@例え.example"),
        (["aoki@company.example"], True, None),
        (None, True, None),
    ],
)
def test_an_address_is_their_own_if_the_provider_made_sure(email, sure, own):
    assert own_address({"email": email, "checked": sure}, "checked") == own


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"family_name": "青木", "given_name": "葵"}, ("青木", "葵")),
        ({"name": "青木 葵"}, ("青木 葵", "")),
        ({"given_name": "葵"}, ("葵", "")),
        ({"email": "aoki@x.jp"}, ("aoki", "")),
        ({"family_name": " 青\n木\x00 "}, ("青 木", "")),
        ({"family_name": "長" * 99}, ("長" * 40, "")),
        ({"family_name": 1, "email": None}, ("?", "")),
    ],
)
def test_there_is_always_a_name(claims, name):
    assert name_of(claims) == name


@given(st.dictionaries(st.sampled_from(NAMED), JSON))
def test_whatever_stands_in_a_token_is_read_without_a_fault(claims):
    family, given_name = name_of(claims)
    assert 0 < len(family) <= 40
    assert len(given_name) <= 40
    assert all(isinstance(it, str) for it in groups_of(claims, "groups"))
    own = own_address(claims, "email_verified")
    assert own is None or "@" in own
    assert took_two_steps(claims, "gold") in (True, False)


@pytest.mark.parametrize("acr", ["", ",", " , "])
def test_an_empty_setting_lets_no_acr_count(acr):
    assert not took_two_steps({"acr": ""}, acr)
    assert not took_two_steps({"acr": "1"}, acr)
