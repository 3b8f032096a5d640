"""What X took back: how well we keep up, and the log that proves it."""

from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import lazy_gettext as _l

from support.agents.access import Deed
from support.compliance.standing import COLUMNS, Standing, entries, standing
from support.db import db
from support.spreadsheet import as_csv
from support.web.guard import needs
from support.web.language import now, zone

pages = Blueprint("takedowns", __name__)
PAGE = 100

REASONS: dict[str, Any] = {
    "deleted": _l("投稿の削除"),
    "protected": _l("アカウントの非公開"),
    "suspended": _l("アカウントの凍結"),
    "gone": _l("アカウントの削除"),
    "withheld": _l("Xによる表示制限"),
    "purged": _l("消去の申し出・連携の解除"),
}
KINDS: dict[str, Any] = {
    "post": _l("投稿"),
    "dm": _l("DM"),
    "person": _l("アカウント"),
    "account": _l("当社アカウント"),
}
NOTICED_BY: dict[str, Any] = {
    "webhook": _l("Xからの通知"),
    "check": _l("夜間の確認"),
    "reading": _l("受信のとき"),
    "person": _l("手動"),
}


@pages.get("/settings/compliance")
@needs(Deed.SEE_FAULTS)
def show() -> str:
    before = request.args.get("before", type=int)
    found = list(entries(db.session(), before=before, limit=PAGE + 1))
    shown = found[:PAGE]
    return render_template(
        "settings/takedowns.html",
        standing=standing(db.session(), now()),
        entries=shown,
        older=url_for("takedowns.show", before=shown[-1].row.id) if len(found) > PAGE else "",
        reasons=REASONS,
        kinds=KINDS,
        noticed_by=NOTICED_BY,
        waiting=waiting,
        csv_link=url_for("takedowns.csv", bom=1),
    )


def waiting(it: Standing) -> Any:
    """How long the oldest notice has waited; None: nothing waits."""
    return now() - it.oldest_notice_at if it.oldest_notice_at else None


@pages.get("/settings/compliance.csv")
@needs(Deed.SEE_FAULTS)
def csv() -> Response:
    """The whole log; `bom=1` begins with a byte order mark, by which Excel knows UTF-8."""
    lines = [COLUMNS, *(entry.cells for entry in entries(db.session()))]
    name = f"madoguchi-compliance-{now().astimezone(zone()).date()}.csv"
    return Response(
        as_csv(lines, bom=request.args.get("bom") == "1"),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
