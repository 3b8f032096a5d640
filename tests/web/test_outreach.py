"""アウトリーチ: candidates, what is offered to them, and that only X says who was contacted."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from support.audit.records import AuditEntry
from support.conversations.records import Customer
from support.lexicon import naming
from support.lexicon.words import Purpose
from support.outreach import refusing, switching
from support.outreach.following import follow
from support.outreach.policy import Policy
from support.outreach.records import OfferWording, Prospect
from support.tickets.records import Ticket
from tests.outreach import prospecting
from tests.web.forms import Browser, post


@pytest.fixture
def misaki(misaki):
    return Browser(misaki)


@pytest.fixture
def ryo(ryo):
    return Browser(ryo)


@pytest.fixture
def ken(cast, signed_in):
    return Browser(signed_in(cast.ken))


@pytest.fixture
def words(cast, writing, clock):
    def add(session, account):
        by = session.merge(cast.hikaru)
        naming.add_word(session, Purpose.PRODUCT, "ひかり回線", "", None, by=by, now=clock())

    writing(add)


@pytest.fixture
def its(session):
    def read(number):
        session.rollback()
        session.expire_all()
        return session.get_one(Prospect, number)

    return read


@pytest.fixture
def posted(writing, clock):
    """Our own post under a prospect's shows up, and is followed."""

    def seen(number, *answers):
        def does(session, account):
            it = session.get_one(Prospect, number)
            ours = prospecting.ours(account, it, clock(), it.body)
            prospecting.shown(session, account, ours, clock())
            for words in answers:
                said = prospecting.answer(account, it, ours.x_id, clock(), words)
                prospecting.shown(session, account, said, clock())
            follow(session, clock())

        writing(does)

    return seen


def drafted(page):
    return unescape(
        re.search(r"<textarea[^>]*name=\"text\"[^>]*>\s*(.*?)</textarea>", page, re.S)[1]
    )


def test_while_it_is_off_one_page_says_what_it_is_and_who_can_switch_it_on(misaki, cast, signed_in):
    page = misaki.get("/outreach")
    assert "アウトリーチはオフです" in page
    assert "オンにできるのは管理者です" in page
    assert "候補の承認" in page
    assert "オンにできるのは管理者です" not in Browser(signed_in(cast.hikaru)).get("/outreach")


def test_the_most_troubled_stand_first_with_what_matched(candidate, misaki, words):
    candidate(1, score=40, text="ひかり回線ちょっと遅い")
    candidate(2, score=90, text="ひかり回線がつながらない")
    page = misaki.get("/outreach")
    assert page.index("架空2") < page.index("架空1")
    assert "<mark>つながらない</mark>" in page
    assert "一致：ひかり回線・つながらない" in page
    assert "lang:ja" not in page.split("candidates")[1]


def test_every_page_of_it_is_one_step_away_for_whoever_may_open_it(candidate, misaki, ryo):
    for_all = ("/outreach/listenings", "/outreach/words", "/outreach/manners")
    for_leads = ("/outreach/research", "/outreach/never", "/settings/outreach")
    candidate()
    theirs, leads = (who.get("/outreach").split("<main")[1] for who in (misaki, ryo))
    for place in for_all:
        assert f'href="{place}"' in theirs
        assert 'href="/outreach"' in misaki.get(place).split("<main")[1]
    for place in for_leads:
        assert f'href="{place}"' not in theirs
        assert f'href="{place}"' in leads
        assert place == "/settings/outreach" or 'href="/outreach"' in ryo.get(place)


def test_why_it_scores_as_it_does_is_said_with_points_that_add_up(candidate, misaki, its, words):
    number = candidate(1, score=83, text="ひかり回線がつながらない")
    page = misaki.get(f"/outreach?open={number}")
    said = page.split("困り度 83 の理由")[1].split("</details>")[0]
    assert "商品名「ひかり回線」があります" in said
    assert "「つながらない」" in said
    assert sum(int(it) for it in re.findall(r">([+-]\d+)<", said)) == 83


def test_the_page_shows_the_numbers_of_the_policy_in_force(candidate, misaki, writing, cast, clock):
    number = candidate()
    policy = Policy(agent_day=7, cool_down_days=45)
    writing(lambda session, _: switching.save(session, policy, by=cast.ryo, now=clock()))
    misaki.post(f"/outreach/{number}/approve", text=prospecting.BODY)
    aside = misaki.get("/outreach").split("今日の送信")[1]
    assert re.search(r"big-figure\">1<.*/ 7件.*あと6件.*45日あける", aside, re.S)


