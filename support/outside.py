"""The few addresses that are not X's: subscribed calendars, and webhooks for alerts.

They are typed in by an administrator, but asked from inside the company's network: an address
that leads back into it is refused unless DESK_PRIVATE_ADDRESSES says otherwise.
"""

import ipaddress
import socket
from typing import Any
from urllib.parse import urlsplit

import httpx

from support.errors import N_

TIMEOUT = 10.0
"""Seconds."""

NOT_REACHED = N_("アドレスに接続できませんでした。")
PRIVATE = N_("社内や自分のコンピューターのアドレスには接続しません。")
TOO_LARGE = N_("届いた内容が大きすぎます。")
REFUSED = N_("相手のサーバーが断りました（%(status)s）。")


class OutsideError(Exception):
    """`sentence` says why, for whoever typed the address in."""

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence)
        self.sentence, self.values = sentence, values

    def __str__(self) -> str:
        return self.sentence % self.values if self.values else self.sentence


def fetch(url: str, most: int, *, private: bool = False) -> bytes:
    """What is at an address, up to `most` bytes. Raises OutsideError."""
    _check(url, private)
    try:
        with httpx.stream("GET", url, timeout=TIMEOUT) as answer:
            _accepted(answer)
            content = b""
            for chunk in answer.iter_bytes():
                content += chunk
                if len(content) > most:
                    raise OutsideError(TOO_LARGE)
            return content
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise OutsideError(NOT_REACHED) from error


def send(url: str, body: dict[str, Any], *, private: bool = False) -> None:
    """Posts JSON to an address. Raises OutsideError unless it is accepted."""
    _check(url, private)
    try:
        _accepted(httpx.post(url, json=body, timeout=TIMEOUT))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise OutsideError(NOT_REACHED) from error


def _accepted(answer: httpx.Response) -> None:
    if not answer.is_success:
        raise OutsideError(REFUSED, status=answer.status_code)


def _check(url: str, private: bool) -> None:
    host = urlsplit(url).hostname
    if not host:
        raise OutsideError(NOT_REACHED)
    if private:
        return
    try:
        found = socket.getaddrinfo(host, None)
    except OSError as error:
        raise OutsideError(NOT_REACHED) from error
    if not all(ipaddress.ip_address(it[4][0]).is_global for it in found):
        raise OutsideError(PRIVATE)
