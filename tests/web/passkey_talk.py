"""What a browser and its authenticator say to the pages about passkeys."""

from support.audit.records import AuditEntry
from tests.cast import PASSWORD
from tests.web.forms import post


def question(client, purpose, on="/sign-in"):
    answer = post(client, f"/sign-in/passkey/{purpose}", on=on)
    assert answer.status_code == 200, answer.text
    return answer.text


def enrol(client, keys, name="", **wrong):
    """Makes one on one's own page; the page that follows."""
    post(client, "/me/passkeys", {"password": PASSWORD})
    answer = keys.create(question(client, "mine", "/me"), **wrong)
    form = {"name": name, "answer": answer}
    return post(client, "/me/passkeys/new", form, on="/me/passkeys/new", follow_redirects=True)


def enter(client, answer, path="/sign-in/passkey"):
    return post(client, path, {"answer": answer}, on="/sign-in")


def deeds(session):
    session.rollback()
    return [it.deed for it in session.query(AuditEntry).order_by(AuditEntry.id)]


def said(client, page="/sign-in"):
    return client.get(page).text.split("<main")[1]


def is_in(client):
    return client.get("/me").status_code == 200
