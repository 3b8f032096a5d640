"""Agents sign under their own name, in the form the account asks for."""

import pytest

from support.errors import Refused
from support.replies.signature import FORMS, check_form, signature

WHO = {"family_name": "佐藤", "initials": "SM", "persona": "ひかりケア サポート"}


@pytest.mark.parametrize(("form", "words"), FORMS.items())
def test_each_form_signs_as_its_example_says(form, words):
    assert signature(form, **WHO) == words


@pytest.mark.parametrize("form", ["{given_name}", "^{", "{}", "}{"])
def test_an_unknown_blank_is_refused_beside_the_field(form):
    with pytest.raises(Refused) as refused:
        check_form(form)
    assert refused.value.field == "signature_form"
