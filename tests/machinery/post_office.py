"""A mail server on this machine that keeps what it is given, or refuses it as it is told to."""

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


class PostOffice:
    """`answers`: what the next letters are told in place of being kept; "cut" keeps one and falls
    silent."""

    def __init__(self) -> None:
        self.kept: list[EmailMessage] = []
        self.to: list[list[str]] = []
        self.answers: list[str] = []
        self.refused: dict[str, str] = {}
        self.port = 0

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        answer = self.answers.pop(0) if self.answers else ""
        if answer and answer != "cut":
            return answer
        self.kept.append(message_from_bytes(envelope.content, policy=default))  # type: ignore[arg-type]
        self.to.append(envelope.rcpt_tos)
        if answer == "cut":
            server.transport.abort()
        return "250 OK"


class OnAnyPort(Controller):
    """Takes the port the machine gives it; the library itself would call at number 0."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def open_office(**options: Any) -> Iterator[PostOffice]:
    office = PostOffice()
    controller = OnAnyPort(office, hostname="127.0.0.1", port=0, **options)
    controller.start()
    office.port = controller.port
    try:
        yield office
    finally:
        controller.stop()


def only(user: str, password: str) -> dict[str, Any]:
    """Options of an office that takes letters of one user."""

    def known(server: Any, session: Any, envelope: Any, mechanism: str, told: Any) -> AuthResult:
        right = told.login == user.encode() and told.password == password.encode()
        return AuthResult(success=right, handled=False)

    return {"authenticator": known, "auth_require_tls": False}
