"""Settings: how long what is kept, what that would empty today, and what was emptied so far."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.agents.records import Agent
from support.db import db
from support.privacy import retaining
from support.privacy.records import RetentionRun
from support.privacy.terms import MONTHS, SPANS, Rules, parse
from support.web import reach, toasts
from support.web.guard import me, needs
from support.web.language import now

pages = Blueprint("retention", __name__)
RUNS = 14

WORDS: dict[str, tuple[Any, Any]] = {
    "words": (
        _l("解決したチケットの言葉"),
        _l(
            "お客様の投稿、返信の文面、社内メモ、下書き、承認と見守りの言葉、検索の索引。件数と期限の数字は残ります。"
        ),
    ),
    "media": (
        _l("解決したチケットの画像と動画"),
        _l("お客様の添付（X上の場所）と、こちらから送った画像。"),
    ),
    "payloads": (
        _l("読めなかった通知"),
        _l("Xから届いたままの内容。読めたものは、読んだときに消えています。"),
    ),
    "beside": (
        _l("チケットにしなかった投稿と前後の投稿"),
        _l("取り込みのルールで見送ったものと、文脈として表示したもの。"),
    ),
    "prospects": (
        _l("お声がけしなかった方の投稿"),
        _l("アウトリーチの候補のうち、連絡しなかった方の投稿とお名前。件数は残ります。"),
    ),
    "notices": (_l("確認したお知らせ"), _l("期限、承認、見守りのお知らせと、メモで呼ばれた印。")),
    "sign_ins": (_l("終わったサインイン"), _l("ブラウザの名前と接続元のアドレス。")),
}


@pages.get("/settings/retention")
@needs(Deed.MANAGE_DESK)
def show() -> str:
    return _page(retaining.rules_in_force(db.session()))


@pages.post("/settings/retention")
@needs(Deed.MANAGE_DESK)
def save() -> Response | str | tuple[str, int]:
    """`do=preview`: nothing is kept of it; the page says what these rules would empty today."""
    rules, wrong = parse(request.form)
    if wrong:
        return _page(rules, wrong), 422
    if request.form.get("do") == "preview":
        return _page(rules)
    retaining.set_rules(db.session(), rules, by=me(), now=now())
    db.session.commit()
    toasts.say(gettext("保存期間を保存しました"))
    return redirect(url_for("retention.show"), 303)


def _page(rules: Rules, wrong: list[str] | None = None) -> str:
    session, previewed = db.session(), request.method == "POST"
    with reach.beyond():  # the rules hold for all there is; these are numbers of rows, no more
        preview = {} if wrong else retaining.preview(session, rules, now())
    policy = retaining.newest_policy(session)
    runs = select(RetentionRun).order_by(RetentionRun.id.desc()).limit(RUNS)
    return render_template(
        "settings/retention.html",
        rules=rules.plain,
        typed=request.form if previewed else None,
        words=WORDS,
        spans=SPANS,
        months=MONTHS,
        preview=preview,
        previewed=previewed and not wrong,
        wrong=wrong or [],
        policy=policy,
        by=session.get(Agent, policy.made_by_id) if policy else None,
        runs=list(session.scalars(runs)),
    )
