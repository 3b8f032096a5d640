"""One delivery over the wire."""

import socket
import ssl
from functools import cache
from urllib.parse import urlsplit

import httpx

from support.sandbox.keys import App
from support.sandbox.push import signing
from support.sandbox.push.queue import Delivery
from support.sandbox.push.signing import Signer

TIMEOUT_SECONDS = 10.0


def client() -> httpx.Client:
    """Follows no redirect and knows no proxy; a connection for every delivery."""
    return httpx.Client(
        timeout=TIMEOUT_SECONDS,
        trust_env=False,
        limits=httpx.Limits(max_keepalive_connections=0),
        verify=_trusted(),
    )


@cache
def _trusted() -> ssl.SSLContext:
    """Reading certificates takes longer than many deliveries: once a process is enough."""
    return httpx.create_ssl_context(trust_env=False)


def send(client: httpx.Client, delivery: Delivery, app: App, signers: tuple[Signer, ...]) -> str:
    """The answer's status as text, else what broke. A flaw strikes the first attempt only."""
    flaw = delivery.flaw if delivery.attempts == 0 else ""
    if flaw == "cut":
        return _cut(delivery, signing.headers(app, delivery.body, signers, None))
    headers = {"Content-Type": "application/json"}
    headers |= signing.headers(app, delivery.body, signers, flaw)
    try:
        return str(client.post(delivery.url, content=delivery.body, headers=headers).status_code)
    except httpx.TimeoutException:
        return "timeout"
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return f"broken: {type(error).__name__}"


def _cut(delivery: Delivery, headers: dict[str, str]) -> str:
    """Half of the body, then the connection is closed."""
    parts = urlsplit(delivery.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [
        f"POST {target} HTTP/1.1",
        f"Host: {parts.netloc}",
        "Content-Type: application/json",
        f"Content-Length: {len(delivery.body)}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    start = "\r\n".join([*lines, "", ""]).encode() + delivery.body[: len(delivery.body) // 2]
    try:
        address = (parts.hostname or "127.0.0.1", parts.port or 80)
        with socket.create_connection(address, TIMEOUT_SECONDS) as connection:
            connection.sendall(start)
    except OSError as error:
        return f"broken: {type(error).__name__}"
    return "cut"
