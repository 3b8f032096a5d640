"""Addresses that are not X's: none that leads back inside, none that was not looked at."""

import pytest

from support.outside import (
    NOT_REACHED,
    PRIVATE,
    REFUSED,
    TOO_LARGE,
    TOO_SLOW,
    OutsideError,
    fetch,
    is_public,
    send,
)
from tests.alerts.receiver import receiving


@pytest.fixture
def receiver():
    with receiving() as here:
        yield here


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::5", False),
        ("::ffff:10.0.0.1", False),
        ("2002:0a00:0001::", False),
        ("2002:5db8:d70e::", True),
        ("64:ff9b::5db8:d70e", True),
        ("64:ff9b::a00:1", False),
        ("64:ff9b:1::a00:1", False),
        ("::127.0.0.1", False),
        ("::ffff:0:10.0.0.1", False),
        ("fec0::1", False),
        ("ff0e::1", False),
        ("224.0.0.1", False),
    ],
)
def test_only_addresses_that_may_be_anybodys_are_public(address, public):
    assert is_public(address) is public


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://no.invalid/", "http://", "x"])
def test_where_nobody_answers_that_is_said(url):
    with pytest.raises(OutsideError) as error:
        send(url, {}, private=True)
    assert error.value.sentence == NOT_REACHED


def test_an_address_inside_is_not_called(receiver):
    for ask in (lambda: send(receiver.url, {}), lambda: fetch(receiver.url, 10)):
        with pytest.raises(OutsideError) as error:
            ask()
        assert error.value.sentence == PRIVATE
    assert receiver.got == []


def test_what_is_there_is_read_but_no_more_and_no_longer_than_was_allowed(receiver):
    assert fetch(receiver.url, 5, private=True) == b"words"
    for allowed, sentence in (({"most": 4}, TOO_LARGE), ({"most": 5, "longest": -1}, TOO_SLOW)):
        with pytest.raises(OutsideError) as error:
            fetch(receiver.url, private=True, **allowed)
        assert error.value.sentence == sentence


@pytest.mark.parametrize("status", [302, 404, 500])
def test_a_refusal_is_said_with_its_number_and_a_pointer_elsewhere_is_one(receiver, status):
    receiver.answers = [status]
    with pytest.raises(OutsideError) as error:
        send(receiver.url, {}, private=True)
    assert (error.value.sentence, error.value.values) == (REFUSED, {"status": status})


def test_the_name_is_said_though_the_address_that_was_looked_at_is_called(receiver):
    port = receiver.url.split(":")[2].split("/")[0]
    send(f"http://localhost:{port}/hook", {"a": 1}, private=True)
    assert (receiver.hosts, receiver.got) == ([f"localhost:{port}"], [{"a": 1}])
