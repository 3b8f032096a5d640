"""The company's mail server: the one way by which letters leave the desk.

What the server said stays here: its words may hold addresses, and never reach a page or a log. A
letter it surely did not take (`MailError`) may be given to it again; whether it took one, nobody
can say where it fell silent after the last word (`MailUnknown`).
"""

import smtplib
import ssl
from email.message import EmailMessage

from support.errors import N_
from support.settings import Settings

TIMEOUT = 20.0
"""Seconds for each answer of the server."""

NOT_SET_UP = N_("メールサーバーが設定されていません。")
NOT_REACHED = N_("メールサーバーに接続できませんでした。")
NOT_SAFE = N_("メールサーバーと暗号化された接続ができませんでした。")
NOT_LET_IN = N_("メールサーバーにサインインできませんでした。")
REFUSED = N_("メールサーバーが受け付けませんでした（%(code)s）。")
IN_DOUBT = N_("メールサーバーが受け取ったか、わかりません。")


class MailError(Exception):
    """Not taken. `permanent`: trying again would not help."""

    def __init__(self, sentence: str, code: int = 0) -> None:
        super().__init__(sentence)
        self.sentence, self.code = sentence, code
        self.permanent = code >= 500

    def __str__(self) -> str:
        return self.sentence % {"code": self.code}


class MailUnknown(Exception):
    """Perhaps taken."""

    sentence = IN_DOUBT


def deliver(
    settings: Settings, letter: EmailMessage, context: ssl.SSLContext | None = None
) -> None:
    """Gives it to the server. Raises MailError, MailUnknown."""
    if not settings.smtp_host:
        raise MailError(NOT_SET_UP)
    context = context or ssl.create_default_context()
    try:
        server = _connected(settings, context)
    except smtplib.SMTPAuthenticationError:
        raise MailError(NOT_LET_IN) from None
    except (ssl.SSLError, smtplib.SMTPNotSupportedError):
        raise MailError(NOT_SAFE) from None
    except smtplib.SMTPResponseException as error:
        # Its greeting may be a refusal for ever; yet none of a letter it has not seen.
        raise MailError(REFUSED, min(error.smtp_code, 499)) from None
    except (OSError, smtplib.SMTPException):
        raise MailError(NOT_REACHED) from None
    try:
        _give(server, letter)
    finally:
        server.close()


def _connected(settings: Settings, context: ssl.SSLContext) -> smtplib.SMTP:
    place = (settings.smtp_host, settings.smtp_port)
    if settings.smtp_tls == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(*place, timeout=TIMEOUT, context=context)
    else:
        server = smtplib.SMTP(*place, timeout=TIMEOUT)
    try:
        if settings.smtp_tls == "starttls":
            server.starttls(context=context)
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password)
    except BaseException:
        server.close()
        raise
    return server


def _give(server: smtplib.SMTP, letter: EmailMessage) -> None:
    try:
        server.send_message(letter)
    except smtplib.SMTPRecipientsRefused as error:
        code = next(iter(error.recipients.values()))[0]
        raise MailError(REFUSED, code) from None
    except smtplib.SMTPResponseException as error:
        raise MailError(REFUSED, error.smtp_code) from None
    except (smtplib.SMTPNotSupportedError, UnicodeError):
        raise MailError(REFUSED, 553) from None  # an address it cannot write
    except (OSError, smtplib.SMTPException):
        raise MailUnknown from None
