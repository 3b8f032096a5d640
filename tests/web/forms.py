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
