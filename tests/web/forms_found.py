"""The forms that stand on pages: where each is sent, and the fields a browser sends with it."""

import inspect
import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

READ = re.compile(r'(?:(?:form|args|values|asked)\.get(?:list)?|form\[|written|_number)\(?"(\w+)"')
"""A field, where the code of a page takes it out of a form or an address."""


class Forms(HTMLParser):
    """All forms of a page by where they are sent: `found[path]` is a list of (name, value)."""

    def __init__(self, text):
        super().__init__()
        self.found = {}
        self._open = []
        self._named = {}
        self._chosen = None
        self._text = None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        told = {name: value or "" for name, value in attributes}
        if tag == "form":
            self._open = [] if told.get("method", "get").lower() == "post" else None
            self._keep(told.get("action"), self._open)
            self._named[told.get("id")] = self._open
        fields = self._named.get(told.get("form"), self._open) if "form" in told else self._open
        for pressed in (told.get("formaction"), told.get("hx-post")):
            if pressed:
                self._keep(pressed, fields if fields is not None else [])
        if fields is None:
            return
        name = told.get("name")
        if tag in ("input", "button") and name and told.get("type") != "reset":
            fields.append((name, told.get("value", "on")))
        elif tag == "select" and name:
            self._chosen = fields, name
        elif tag == "option" and self._chosen:
            fields, name = self._chosen
            fields.append((name, told.get("value", "")))
        elif tag == "textarea" and name:
            self._text = fields, name, []

    def handle_endtag(self, tag):
        if tag == "form":
            self._open = []
        elif tag == "select":
            self._chosen = None
        elif tag == "textarea" and self._text:
            fields, name, parts = self._text
            fields.append((name, "".join(parts)))
            self._text = None

    def handle_data(self, data):
        if self._text:
            self._text[2].append(data)

    def _keep(self, action, fields):
        if action and fields is not None:
            known = self.found.setdefault(action, fields)
            if known is not fields and len(fields) > len(known):
                self.found[action] = fields


def forms_of(pages, adapter):
    """By endpoint: an address it is sent to, and its fields as the pages have filled them."""
    found = {}
    for text in pages:
        for action, fields in Forms(text).found.items():
            parts = urlsplit(action)
            endpoint = adapter.match(parts.path, method="POST")[0]
            known = found.get(endpoint)
            if known is None or len(fields) > len(known[1]):
                found[endpoint] = action, fields
    return found


def fields_read(app, endpoint):
    """The names of fields that stand in the code of the page's family."""
    page = inspect.unwrap(app.view_functions[endpoint])
    return sorted(set(READ.findall(inspect.getsource(inspect.getmodule(page)))))
