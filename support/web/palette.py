"""The command palette: everything there is to go to, found by a few letters of its name.

The script adds what can be done on the page and narrows the list while one types; without a script
the same list is a page with a field to search in.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.conversations.records import Conversation
from support.db import db
from support.errors import N_
from support.search.folding import fold
from support.tickets.records import Ticket
from support.tickets.states import State
from support.web import typed
from support.web.guard import i_may, me
from support.web.settings import sections

pages = Blueprint("palette", __name__)

MOST_TICKETS = 8


@dataclass(frozen=True)
class Place:
    """A page; `words` are other names one may type for it: how it is read, in Latin letters too."""

    endpoint: str
    icon: str
    title: str
    words: str
    view: str | None = None
    keys: str = ""
    deed: Deed | None = None


PLACES = (
    Place(
        "tickets.queue",
        "all",
        N_("すべての未解決"),
        "inbox じゅしんばこ jushinbako mikaiketsu",
        keys="G I",
    ),
    Place(
        "tickets.queue",
        "mine",
        N_("自分の担当"),
        "mine じぶんのたんとう jibun tantou",
        "mine",
        "G M",
    ),
    Place(
        "tickets.queue", "unassigned", N_("未割当"), "unassigned みわりあて miwariate", "unassigned"
    ),
    Place("tickets.queue", "hourglass", N_("期限間近"), "due きげんまぢか kigen", "due"),
    Place(
        "tickets.queue",
        "waiting",
        N_("返信待ち（顧客）"),
        "waiting へんしんまち henshinmachi",
        "waiting",
    ),
    Place("tickets.queue", "pause-circle", N_("保留"), "held hold ほりゅう horyuu", "held"),
    Place(
        "tickets.queue", "resolved", N_("解決済み"), "resolved かいけつずみ kaiketsu", "resolved"
    ),
    Place("search.show", "search", N_("検索"), "search けんさく kensaku", keys="/"),
    Place(
        "canned.shelf",
        "canned",
        N_("定型回答"),
        "canned answers ていけいかいとう teikei kaitou",
        keys="G T",
    ),
    Place("alerts.show", "bell", N_("期限のお知らせ"), "alerts おしらせ oshirase"),
    Place(
        "approvals.queue", "check", N_("承認待ち"), "approval しょうにん shounin", deed=Deed.APPROVE
    ),
    Place(
        "outreach.show",
        "outreach",
        N_("アウトリーチ"),
        "outreach prospects あうとりーち おこえがけ okoegake",
        keys="G O",
    ),
    Place(
        "outreach.table",
        "outreach",
        N_("アウトリーチの一覧"),
        "outreach table あうとりーち いちらん ichiran",
    ),
    Place("offers.show", "memo", N_("お声がけのひな型"), "offers wording ひながた hinagata"),
    Place(
        "outreach_results.show",
        "report",
        N_("アウトリーチの結果"),
        "outreach results あうとりーち けっか kekka",
        deed=Deed.RUN_OUTREACH,
    ),
    Place("handover.show", "arrow-right", N_("引き継ぎ"), "handover shift ひきつぎ hikitsugi"),
    Place(
        "incidents.show_all",
        "incident",
        N_("障害・インシデント"),
        "incident outage しょうがい shougai いんしでんと",
    ),
    Place("house.show", "shield", N_("運用ルール"), "house rules うんようるーる unyou ruuru"),
    Place(
        "crisis.show",
        "pause-circle",
        N_("炎上対応"),
        "crisis stop えんじょうたいおう enjou taiou ていし teishi",
    ),
    Place("reports.show", "report", N_("レポート"), "reports repooto", deed=Deed.SEE_REPORTS),
    Place(
        "review.show",
        "watch",
        N_("見守り"),
        "review みまもり mimamori",
        deed=Deed.REVIEW,
    ),
    Place(
        "coverage.show",
        "report",
        N_("見守りの状況"),
        "coverage agreement みまもりのじょうきょう mimamori joukyou",
        deed=Deed.REVIEW,
    ),
    Place(
        "reviewed.show",
        "star",
        N_("もらった見守り"),
        "feedback もらったみまもり moratta mimamori",
    ),
    Place(
        "report_mail.show",
        "send",
        N_("週次メール"),
        "weekly report mail しゅうじめーる shuuji meeru",
        deed=Deed.SEE_REPORTS,
    ),
    Place(
        "incident_reports.kept",
        "incident",
        N_("障害のテンプレート"),
        "incident templates しょうがいのてんぷれーと shougai tenpureeto",
    ),
    Place(
        "outreach_rules.read",
        "shield",
        N_("送る前の約束"),
        "manners outreach おくるまえのやくそく okurumae yakusoku こえかけ koekake",
        deed=Deed.OFFER_HELP,
    ),
    Place(
        "never_contact.show",
        "ban",
        N_("今後連絡しない方"),
        "never contact opt out こんごれんらくしない kongo renraku",
        deed=Deed.RUN_OUTREACH,
    ),
    Place(
        "listenings.show",
        "search",
        N_("見つける条件"),
        "listening saved search みつけるじょうけん mitsukeru jouken",
    ),
    Place(
        "listening_words.show",
        "outreach",
        N_("アウトリーチの言葉"),
        "outreach words あうとりーちのことば kotoba",
    ),
    Place(
        "research.show",
        "report",
        N_("調査する"),
        "research ちょうさする chousa",
        deed=Deed.RUN_OUTREACH,
    ),
    Place(
        "spikes.show",
        "pulse",
        N_("急増の記録"),
        "spikes きゅうぞう kyuuzou",
        deed=Deed.RUN_INCIDENTS,
    ),
    Place("agents.profile", "mine", N_("自分の設定"), "profile me じぶんのせってい jibun settei"),
)
READINGS = {
    "hours.show": "hours holidays えいぎょうじかん きゅうぎょうび eigyou jikan",
    "levels.show": "service level sla さーびすれべる",
    "alert_rules.show": "alert rules きげんのおしらせ oshirase",
    "spike_rules.show": "spikes きゅうぞう kyuuzou けんち kenchi",
    "teams.show": "team ちーむ",
    "accounts.show": "connection account せつぞく setsuzoku",
    "sending.show": "sending そうしん soushin",
    "deliveries.show": "deliveries webhook つうち tsuuchi",
    "takedowns.show": "deletion さくじょ sakujo",
    "spending.show": "spending cost りょうきん ryoukin",
    "guard_words.show": "words ことば kotoba",
    "intake.rules": "intake rules とりこみ torikomi",
    "approval_rules.show": "approval rules しょうにんのきまり shounin",
    "people.show": "people invite たんとうしゃ tantousha しょうたい shoutai",
    "sharing.show": "sharing assign じどうわりあて jidou wariate",
    "outreach_rules.show": "outreach manners こえかけ おこまりですか koekake okomari",
    "translating.show": "translation ほんやく honyaku",
    "retention.show": "retention ほぞんきかん hozonkikan しょうきょ shoukyo",
    "audit.show": "audit log かんさ kansa",
}


@dataclass(frozen=True)
class Entry:
    """One line; `words` is what it is found by, folded as everything that is searched here."""

    title: str
    icon: str
    link: str
    words: str
    meta: str = ""
    keys: str = ""


@dataclass(frozen=True)
class Group:
    title: str
    entries: list[Entry]


@pages.get("/palette")
def show() -> str | Response:
    """`recent`: tickets opened in this browser, by number; `q` narrows it without a script."""
    asked = request.args.get("q", "").strip()
    if (number := ticket_number(asked)) is not None:
        return redirect(url_for("tickets.show", ticket_id=number), 303)
    recent = request.args.get("recent", "").split(",")
    opened = [number for word in recent if (number := typed.number(word))]
    groups = [
        Group(gettext("画面"), places()),
        Group(gettext("設定"), settings()),
        Group(gettext("最近のチケット"), tickets(db.session(), opened[:MOST_TICKETS])),
    ]
    page = "palette/_dialog.html" if request.headers.get("HX-Request") else "palette/page.html"
    return render_template(page, groups=narrowed(groups, asked), q=asked)


def ticket_number(asked: str) -> int | None:
    """12, #12 and ＃１２ ask for a ticket."""
    word = fold(asked).removeprefix("#").strip()
    return typed.number(word) or None


