"""A browser on its way to another provider and back."""

from support.agents.records import Agent


def go(client, provider, path="/sign-in/provider"):
    """There and back; where the browser is led in the end."""
    there = client.get(path)
    assert there.status_code == 303, there.text
    if not there.location.startswith(provider.url):
        return there.location
    back = client.get(provider.authorize(there.location).removeprefix("http://localhost"))
    assert back.status_code == 303, back.text
    return back.location


def person(session, email="aoki@company.example"):
    session.rollback()
    return session.query(Agent).filter_by(email=email).one_or_none()
