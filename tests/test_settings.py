"""A bad setting is one clear sentence that names it; secrets may come from files."""

import pytest

from support.settings import SettingsError, load_settings


def refused(**environ):
    with pytest.raises(SettingsError) as error:
        load_settings({f"DESK_{name}": value for name, value in environ.items()})
    return error.value.sentences


def test_without_any_setting_the_desk_stands_on_sqlite_in_its_data_folder():
    settings = load_settings({"HOME": "/root"})
    assert settings.database_url.startswith("sqlite:///")
    assert settings.database_url.endswith("/data/desk.db")


def test_old_postgres_addresses_are_understood():
    settings = load_settings({"DESK_DATABASE_URL": "postgres://desk@localhost/desk"})
    assert settings.database_url == "postgresql://desk@localhost/desk"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "70000"),
        ("ZONE", "Mars/Olympus"),
        ("DATABASE_URL", "mysql://x"),
        ("X_BASE_URL", "api.example"),
        ("REDIS_URL", "localhost:6379"),
        ("LOCALE", "fr"),
        ("UNDO_SECONDS", "-1"),
    ],
)
def test_a_value_that_cannot_be_meant_is_named(name, value):
    (sentence,) = refused(**{name: value})
    assert f"DESK_{name}" in sentence


def test_a_misspelt_setting_is_named():
    assert "DESK_PROT" in refused(PROT="8000")[0]


def test_every_fault_is_told_at_once():
    assert len(refused(PORT="x", PROT="1", ZONE="Mars")) == 3


def test_a_secret_may_come_from_a_file(tmp_path):
    (tmp_path / "key").write_text("from a file\n")
    settings = load_settings({"DESK_SECRET_KEY_FILE": str(tmp_path / "key")})
    assert settings.secret_key == "from a file"
    assert "from a file" not in repr(settings)


def test_a_secret_file_that_is_not_there_is_named(tmp_path):
    (sentence,) = refused(SECRET_KEY_FILE=str(tmp_path / "none"))
    assert "DESK_SECRET_KEY_FILE" in sentence


def test_a_price_file_with_a_fault_ends_the_start_with_a_sentence(tmp_path):
    from app import create_app

    (tmp_path / "prices.json").write_text('{"as_of": "soon", "usd": {}}')
    settings = load_settings(
        {"DESK_X_PRICES": str(tmp_path / "prices.json"), "DESK_DATA_DIR": str(tmp_path)}
    )
    with pytest.raises(SystemExit, match=r"DESK_X_PRICES.*not a date"):
        create_app(settings)


WHOLE = {
    "OIDC_ISSUER": "https://id.example",
    "OIDC_CLIENT_ID": "desk",
    "OIDC_ROLES": "desk-admins=admin, /eu/desk=agent,cn=a=lead",
}


def test_a_provider_with_its_groups():
    settings = load_settings({f"DESK_{name}": value for name, value in WHOLE.items()})
    assert settings.oidc_role_of == {"desk-admins": "admin", "/eu/desk": "agent", "cn=a": "lead"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"OIDC_ISSUER": "http://id.example"},
        {"OIDC_ISSUER": "id.example"},
        {"OIDC_ISSUER": "https://"},
        {"OIDC_CLIENT_ID": ""},
        {"OIDC_ROLES": ""},
        {"OIDC_ROLES": "desk=owner"},
        {"OIDC_ROLES": "desk"},
        {"OIDC_ROLES": "=admin"},
    ],
)
def test_a_provider_that_cannot_be_meant_is_named(wrong):
    (sentence,) = refused(**(WHOLE | wrong))
    assert f"DESK_{next(iter(wrong))}" in sentence


def test_nobody_is_locked_out_by_a_provider_that_is_not_there():
    assert "DESK_OIDC_ISSUER" in refused(OIDC_ONLY="true")[0]


def test_the_secret_of_the_provider_comes_from_a_file_and_is_not_shown(tmp_path):
    (tmp_path / "secret").write_text("known to both\n")
    named = {"DESK_OIDC_CLIENT_SECRET_FILE": str(tmp_path / "secret")}
    settings = load_settings(named)
    assert settings.oidc_client_secret == "known to both"
    assert "known to both" not in repr(settings)
