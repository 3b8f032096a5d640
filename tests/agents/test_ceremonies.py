"""Only a true answer to the question that was asked, at the place it was asked, is taken."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.agents.ceremonies import (
    NotGenuine,
    Place,
    creation,
    goes_on,
    key_id_of,
    made,
    place_of,
    request,
    shown,
)
from tests.authenticator import Authenticator

HERE = Place("localhost", "http://localhost")
ASKED, OTHER = b"a" * 32, b"b" * 32


def to_make(challenge=ASKED, known=()):
    return creation(HERE, challenge, handle=b"h" * 32, email="m@x.jp", name="佐藤", known=known)


@pytest.fixture
def authenticator():
    return Authenticator()


@pytest.mark.parametrize(
    ("public_url", "host", "place"),
    [
        ("", "localhost:8000", Place("localhost", "http://localhost:8000")),
        ("", "localhost", Place("localhost", "http://localhost")),
        ("https://desk.example", "anything", Place("desk.example", "https://desk.example")),
        ("https://Desk.example:443", "x", Place("desk.example", "https://desk.example")),
        ("https://desk.example:8443/", "x", Place("desk.example", "https://desk.example:8443")),
        ("http://localhost:8000", "x", Place("localhost", "http://localhost:8000")),
        ("", "desk.example", None),  # a name a request made up
        ("", "127.0.0.1:8000", Place("localhost", "http://localhost:8000")),
        ("", "192.0.2.7:8000", None),  # browsers make none for numbers
        ("https://192.0.2.7", "x", None),
        ("https://[2001:db8::1]", "x", None),
        ("http://desk.example", "x", None),  # no secure context
    ],
)
def test_passkeys_are_for_the_address_of_the_settings_or_for_localhost(public_url, host, place):
    assert place_of(public_url, host) == place


def test_what_is_asked_wants_a_verified_person_and_a_passkey_that_knows_them():
    asked = json.loads(to_make(known=[b"k"]))
    wanted = asked["authenticatorSelection"]
    assert (wanted["residentKey"], wanted["userVerification"]) == ("required", "required")
    assert asked["attestation"] == "none"
    assert [it["id"] for it in asked["excludeCredentials"]] == ["aw"]
    asked = json.loads(request(HERE, ASKED))
    assert (asked["userVerification"], asked["allowCredentials"]) == ("required", [])


def test_a_true_answer_is_taken(authenticator):
    new = made(HERE, ASKED, authenticator.create(to_make()))
    answer = authenticator.get(request(HERE, ASKED))
    assert key_id_of(answer) == new.key_id
    told = shown(HERE, ASKED, answer, new.public_key)
    assert (told.sign_count, told.handle) == (1, b"h" * 32)


WRONG = {
    "another question": {"challenge": "YmJiYg"},
    "another site": {"origin": "https://desk.example.evil.example"},
    "another port": {"origin": "http://localhost:8001"},
    "another name": {"rp_id": "evil.example"},
    "another deed": {"type": "payment.get"},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_an_answer_to_something_else_is_not(authenticator, wrong):
    with pytest.raises(NotGenuine):
        made(HERE, ASKED, authenticator.create(to_make(), **wrong))
    new = made(HERE, ASKED, authenticator.create(to_make()))
    answer = authenticator.get(request(HERE, ASKED), **wrong)
    with pytest.raises(NotGenuine):
        shown(HERE, ASKED, answer, new.public_key)


def test_nor_is_one_by_nobody_in_particular(authenticator):
    authenticator.verified = False
    with pytest.raises(NotGenuine):
        made(HERE, ASKED, authenticator.create(to_make()))
    authenticator.verified = True
    new = made(HERE, ASKED, authenticator.create(to_make()))
    authenticator.verified = False
    answer = authenticator.get(request(HERE, ASKED))
    with pytest.raises(NotGenuine):
        shown(HERE, ASKED, answer, new.public_key)


def test_nor_one_signed_by_another_key(authenticator):
    new = made(HERE, ASKED, authenticator.create(to_make()))
    made(HERE, ASKED, authenticator.create(to_make()))
    answer = authenticator.get(request(HERE, ASKED))
    with pytest.raises(NotGenuine):
        shown(HERE, ASKED, answer, new.public_key)


def test_nor_one_whose_words_were_changed_after_it_was_signed(authenticator):
    new = made(HERE, ASKED, authenticator.create(to_make()))
    answer = json.loads(authenticator.get(request(HERE, ASKED)))
    later = json.loads(authenticator.get(request(HERE, OTHER)))
    answer["response"]["clientDataJSON"] = later["response"]["clientDataJSON"]
    with pytest.raises(NotGenuine):
        shown(HERE, OTHER, json.dumps(answer), new.public_key)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
PARTS = st.text("ABCDwxyz-_=", max_size=80) | st.binary(max_size=60).map(bytes.hex) | JSON


@given(st.text(max_size=80) | JSON.map(json.dumps) | st.just("[" * 19_000) | st.just("9" * 9000))
def test_whatever_else_is_sent_is_not_genuine_and_no_fault(answer):
    for read in (
        key_id_of,
        lambda it: made(HERE, ASKED, it),
        lambda it: shown(HERE, ASKED, it, b""),
    ):
        with pytest.raises(NotGenuine):
            read(answer)


@given(st.data())
def test_an_answer_with_a_part_replaced_is_not_genuine_and_no_fault(data):
    authenticator = Authenticator()
    new = made(HERE, ASKED, authenticator.create(to_make()))
    for answer, read in (
        (authenticator.create(to_make()), lambda it: made(HERE, ASKED, it)),
        (authenticator.get(request(HERE, ASKED), authenticator.keys[0]),
         lambda it: shown(HERE, ASKED, it, new.public_key)),
    ):  # fmt: skip
        told = json.loads(answer)
        part = data.draw(st.sampled_from(sorted(set(told["response"]) - {"userHandle"})))
        told["response"][part] = data.draw(PARTS)
        with pytest.raises(NotGenuine):
            read(json.dumps(told))


@pytest.mark.parametrize(
    ("before", "after", "fine"),
    [
        (0, 0, True),
        (0, 1, True),
        (4, 5, True),
        (4, 9, True),
        (4, 4, False),
        (4, 3, False),
        (4, 0, False),
    ],
)
def test_a_counter_goes_on_or_is_not_kept_at_all(before, after, fine):
    assert goes_on(before, after) is fine
