"""The mail server: what it takes is sent, what it refuses is told, what is in doubt is said."""

import socket
import ssl
from email.message import EmailMessage
from pathlib import Path

import pytest

from support.mail import (
    NOT_LET_IN,
    NOT_REACHED,
    NOT_SAFE,
    NOT_SET_UP,
    REFUSED,
    MailError,
    MailUnknown,
    deliver,
)
from support.settings import Settings, SettingsError, load_settings
from tests.machinery.post_office import only, open_office

LETTER = EmailMessage()
LETTER["From"], LETTER["To"], LETTER["Subject"] = "desk@a.example", "ryo@a.example", "週次"
LETTER.set_content("本文")


def settings(port, **others):
    return Settings(
        smtp_host="127.0.0.1", smtp_port=port, smtp_from="desk@a.example",
        **{"smtp_tls": "none", **others},
    )  # fmt: skip


def refusal(port, **others):
    with pytest.raises(MailError) as told:
        deliver(settings(port, **others), LETTER)
    return told.value


def test_a_letter_arrives():
    with open_office() as office:
        deliver(settings(office.port), LETTER)
    assert office.to == [["ryo@a.example"]]
    assert office.kept[0]["Subject"] == "週次"


def test_without_a_server_nothing_is_sent():
    with pytest.raises(MailError, match=NOT_SET_UP):
        deliver(Settings(), LETTER)


def test_a_server_that_is_down_is_not_reached():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        assert refusal(taken.getsockname()[1]).sentence == NOT_REACHED


def test_nothing_is_sent_in_the_clear_where_encryption_is_wanted():
    with open_office() as office:
        assert refusal(office.port, smtp_tls="starttls").sentence == NOT_SAFE
    assert not office.kept


def test_a_certificate_nobody_vouches_for_is_not_taken(certificate):
    served = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    served.load_cert_chain(certificate)
    with open_office(tls_context=served, require_starttls=True) as office:
        assert refusal(office.port, smtp_tls="starttls").sentence == NOT_SAFE
        trusted = ssl.create_default_context(cafile=str(certificate))
        deliver(settings(office.port, smtp_tls="starttls"), LETTER, trusted)
    assert len(office.kept) == 1


def test_a_wrong_password_is_told_without_it():
    with open_office(**only("desk", "right")) as office:
        account = Settings.model_construct(
            **{**settings(office.port).model_dump(), "smtp_user": "desk", "smtp_password": "wrong"}
        )
        with pytest.raises(MailError) as told:
            deliver(account, LETTER)
        assert told.value.sentence == NOT_LET_IN
        assert "wrong" not in str(told.value)
        right = account.model_copy(update={"smtp_password": "right"})
        deliver(right, LETTER)
    assert len(office.kept) == 1


@pytest.mark.parametrize(("code", "permanent"), [(451, False), (552, True)])
def test_a_refused_letter_says_for_how_long(code, permanent):
    with open_office() as office:
        office.answers = [f"{code} sesame ryo@a.example"]
        error = refusal(office.port)
        assert (error.sentence, error.code, error.permanent) == (REFUSED, code, permanent)
        assert "sesame" not in str(error)
        office.refused = {"ryo@a.example": f"{code} no such person"}
        assert refusal(office.port).code == code


def test_a_server_that_falls_silent_after_the_last_word_leaves_a_doubt():
    with open_office() as office:
        office.answers = ["cut"]
        with pytest.raises(MailUnknown):
            deliver(settings(office.port), LETTER)
    assert len(office.kept) == 1


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"DESK_SMTP_HOST": "mail.example"}, "DESK_SMTP_FROM"),
        ({"DESK_SMTP_FROM": "desk"}, "DESK_SMTP_FROM"),
        ({"DESK_SMTP_FROM": "desk@a.example\nBcc: x@y.example"}, "DESK_SMTP_FROM"),
        ({"DESK_SMTP_USER": "desk", "DESK_SMTP_TLS": "none"}, "DESK_SMTP_USER"),
        ({"DESK_SMTP_TLS": "maybe"}, "DESK_SMTP_TLS"),
    ],
)
def test_settings_that_cannot_work_are_named_at_start(given, named):
    with pytest.raises(SettingsError, match=named):
        load_settings(given)


def test_the_password_comes_from_a_file_and_is_not_shown(tmp_path):
    file = tmp_path / "password"
    file.write_text("open sesame\n")
    found = load_settings({"DESK_SMTP_PASSWORD_FILE": str(file)})
    assert found.smtp_password == "open sesame"
    assert "sesame" not in repr(found)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    """Of 127.0.0.1, made for this run and vouched for by nobody but itself."""
    from datetime import UTC, datetime, timedelta
    from ipaddress import ip_address

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    host = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(host, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    file = tmp_path_factory.mktemp("certificate") / "server.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file
