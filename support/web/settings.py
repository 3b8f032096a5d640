"""The settings: a list of pages, the first of them how we stand with X."""

from dataclasses import dataclass

from flask import Blueprint, Flask, abort, redirect, url_for
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.errors import N_
from support.web.guard import i_may

pages = Blueprint("settings", __name__)


@dataclass(frozen=True)
class Section:
    """One page of the settings, as the list beside them names it."""

    endpoint: str
    icon: str
    title: str
    deed: Deed = Deed.MANAGE_DESK
    families: tuple[str, ...] = ()
    """Page families that belong to it as a whole."""


SECTIONS = (
    Section("hours.show", "clock", N_("営業時間と休業日"), Deed.SEE_REPORTS, ("hours",)),
    Section(
        "levels.show",
        "hourglass",
        N_("サービスレベル"),
        Deed.SEE_REPORTS,
        families=("levels", "replays"),
    ),
    Section(
        "alert_rules.show",
        "bell",
        N_("期限のお知らせ"),
        Deed.SEE_REPORTS,
        families=("alert_rules",),
    ),
    Section("spike_rules.show", "pulse", N_("急増の検知"), Deed.RUN_INCIDENTS, ("spike_rules",)),
    Section("teams.show", "people", N_("チーム"), families=("teams",)),
    Section("sharing.show", "people", N_("自動割り当て"), families=("sharing",)),
    Section("people.show", "key", N_("担当者"), Deed.MANAGE_PEOPLE, ("leaving", "people")),
    Section(
        "accounts.show",
        "pulse",
        N_("接続の状態"),
        families=("accounts", "account_keys", "grants"),
    ),
    Section("sending.show", "send", N_("送信の状況"), Deed.SEE_FAULTS),
    Section("deliveries.show", "download", N_("届いた通知"), Deed.SEE_FAULTS),
    Section("takedowns.show", "trash", N_("削除への対応"), Deed.SEE_FAULTS),
    Section("spending.show", "tag", N_("Xの利用料金"), Deed.SEE_REPORTS),
    Section("guard_words.show", "shield", N_("言葉と番号"), Deed.EDIT_WORDS, ("guard_words",)),
    Section("approval_rules.show", "check", N_("承認ルール"), Deed.APPROVE, ("approval_rules",)),
    Section(
        "outreach_rules.show",
        "people",
        N_("お声がけ（お困りですか？）"),
        Deed.RUN_OUTREACH,
        ("outreach_rules",),
    ),
    Section("translating.show", "globe", N_("翻訳へのリンク"), families=("translating",)),
    Section("intake.rules", "filter", N_("取り込みのルール"), Deed.LOOK_AFTER_INTAKE),
    Section("retention.show", "hourglass", N_("保存期間"), families=("retention",)),
    Section("audit.show", "memo", N_("監査ログ"), Deed.READ_AUDIT),
)


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(settings_sections=sections)


def sections() -> list[Section]:
    """The pages whoever asks may open."""
    return [section for section in SECTIONS if i_may(section.deed)]


@pages.get("/settings")
def index() -> Response:
    """The first page whoever asks may open."""
    allowed = sections()
    if not allowed:
        abort(403)
    return redirect(url_for(allowed[0].endpoint), 303)
