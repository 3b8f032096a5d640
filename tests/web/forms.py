"""Filling in forms as a browser does: with the token of the page they stand on."""

import re
from pathlib import Path

from tests.cast import PASSWORD

ROOT = Path(__file__).parents[2]
PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


def token_on(client, page="/me"):
    return re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)[1]


def post(client, path, data=None, *, on="/me", **options):
    return client.post(path, data={**(data or {}), "csrf_token": token_on(client, on)}, **options)


def try_to_sign_in(client, email, password=PASSWORD, path="/sign-in"):
    return post(client, path, {"email": email, "password": password}, on="/sign-in")


class Browser:
    """Whoever is signed in, filling in forms: the token is on the page the form stands on."""

    def __init__(self, client):
        self.client = client

    def get(self, path, status=200):
        answer = self.client.get(path)
        assert answer.status_code == status, answer.text[:500]
        return answer.text

    def post(self, path, status=200, **fields):
        """Sends a form and follows where it leads."""
        answer = post(self.client, path, fields, follow_redirects=True)
        assert answer.status_code == status, answer.text[:500]
        return answer.text