def places() -> list[Entry]:
    return [
        Entry(
            gettext(it.title),
            it.icon,
            url_for(it.endpoint, view=it.view),
            fold(f"{it.title} {gettext(it.title)} {it.words}"),
            keys=it.keys,
        )
        for it in PLACES
        if it.deed is None or i_may(it.deed)
    ]


def settings() -> list[Entry]:
    return [
        Entry(
            gettext(it.title),
            it.icon,
            url_for(it.endpoint),
            fold(f"{it.title} {gettext(it.title)} {READINGS.get(it.endpoint, '')} settei 設定"),
        )
        for it in sections()
    ]


def tickets(session: Session, opened: list[int]) -> list[Entry]:
    """Those opened last in this browser, then one's own."""
    shown = select(Ticket).options(
        joinedload(Ticket.conversation).joinedload(Conversation.customer)
    )
    mine = (
        shown.where(Ticket.assignee_id == me().id, Ticket.state != State.RESOLVED)
        .order_by(Ticket.last_message_at.desc(), Ticket.id.desc())
        .limit(MOST_TICKETS)
    )
    there = (
        {it.id: it for it in session.scalars(shown.where(Ticket.id.in_(opened)))} if opened else {}
    )
    found = {number: there[number] for number in opened if number in there}
    for ticket in session.scalars(mine):
        found.setdefault(ticket.id, ticket)
    return [entry_of(ticket) for ticket in list(found.values())[:MOST_TICKETS]]


def entry_of(ticket: Ticket) -> Entry:
    customer = ticket.conversation.customer
    who = customer.name or f"@{customer.username}"
    return Entry(
        who,
        "dm" if ticket.conversation.is_private else "mention",
        url_for("tickets.show", ticket_id=ticket.id),
        fold(f"#{ticket.id} {who} {customer.username} {ticket.subject}"),
        meta=f"#{ticket.id}",
    )


def narrowed(groups: Iterable[Group], asked: str) -> list[Group]:
    """What every word of `asked` is part of; everything where nothing was asked."""
    words = fold(asked).split()
    left = (
        Group(group.title, [it for it in group.entries if all(word in it.words for word in words)])
        for group in groups
    )
    return [group for group in left if group.entries]