def test_the_draft_is_worded_filled_and_signed(candidate, misaki):
    candidate()
    text = drafted(misaki.get("/outreach"))
    assert text.startswith("ご不便をおかけしております。ひかりケアの佐藤と申します。")
    assert text.endswith("^佐藤")


def test_another_wording_can_be_chosen(candidate, misaki, session):
    number = candidate()
    other = session.scalar(select(OfferWording.id).where(OfferWording.text == prospecting.OTHER))
    text = drafted(misaki.get(f"/outreach?open={number}&wording={other}"))
    assert text.startswith("お困りのご様子を拝見しました。")


def test_approved_handed_seen_and_answered(candidate, misaki, its, posted, session, cast):
    number = candidate()
    text = "ご不便をおかけしております。ひかりケアの佐藤です。 ^佐藤"
    page = misaki.post(f"/outreach/{number}/approve", text=text)
    assert "佐藤が承認" in page
    assert "x.comで使うアカウント：@hikari_care" in page
    it = its(number)
    assert (it.state, it.body, it.decided_by_id) == ("approved", text, cast.misaki.id)

    answer = post(misaki.client, f"/outreach/{number}/hand")
    place = answer.headers["Refresh"].removeprefix("0; url=")
    assert f"in_reply_to={it.post_x_id}" in place
    assert "text=%E3%81%94%E4%B8%8D%E4%BE%BF" in place
    assert "@hikari_care" in answer.text
    assert its(number).state == "handed"

    posted(number, "お願いします")
    it = its(number)
    assert it.state == "seen"
    story = misaki.get(f"/tickets/{it.ticket_id}").split('id="thread"')[1]
    assert story.index("ひかり回線が遅い") < story.index(text[:20]) < story.index("お願いします")
    assert "お声がけから" in story
    board = misaki.get("/outreach/board")
    assert f"#{it.ticket_id}" in board


def test_what_cannot_be_taken_is_said_and_nothing_typed_is_lost(candidate, misaki, its):
    number = candidate()
    page = misaki.post(f"/outreach/{number}/approve", 422, text="お得な割引があります。佐藤です")
    assert "売り込みに読める言葉があります：お得、割引" in page
    assert drafted(page) == "お得な割引があります。佐藤です"
    assert its(number).state == "found"


def test_of_two_who_press_one_reads_that_somebody_was_first(candidate, misaki, ken):
    number = candidate()
    ken.post(f"/outreach/{number}/skip", reason="joke")
    page = misaki.post(f"/outreach/{number}/approve", 409, text=prospecting.BODY)
    assert "ほかの人が先に操作しました" in page


def test_manners_are_asked_anew_when_it_is_pressed(candidate, misaki, its):
    one, two = candidate(1, by=prospecting.person(1)), candidate(2, by=prospecting.person(1))
    misaki.post(f"/outreach/{one}/approve", text=prospecting.BODY)
    page = misaki.post(f"/outreach/{two}/approve", 409, text=prospecting.BODY)
    assert "今、佐藤さんが @hikari_care からこの方に声をかけるところです。" in page
    assert its(two).state == "found"


def test_skipped_with_a_reason_and_brought_back(candidate, misaki, its):
    number = candidate()
    misaki.post(f"/outreach/{number}/skip", reason="solved")
    assert its(number).skip_reason == "solved"
    table = misaki.get("/outreach/table?stage=skipped")
    assert "もう解決している" in table
    misaki.post(f"/outreach/{number}/bring_back", **{"from": "table"})
    assert its(number).state == "found"
    misaki.post(f"/outreach/{number}/skip", 422, reason="")


def test_never_again_is_one_press_and_holds(candidate, misaki, its, session):
    one, two = candidate(1, by=prospecting.person(1)), candidate(2, by=prospecting.person(1))
    misaki.post(f"/outreach/{one}/never")
    assert {its(one).skip_reason, its(two).skip_reason} == {"opted_out"}
    assert refusing.is_unwanted(session, its(one).author_x_id)
    candidate(3, by=prospecting.person(1))
    assert "見ていない候補はありません" in misaki.get("/outreach")


