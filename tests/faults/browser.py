"""Pressing through the web server, as a browser does, once or by two clicks at once."""

import re
import threading
import time
from typing import Any

import httpx

from tests.cast import PASSWORD
from tests.faults.plan import Errand
from tests.faults.world import World
from tests.machinery.running import forms

AGAIN = 0.5
LATE = 180.0
"""Seconds after which the browser's owner gives up opening a page."""


class Browser:
    """One signed-in agent; several clicks may be under way."""

    def __init__(self, world: World, url: str) -> None:
        self._world, self._url = world, url
        self._turn = threading.Lock()
        self._http = httpx.Client(base_url=url, follow_redirects=True, timeout=20)

    def press(self, ticket_id: int, errand: Errand, times: int) -> None:
        """Fills in the ticket's form and sends it; sent again until the desk has answered."""
        with self._turn:
            self._press(f"/tickets/{ticket_id}", errand, times)

    def open_queue(self) -> str:
        """The queue, as an agent opens it; the address of the first ticket on it, if any."""
        shown = self.open("/tickets?view=all")
        found = re.search(r'href="(/tickets/\d+)', shown)
        return found[1] if found else ""

    def open(self, page: str) -> str:
        """A page. Raises httpx.HTTPError where it cannot be opened."""
        shown = self._http.get(page)
        if str(shown.url).startswith(f"{self._url}/sign-in"):
            self._sign_in(shown.text)
            shown = self._http.get(page)
        shown.raise_for_status()
        return shown.text

    def _press(self, page: str, errand: Errand, times: int) -> None:
        fields = self._form(page) | {"body": errand.answer}
        key = fields["key"]
        while True:
            answers = self._sent(f"{page}/replies", fields, times)
            if any(status == 200 for status in answers):
                self._world.ledger.note("pressed", key=key, serial=errand.serial)
                return
            if any(status in (409, 422) for status in answers):
                self._world.ledger.note("refused", key=key, serial=errand.serial, why="page")
                return
            time.sleep(AGAIN)
            fields["csrf_token"] = self._form(page)["csrf_token"]

    def _sent(self, path: str, fields: dict[str, str], times: int) -> list[int]:
        """How the desk answered each click; 0 where it did not."""
        got = [0] * times

        def click(number: int) -> None:
            try:
                answer = self._http.post(path, data=fields)
            except httpx.HTTPError:
                return
            signed_out = str(answer.url).startswith(f"{self._url}/sign-in")
            got[number] = 0 if signed_out else answer.status_code

        clicks = [threading.Thread(target=click, args=(number,)) for number in range(times)]
        for one in clicks:
            one.start()
        for one in clicks:
            one.join()
        return got

    def _form(self, page: str) -> dict[str, str]:
        """The fields of the reply's form, once the page can be opened."""
        deadline = time.monotonic() + LATE
        while True:
            found = self._opened(page)
            if found is not None:
                return found
            if time.monotonic() > deadline:
                raise RuntimeError(f"{page} cannot be opened")
            time.sleep(AGAIN)

    def _opened(self, page: str) -> dict[str, str] | None:
        try:
            shown = self._http.get(page)
            if str(shown.url).startswith(f"{self._url}/sign-in"):
                self._sign_in(shown.text)
                return None
        except httpx.HTTPError:
            return None
        wanted = [form for form in forms(shown.text) if form.action == f"{page}/replies"]
        return dict(wanted[0].values) if shown.status_code == 200 and wanted else None

    def _sign_in(self, page: str) -> Any:
        fields = forms(page)[0].values
        asked = {"email": self._world.cast.misaki.email, "password": PASSWORD}
        return self._http.post("/sign-in", data=fields | asked)
