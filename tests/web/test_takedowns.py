"""The page that shows how well we keep up with what X takes back."""

from datetime import timedelta

import pytest

from support.compliance.emptying import empty_posts
from support.compliance.records import ComplianceCheck
from support.inbox.records import Delivery
from tests.fakes import THURSDAY

PAGE = "/settings/compliance"


@pytest.fixture
def logged(session, cast):
    """Three deletions, followed after one, two and three hours."""
    for hours in (1, 2, 3):
        empty_posts(
            session,
            [f"18900000000000000{hours}"],
            reason="deleted",
            noticed_by="webhook",
            noticed_at=THURSDAY - timedelta(hours=hours),
            now=THURSDAY,
        )
    session.commit()


def test_the_log_shows_what_went_and_how_long_it_took(logged, ryo):
    page = ryo.get(PAGE).text
    assert page.count("投稿の削除</td>") == 3
    assert "189000000000000001" in page
    assert "3:00" in page[page.index("消去までの最長時間") :]
    assert "すべて反映済み" in page


def test_the_log_as_csv_holds_every_line(logged, ryo):
    answer = ryo.get(f"{PAGE}.csv?bom=1")
    lines = answer.text.removeprefix("\ufeff").splitlines()
    assert lines[0].startswith("noticed_at,emptied_at,seconds,reason,kind,x_id")
    assert len(lines) == 4
    assert ",10800,deleted,post,189000000000000003," in lines[1]
    assert "attachment" in answer.headers["Content-Disposition"]


def test_a_push_nobody_has_read_is_a_notice_not_yet_followed(session, cast, clock, ryo):
    session.add(Delivery(received_at=clock() - timedelta(minutes=90), body=b"{}"))
    session.commit()
    page = ryo.get(PAGE).text
    assert "1:30" in page[page.index("未対応の通知") : page.index("最後の夜間確認")]


def test_a_look_that_stands_still_says_why(session, cast, clock, ryo):
    session.add_all(
        [
            ComplianceCheck(
                account_id=cast.account.id,
                began_at=clock() - timedelta(days=1),
                finished_at=clock() - timedelta(days=1),
            ),
            ComplianceCheck(
                account_id=cast.account.id, began_at=clock(), problem="429 Too Many Requests"
            ),
        ]
    )
    session.commit()
    page = ryo.get(PAGE).text
    assert "429 Too Many Requests" in page
    assert "止まった位置から自動で再開します" in page


def test_the_log_goes_on_over_pages(session, cast, ryo):
    empty_posts(
        session,
        [str(10**17 + n) for n in range(120)],
        reason="deleted",
        noticed_by="check",
        noticed_at=THURSDAY,
        now=THURSDAY,
    )
    session.commit()
    page = ryo.get(PAGE).text
    assert page.count("投稿の削除</td>") == 100
    older = page.split('href="/settings/compliance?before=', 1)[1].split('"', 1)[0]
    assert ryo.get(f"{PAGE}?before={older}").text.count("投稿の削除</td>") == 20


def test_only_leads_and_administrators_see_it(misaki, ryo):
    assert misaki.get(PAGE).status_code == 403
    assert misaki.get(f"{PAGE}.csv").status_code == 403
    there = ryo.get("/settings", follow_redirects=True)
    assert there.text.count(f'href="{PAGE}"') == 1