def test_a_wish_noted_on_the_customers_own_page_ends_what_is_under_way(
    candidate, misaki, ken, its, session
):
    number = candidate()
    misaki.post(f"/outreach/{number}/approve", text=prospecting.BODY)
    prospect = its(number)
    who = {"x_id": prospect.author_x_id, "username": "kakuu_1", "first_seen_at": prospect.found_at}
    customer = Customer(**who, name="架空1")
    session.add(customer)
    session.commit()
    page = f"/customers/{customer.id}/contact"
    session.rollback()
    ken.post(page, wish_reason="お電話でのお申し出")
    assert (its(number).state, its(number).skip_reason) == ("skipped", "opted_out")
    session.rollback()
    ken.post(page, do="lift", wish_reason="再開のご希望")
    assert its(number).state == "skipped", "an old post is no occasion"
    session.rollback()
    (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.deed == "contact_lifted"))
    assert (entry.about, entry.data) == ("customer", {})


def test_given_back_it_waits_to_be_posted_again(candidate, misaki, its):
    number = candidate()
    misaki.post(f"/outreach/{number}/approve", text=prospecting.BODY)
    post(misaki.client, f"/outreach/{number}/hand")
    assert "まだ送っていない" in misaki.get("/outreach")
    misaki.post(f"/outreach/{number}/give_back")
    assert its(number).state == "approved"


def test_x_is_not_opened_again_once_outreach_is_off(candidate, misaki, ryo, its):
    number = candidate()
    misaki.post(f"/outreach/{number}/approve", text=prospecting.BODY)
    assert "Refresh" in post(misaki.client, f"/outreach/{number}/hand").headers
    assert "Refresh" in post(misaki.client, f"/outreach/{number}/hand").headers
    ryo.post("/settings/outreach/off", reason="炎上のため")
    answer = post(misaki.client, f"/outreach/{number}/hand")
    assert "Refresh" not in answer.headers
    assert "アウトリーチはオフです" in answer.text
    assert its(number).state == "handed"


def test_handed_and_never_seen_is_said_to_whoever_took_it(candidate, misaki, ken, clock):
    number = candidate()
    misaki.post(f"/outreach/{number}/approve", text=prospecting.BODY)
    post(misaki.client, f"/outreach/{number}/hand")
    clock.forward(hours=4)
    assert "確認できていません" in misaki.get("/outreach")
    assert "それまでは送ったものとして数えます" in misaki.get("/outreach")
    assert "それまでは送ったものとして数えます" not in ken.get("/outreach")


def test_who_names_us_is_answered_as_a_ticket(candidate, misaki, its):
    number = candidate(1, text="@hikari_care ひかり回線が遅い")
    page = misaki.get("/outreach")
    assert "チケットとして返信" in page
    assert "承認してXで開く" not in page.split("<main")[1]
    misaki.post(f"/outreach/{number}/ticket")
    assert its(number).ticket_id


def test_a_refusal_is_told_on_the_ticket(candidate, misaki, its, posted):
    number = candidate()
    misaki.post(f"/outreach/{number}/approve", text=prospecting.BODY)
    post(misaki.client, f"/outreach/{number}/hand")
    posted(number, "連絡しないでください")
    page = misaki.get(f"/tickets/{its(number).ticket_id}")
    assert "この方は「今後連絡しない」になっています" in page


def test_a_doubtful_answer_is_left_to_the_agent_with_the_button_at_hand(
    candidate, misaki, its, posted, session
):
    number = candidate()
    misaki.post(f"/outreach/{number}/approve", text=prospecting.BODY)
    post(misaki.client, f"/outreach/{number}/hand")
    posted(number, "大丈夫です")
    ticket = session.get_one(Ticket, its(number).ticket_id)
    page = misaki.get(f"/tickets/{ticket.id}")
    assert "お断りと読めるお返事です" in page
    misaki.post(
        f"/customers/{ticket.conversation.customer_id}/contact",
        wish_reason="お声がけへのお返事から",
        do="want",
    )
    assert its(number).author_x_id


def test_the_customers_page_tells_what_was_offered(candidate, misaki, its, posted, session):
    number = candidate()
    misaki.post(f"/outreach/{number}/approve", text=prospecting.BODY)
    post(misaki.client, f"/outreach/{number}/hand")
    posted(number, "お願いします")
    customer_id = session.get_one(Ticket, its(number).ticket_id).conversation.customer_id
    page = misaki.get(f"/customers/{customer_id}")
    assert "お声がけ" in page
    assert "つながらない・遅い" in page
