"""The few addresses that are not X's: subscribed calendars, and webhooks for alerts.

They are typed in by an administrator, but asked from inside the company's network: an address
that leads back into it is refused unless DESK_PRIVATE_ADDRESSES says otherwise. The address that
was looked at is the one that is called, and where an answer points is not gone to.
"""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import SplitResult, urlsplit

import httpx

from support.errors import N_

TIMEOUT = 10.0
"""Seconds an answer may keep silent."""
LONGEST = 30.0
"""Seconds its content may take, however steadily it trickles."""
MOST_ADDRESSES = 4
"""Of one host; the next is tried where nobody takes the call at one."""

NOT_REACHED = N_("アドレスに接続できませんでした。")
PRIVATE = N_("社内や自分のコンピューターのアドレスには接続しません。")
TOO_LARGE = N_("届いた内容が大きすぎます。")
TOO_SLOW = N_("相手のサーバーの応答に時間がかかりすぎました。")
REFUSED = N_("相手のサーバーが断りました（%(status)s）。")

GLOBAL_UNICAST = ip_network("2000::/3")
"""All of IPv6 that is anybody's so far; what translates or carries IPv4 lies outside it."""
TRANSLATED = ip_network("64:ff9b::/96")
"""A gateway of the network makes IPv4 of these."""


class OutsideError(Exception):
    """`sentence` says why, for whoever typed the address in."""

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence)
        self.sentence, self.values = sentence, values

    def __str__(self) -> str:
        return self.sentence % self.values if self.values else self.sentence


def fetch(url: str, most: int, *, private: bool = False, longest: float = LONGEST) -> bytes:
    """What is at an address, up to `most` bytes, within `longest` seconds. Raises OutsideError."""
    until = time.monotonic() + longest
    with _asked("GET", url, private) as answer:
        content = b""
        for chunk in answer.iter_bytes():
            content += chunk
            if len(content) > most:
                raise OutsideError(TOO_LARGE)
            if time.monotonic() > until:
                raise OutsideError(TOO_SLOW)
        return content


def send(url: str, body: dict[str, Any], *, private: bool = False) -> None:
    """Posts JSON to an address. Raises OutsideError unless it is accepted."""
    with _asked("POST", url, private, json=body):
        pass  # its words are not read


def is_public(address: str) -> bool:
    """Whether an address may be anybody's; what an IPv6 address carries of IPv4 counts."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        carried = _carried(found)
        if carried is None and found not in GLOBAL_UNICAST:
            return False
        found = carried or found
    return found.is_global and not found.is_multicast


def _carried(address: IPv6Address) -> IPv4Address | None:
    if address in TRANSLATED:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour


@contextmanager
def _asked(method: str, url: str, private: bool, **sent: Any) -> Iterator[httpx.Response]:
    """The answer, if it was accepted; its content is still to be read."""
    try:
        place = urlsplit(url)
        addresses = _addresses(place)
        if not private and not all(map(is_public, addresses)):
            raise OutsideError(PRIVATE)
        with httpx.Client(timeout=TIMEOUT, trust_env=False) as client:
            answer = _answer(client, method, place, addresses, sent)
            try:
                if not answer.is_success:
                    raise OutsideError(REFUSED, status=answer.status_code)
                yield answer
            finally:
                answer.close()
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        raise OutsideError(NOT_REACHED) from error


def _addresses(place: SplitResult) -> list[str]:
    """The first addresses of the host. Raises OSError or ValueError where it has none."""
    if not place.hostname:
        raise ValueError("an address without a host")
    named = socket.getaddrinfo(place.hostname, None, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in named[:MOST_ADDRESSES]]


def _answer(
    client: httpx.Client, method: str, place: SplitResult, addresses: list[str], sent: Any
) -> httpx.Response:
    """By address, and in the name of the host: the certificate is held against that."""
    headers = {"Host": place.netloc.rpartition("@")[2], "User-Agent": "madoguchi"}
    named = {"sni_hostname": place.hostname}
    for number, address in enumerate(addresses, start=1):
        there = httpx.URL(place.geturl()).copy_with(host=address)
        asked = client.build_request(method, there, headers=headers, extensions=named, **sent)
        try:
            return client.send(asked, stream=True)
        except httpx.ConnectError:
            if number == len(addresses):
                raise
    raise OSError("a host without an address")
