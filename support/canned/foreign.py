"""What other support tools give out: Zendesk's macros and articles, Chatwoot's canned responses."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from typing import Any

from support.canned.drafts import LONGEST_TITLE, id_from
from support.canned.exchange import Row, RowFault
from support.errors import N_

NO_COMMENT = N_("コメントのないマクロなので取り込みません（タグや状態だけを変えるもの）。")
NOT_ACTIVE = N_("使われていないマクロなので取り込みません。")
DRAFT_ARTICLE = N_("下書きの記事なので取り込みません。")
NOT_AN_OBJECT = N_("この項目は読めません。")

_BLANKS = {
    "ticket.requester.name": "customer_name",
    "ticket.requester.first_name": "customer_name",
    "contact.name": "customer_name",
    "contact.first_name": "customer_name",
    "current_user.name": "agent_name",
    "current_user.first_name": "agent_name",
    "ticket.assignee.name": "agent_name",
    "ticket.assignee.first_name": "agent_name",
    "agent.name": "agent_name",
    "agent.first_name": "agent_name",
    "account.name": "account_name",
    "inbox.name": "account_name",
    "ticket.account": "account_name",
}
_PLACEHOLDER = re.compile(r"\{\{\s*([\w.]{1,60})\s*\}\}")

Read = tuple[list[Row], list[RowFault]]


def read_json(found: Any) -> Read | None:
    """The rows of a known export, numbered in its order; None where it is none."""
    if isinstance(found, dict):
        for key, reader in (("macros", _macro), ("macro", _macro), ("articles", _article)):
            if key in found:
                inner = found[key]
                return _each(inner if isinstance(inner, list) else [inner], reader)
        if isinstance(found.get("payload"), list):
            found = found["payload"]
    if isinstance(found, list) and found and _is_chatwoot(found[0]):
        return _each(found, _canned_response)
    return None


def _is_chatwoot(one: Any) -> bool:
    return isinstance(one, dict) and {"short_code", "content"} <= one.keys()


def _each(items: Sequence[Any], reader: Any) -> Read:
    rows: list[Row] = []
    faults: list[RowFault] = []
    for number, item in enumerate(items, start=1):
        made = reader(item) if isinstance(item, dict) else NOT_AN_OBJECT
        if isinstance(made, str):
            faults.append(RowFault(number, made))
        else:
            rows.append(Row(number, made))
    return rows, faults


def _macro(macro: Mapping[str, Any]) -> dict[str, Any] | str:
    """The title's `::` are folders, as Zendesk shows them."""
    if macro.get("active") is False:
        return NOT_ACTIVE
    actions = [it for it in macro.get("actions") or [] if isinstance(it, dict)]
    said = {str(it.get("field")): it.get("value") for it in actions}
    html = _last(said.get("comment_value_html"))
    answer = plain_text(html) if html else _last(said.get("comment_value"))
    if "<" in answer and re.search(r"<(p|br|div|span|a|ul|ol|strong|b)\b", answer):
        answer = plain_text(answer)
    if not answer.strip():
        return NO_COMMENT
    *folders, title = [part.strip() for part in _text(macro.get("title")).split("::")]
    tags = f"{_last(said.get('set_tags'))} {_last(said.get('current_tags'))}".split()
    return _row("zendesk", macro, title, answer, tags, "/".join(filter(None, folders)))


def _article(article: Mapping[str, Any]) -> dict[str, Any] | str:
    if article.get("draft") is True:
        return DRAFT_ARTICLE
    title = _text(article.get("title") or article.get("name"))
    labels = [_text(it) for it in article.get("label_names") or []]
    made = _row("article", article, title, plain_text(_text(article.get("body"))), labels, "")
    language = _text(article.get("locale")).partition("-")[0].lower()
    return {**made, "questions": (title,), **({"language": language} if language else {})}


def _canned_response(response: Mapping[str, Any]) -> dict[str, Any]:
    code = _text(response.get("short_code"))
    made = _row("chatwoot", response, code, _text(response.get("content")), [], "")
    return {**made, "id": id_from(code) if code.strip() else made["id"]}


def _row(
    tool: str, found: Mapping[str, Any], title: str, answer: str, tags: list[str], folder: str
) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": f"{tool}-{found['id']}" if found.get("id") else "",
        "title": title[:LONGEST_TITLE],
        "answer": _PLACEHOLDER.sub(_ours, answer),
    }
    if tags:
        made["tags"] = tuple(tags)
    if folder:
        made["folder"] = folder
    return made


def _ours(placeholder: re.Match[str]) -> str:
    """Our own blank for the same thing; an unknown one stays, and is refused later by name."""
    name = _BLANKS.get(placeholder[1].lower())
    return f"{{{name}}}" if name else placeholder[0]


def _last(value: Any) -> str:
    """Zendesk writes a comment as a text, or as its channel and the text."""
    if isinstance(value, list):
        return _text(value[-1]) if value else ""
    return _text(value)


def _text(value: Any) -> str:
    return str(value) if isinstance(value, str | int | float) else ""


def plain_text(html: str) -> str:
    """What a reader would see: paragraphs as lines, links with their address behind them."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    text = re.sub(r"[ \t\xa0]+", " ", "".join(reader.pieces))
    text = "\n".join(line.strip() for line in text.split("\n"))
    text = re.sub(r"・\n*(?=\S)", "・", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


_ENDS: Mapping[str, str] = {
    **dict.fromkeys(("p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "blockquote"), "\n\n"),
    **dict.fromkeys(("tr", "ul", "ol"), "\n"),
}


class _Reader(HTMLParser):
    """Line ends come from the elements alone; those of the source are spaces."""

    UNSEEN = frozenset(("script", "style", "head", "template"))

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._unseen = 0
        self._link = ""
        self._from = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in self.UNSEEN
        if tag == "br":
            self.pieces.append("\n")
        elif tag in ("li", "div"):
            self._end("\n")
            self.pieces.append("・" if tag == "li" else "")
        else:
            self._end(_ENDS.get(tag, ""))
        if tag == "a":
            self._link, self._from = dict(attrs).get("href") or "", len(self.pieces)

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in self.UNSEEN and self._unseen > 0
        self._end("\n" if tag == "div" else _ENDS.get(tag, ""))
        if tag == "a" and self._link.startswith(("http://", "https://")):
            shown = "".join(self.pieces[self._from :]).strip()
            if self._link.rstrip("/") != shown.rstrip("/"):
                self.pieces.append(f" {self._link} ")
            self._link = ""

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.pieces.append(re.sub(r"\s+", " ", data))

    def _end(self, gap: str) -> None:
        """At least this many line ends stand here."""
        tail = "".join(self.pieces[-4:]).rstrip(" ")
        there = len(tail) - len(tail.rstrip("\n"))
        self.pieces.append("\n" * max(0, len(gap) - there))
