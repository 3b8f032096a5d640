"""Posting to an address outside: where it may lead, and what went wrong if it failed.

Whoever sets a webhook up could otherwise make the desk talk to what only the desk can reach: the
database, the metadata of a cloud. So addresses of private networks are refused, and the address
that was looked at is the one that is called.
"""

import socket
from ipaddress import IPv6Address, ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

import httpx

SECONDS = 5.0
"""One try may take for each step: connecting, sending, hearing."""
MOST_ADDRESSES = 4
TIMEOUT, UNREACHABLE, PRIVATE, UNREADABLE = "timeout", "unreachable", "private", "unreadable"
STATUS = "status "
"""Followed by the number, where the receiver answered and did not take it."""


def deliver(url: str, body: dict[str, Any], *, private: bool) -> str:
    """Posts `body`; empty when it was taken, else what was the matter.

    `private`: addresses of private networks are allowed.
    """
    place = urlsplit(url)
    try:
        found = _addresses(place)
    except OSError:
        return UNREACHABLE
    if not private and not all(map(is_public, found)):
        return PRIVATE
    try:
        status = _post_to_any(place, found, body)
    except httpx.TimeoutException:
        return TIMEOUT
    except httpx.HTTPError:
        return UNREACHABLE
    return "" if 200 <= status < 300 else f"{STATUS}{status}"


def is_public(address: str) -> bool:
    """Whether an address may be anybody's; what an IPv6 address carries of IPv4 counts."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        found = found.ipv4_mapped or found.sixtofour or found
    return found.is_global and not found.is_multicast


def _addresses(place: SplitResult) -> list[str]:
    """The first addresses of the host; raises OSError where it has none."""
    try:
        named = socket.getaddrinfo(place.hostname, _port(place), type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError("no host has such a name") from error
    return [str(address[0]) for *_, address in named[:MOST_ADDRESSES]]


def _port(place: SplitResult) -> int:
    return place.port or (443 if place.scheme == "https" else 80)


def _post_to_any(place: SplitResult, addresses: list[str], body: dict[str, Any]) -> int:
    """The next address is tried where nobody takes the call at one."""
    for address in addresses[:-1]:
        try:
            return _post(place, address, body)
        except httpx.ConnectError:
            continue
    return _post(place, addresses[-1], body)


def _post(place: SplitResult, address: str, body: dict[str, Any]) -> int:
    """The status of the answer; its words are not read, and where it points is not gone to."""
    there = httpx.URL(place.geturl()).copy_with(host=address)
    headers = {"Host": place.netloc.rpartition("@")[2], "User-Agent": "madoguchi"}
    named = {"sni_hostname": place.hostname}  # the certificate is held against the name
    with (
        httpx.Client(timeout=SECONDS, trust_env=False) as client,
        client.stream("POST", there, json=body, headers=headers, extensions=named) as answer,
    ):
        return answer.status_code
