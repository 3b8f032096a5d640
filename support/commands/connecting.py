"""`flask x connect`, and `flask x app`: ways onto X."""

from collections.abc import Callable, Mapping
from urllib.parse import parse_qs, urlsplit

import click

from support.commands.accounts import x
from support.commands.sentences import sentences
from support.db import db
from support.desk import Desk, the_desk
from support.inbox.opening import open_account
from support.x.connecting import BEARER, Credentials, by_keys, by_oauth2, who_is
from support.x.oauth1 import Keys
from support.x.oauth2 import new_secret
from support.x.posts import Person
from support.x.records import XApp
from support.x.registering import (
    SECRETS,
    AppKeys,
    all_apps,
    app_with_consumer,
    change,
    register,
)

__all__ = ["x"]
CALLBACK = "/settings/accounts/callback"


@x.command("connect")
@click.option("--token", help="A user token; asked for when no other way is chosen.")
@click.option("--oauth2", is_flag=True, help="Opens X's page of permission (needs an app).")
@click.option("--oauth1", is_flag=True, help="Asks for the four keys of X's developer pages.")
@click.option("--app", "app_name", help="Which developer app; the only one if there is one.")
def connect_account(token: str | None, oauth2: bool, oauth1: bool, app_name: str | None) -> None:
    """Connects an account, or gives a known one new credentials."""
    desk = the_desk()
    if sum([bool(token), oauth2, oauth1]) > 1:
        raise click.UsageError("Choose one of --token, --oauth2 and --oauth1.")
    with sentences():
        if oauth2:
            person, given = _through_x(desk, _app(app_name))
        elif oauth1:
            person, given = _with_four_keys(desk)
        else:
            value = token or click.prompt("User token", hide_input=True)
            person, given = who_is(desk.x.with_token(value)), Credentials(BEARER, value)
        account = open_account(db.session(), person, given, desk.settings, now=desk.clock())
    db.session.commit()
    click.echo(f"@{account.handle} is connected; what is written to it from now on is read.")


def _through_x(desk: Desk, app: XApp) -> tuple[Person, Credentials]:
    """The browser may be on another machine: the address it ends at is pasted."""
    state, verifier = new_secret(), new_secret()
    base = desk.settings.public_url or f"http://127.0.0.1:{desk.settings.port}"
    callback, app_id, asking = base + CALLBACK, app.id, desk.x.oauth2(app)
    db.session.rollback()
    click.echo("Open this address, signed in to X as the account, and give permission:\n")
    click.echo(asking.address(callback=callback, state=state, verifier=verifier) + "\n")
    click.echo(f"The browser then goes to {callback}…; within 30 seconds, copy its address.")
    answer = parse_qs(urlsplit(click.prompt("That address").strip()).query)
    code = answer.get("code", [""])[0]
    if answer.get("state", [""])[0] != state or not code:
        raise click.ClickException(
            "X gave no permission." if "error" in answer else "That is not the address X sent to."
        )
    pair = asking.exchange(code, callback=callback, verifier=verifier)
    given = by_oauth2(pair, app_id=app_id, now=desk.clock())
    return who_is(desk.x.with_token(pair.access)), given


def _with_four_keys(desk: Desk) -> tuple[Person, Credentials]:
    asked = ("Consumer key", "Consumer secret", "Access token", "Access token secret")
    keys = Keys(*(click.prompt(what, hide_input="key" not in what).strip() for what in asked))
    person = who_is(desk.x.with_keys(keys))
    app = app_with_consumer(
        db.session(), keys, secret_key=desk.settings.secret_key, now=desk.clock()
    )
    return person, by_keys(keys, app_id=app.id)


@x.command("apps")
def list_apps() -> None:
    """The developer apps accounts are connected through, and which keys are there."""
    for app in all_apps(db.session()):
        kept = {
            "client id": app.client_id,
            "client secret": app.client_secret_sealed,
            "consumer key": app.consumer_key,
            "consumer secret": app.consumer_secret_sealed,
            "bearer token": app.bearer_sealed,
        }
        click.echo(f"{app.name}  {', '.join(w for w, there in kept.items() if there) or 'no keys'}")


@x.group("app")
def one_app() -> None:
    """A developer app on X. A secret named without its value is asked for."""


def key_options(command: Callable[..., None]) -> Callable[..., None]:
    for name, secret in (
        ("--bearer", True),
        ("--consumer-secret", True),
        ("--consumer-key", False),
        ("--client-secret", True),
        ("--client-id", False),
    ):
        asked = {"prompt": True, "prompt_required": False, "hide_input": True} if secret else {}
        command = click.option(name, **asked)(command)  # type: ignore[arg-type]
    return command


@one_app.command("add")
@click.argument("name")
@key_options
def add_app(name: str, **keys: str | None) -> None:
    """Adds a developer app."""
    desk = the_desk()
    given = _keys(name, keys)
    with sentences():
        register(db.session(), given, secret_key=desk.settings.secret_key, now=desk.clock())
    db.session.commit()
    click.echo(f"{name} is there; `flask x connect --oauth2 --app '{name}'` uses it.")


@one_app.command("set")
@click.argument("name")
@click.option("--name", "new_name", help="Another name for it.")
@key_options
def set_app(name: str, new_name: str | None, **keys: str | None) -> None:
    """Changes keys of a developer app; what is not named stays."""
    app = _app(name)
    with sentences():
        change(app, _keys(new_name, keys), secret_key=the_desk().settings.secret_key)
    db.session.commit()
    click.echo(f"{app.name} is changed.")


def _keys(name: str | None, keys: Mapping[str, str | None]) -> AppKeys:
    secrets = {field: keys[field] or "" for field in SECRETS}
    return AppKeys(name, client_id=keys["client_id"], consumer_key=keys["consumer_key"], **secrets)


def _app(name: str | None) -> XApp:
    apps = all_apps(db.session())
    found = [app for app in apps if name in (None, app.name)]
    if len(found) == 1:
        return found[0]
    known = ", ".join(app.name for app in apps) or "none; `flask x app add` makes one"
    raise click.ClickException(f"Name one app. Those there are: {known}.")
