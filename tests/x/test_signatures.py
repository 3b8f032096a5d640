"""Only X knows the app's secrets: what it signed is told from what anybody could write."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.x.signatures import (
    CLIENT,
    CONSUMER,
    Keys,
    Verdict,
    is_challenge,
    judge,
    other_key,
    response_token,
)
from support.x.signatures import sign as signed

BODY = b'{"data": {"event_type": "post.create"}}'
BOTH = Keys(consumer="consumer-secret", client="client-secret")
BY_CONSUMER, BY_CLIENT = signed("consumer-secret", BODY), signed("client-secret", BODY)


def verdict(keys=BOTH, *, by_consumer="", by_client="", body=BODY):
    return judge(keys, body, by_consumer=by_consumer, by_client=by_client)


def test_the_signature_is_the_keyed_hash_of_the_raw_body():
    # RFC 4231, test case 2, in base64.
    expected = "sha256=W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM="
    assert signed("Jefe", b"what do ya want for nothing?") == expected


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"by_consumer": BY_CONSUMER}, Verdict.GENUINE),
        ({"by_client": BY_CLIENT}, Verdict.GENUINE),
        ({"by_consumer": BY_CONSUMER, "by_client": BY_CLIENT}, Verdict.GENUINE),
        ({}, Verdict.UNSIGNED),
        ({"by_consumer": BY_CLIENT}, Verdict.FORGED),
        ({"by_client": BY_CONSUMER}, Verdict.FORGED),
        ({"by_consumer": BY_CONSUMER, "by_client": "sha256=AAAA"}, Verdict.FORGED),
        ({"by_consumer": "sha256=AAAA", "by_client": BY_CLIENT}, Verdict.FORGED),
        ({"by_consumer": BY_CONSUMER.removeprefix("sha256=")}, Verdict.FORGED),
        ({"by_consumer": "sha256=ひかり"}, Verdict.FORGED),
    ],
)
def test_every_signature_that_is_there_must_fit(told, expected):
    assert verdict(**told) is expected


def test_a_signature_by_a_key_the_desk_was_never_given_is_passed_over():
    only_consumer = Keys(consumer="consumer-secret")
    told = {"by_consumer": BY_CONSUMER, "by_client": "sha256=AAAA"}
    assert verdict(only_consumer, **told) is Verdict.GENUINE
    assert verdict(only_consumer, by_client=BY_CLIENT) is Verdict.UNSIGNED


def test_an_app_without_secrets_believes_nothing():
    empty = signed("", BODY)
    assert verdict(Keys(), by_consumer=empty, by_client=empty) is Verdict.UNSIGNED


@given(st.binary(max_size=200), st.binary(max_size=200), st.text(max_size=60))
def test_no_other_body_and_no_other_signature_passes(body, other, words):
    signature = signed("consumer-secret", body)
    assert verdict(by_consumer=signature, body=body) is Verdict.GENUINE
    if other != body:
        assert verdict(by_consumer=signature, body=other) is not Verdict.GENUINE
    if words != signature:
        assert verdict(by_consumer=words, body=body) is not Verdict.GENUINE


def test_the_challenge_is_answered_with_the_client_secret_unless_x_took_the_other():
    assert response_token(BOTH, "abc") == signed("client-secret", b"abc")
    assert response_token(BOTH, "abc", key=CLIENT) == signed("client-secret", b"abc")
    assert response_token(BOTH, "abc", key=CONSUMER) == signed("consumer-secret", b"abc")
    assert response_token(Keys(consumer="k"), "abc") == signed("k", b"abc")
    assert response_token(Keys(), "abc") == ""


@pytest.mark.parametrize("token", ["abc", "MDA4ZDY5NTc=", "6f1c-4e", "a+b/c_d~.", "x" * 500])
def test_a_challenge_of_the_kind_x_makes_is_one(token):
    assert is_challenge(token)


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=5)), st.sampled_from(["", " ", "\n"]))
def test_nothing_a_push_could_be_read_from_is_a_challenge(event, before):
    for ascii_only in (True, False):
        assert not is_challenge(before + json.dumps(event, ensure_ascii=ascii_only))


def test_where_there_are_two_keys_a_refused_answer_is_tried_with_the_other():
    assert [other_key(key, BOTH) for key in ("", CLIENT, CONSUMER)] == [CONSUMER, CONSUMER, CLIENT]
    assert other_key("", Keys(consumer="k")) == ""


def test_secrets_do_not_show_where_keys_are_printed():
    assert "secret" not in repr(BOTH)
