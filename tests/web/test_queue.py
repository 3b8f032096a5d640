"""The queue: what stands in it, how it is filtered, how it stays current, what it costs."""

import re
from datetime import timedelta

import pytest

from support.replies import sending
from support.tickets import handling, marking
from support.tickets.places import Place
from support.tickets.saving_views import save
from support.x.posts import Person
from tests.cast import HANAKO, YUUKI, customer_says, hands, post, press
from tests.fakes import THURSDAY
from tests.web import forms
from tests.web.counting import FRAME, queries

pytestmark = pytest.mark.both_databases


def person(number):
    return Person(str(9_100_000_000 + number), f"someone_{number}", f"架空の人{number}")


@pytest.fixture
def says(session, cast, clock):
    """A customer's words, some minutes ago; returns the ticket."""

    def say(text="夜になると遅いです", *, ago=5, number=0, **how):
        at = clock() - timedelta(minutes=ago)
        said = post(f"@hikari_care {text}", at=at, number=number, **how)
        return customer_says(session, cast, said, seen=clock())

    return say


def rows(page):
    return [int(number) for number in re.findall(r'<li class="ticket-row" id="ticket-(\d+)"', page)]


def group(page, key):
    """The part of the page that stands under one heading."""
    found = re.search(rf'<section aria-labelledby="group-{key}">.*?</section>', page, re.S)
    return found[0] if found else ""


def test_both_addresses_show_the_queue(misaki):
    assert misaki.get("/").status_code == misaki.get("/tickets").status_code == 200


def test_a_row_shows_who_wrote_what_and_how_long_there_is(says, misaki):
    says("ランプが赤いままです", by=YUUKI, ago=10)
    page = misaki.get("/").text
    for words in ("ゆうき＠在宅勤務", "@kakuu_yuuki", "1,284", "ランプが赤いままです", "未割当"):
        assert words in page
    assert re.search(r"残り</span> <span class=\"figure\">0:50", page)
    assert "@hikari_care ランプ" not in page  # the names a reply begins with say nothing


def test_rows_stand_in_groups_by_how_pressing_they_are(session, says, clock, x, cast, misaki):
    clock.forward(hours=2)
    late = says(ago=70, by=person(1), number=1)
    soon = says(ago=50, by=person(2), number=2)
    safe = says(ago=5, by=person(3), number=3)
    answered = says(ago=4, by=person(4), number=4)
    reply = press(session, answered, cast.misaki, now=clock())
    clock.forward(seconds=11)
    sending.deliver(session, reply.id, hands(x, clock))
    page = misaki.get("/").text
    shown = {key: rows(group(page, key)) for key in ("breached", "due", "safe", "resting")}
    assert shown == {
        "breached": [late.id],
        "due": [soon.id],
        "safe": [safe.id],
        "resting": [answered.id],
    }


def test_only_a_ticket_that_waits_for_us_is_marked_as_unanswered(
    session, says, clock, x, cast, misaki
):
    ticket = says()
    assert "data-unread" in misaki.get("/").text
    reply = press(session, ticket, cast.misaki, now=clock())
    clock.forward(seconds=11)
    sending.deliver(session, reply.id, hands(x, clock))
    assert "data-unread" not in misaki.get("/").text


def test_a_private_ticket_is_marked_in_words_and_shape(says, misaki):
    says(by=HANAKO, private=True)
    page = misaki.get("/").text
    assert 'data-channel="dm"' in page
    assert '<span class="badge" data-tone="dm">DM</span>' in page


def test_filters_narrow_and_say_so(session, says, cast, clock, misaki):
    plain, private = says(by=YUUKI), says(by=HANAKO, private=True, number=1)
    marking.tag(session, plain, "速度", by=cast.ken, now=clock())
    session.commit()
    assert rows(misaki.get("/tickets?tag=速度").text) == [plain.id]
    assert rows(misaki.get("/tickets?channel=dm").text) == [private.id]
    nothing = misaki.get("/tickets?tag=無い").text
    assert "この絞り込みに当てはまるチケットはありません" in nothing
    assert "絞り込みを外す" in nothing


@pytest.mark.parametrize("view", ["mine", "unassigned", "due", "waiting", "held", "resolved", "?"])
def test_every_view_has_words_for_being_empty(misaki, view):
    page = misaki.get(f"/tickets?view={view}")
    assert page.status_code == 200
    assert "empty-state" in page.text


def test_an_empty_queue_out_of_hours_says_when_the_clock_starts_again(cast, clock, signed_in):
    clock.forward(hours=10)
    page = signed_in(cast.misaki).get("/tickets?view=due").text
    assert "期限の時計は止まっています。明日 9:00 に再開します。" in page


def test_pages_follow_each_other_without_gap_or_double(says, misaki):
    ids = {says(ago=n, by=person(n), number=n).id for n in range(1, 61)}
    first = misaki.get("/").text
    onward = re.search(r'href="([^"]+)" rel="next"', first)[1].replace("&amp;", "&")
    second = misaki.get(onward).text
    assert len(rows(first)) == 50
    assert set(rows(first)) | set(rows(second)) == ids
    assert not set(rows(first)) & set(rows(second))
    assert 'rel="next"' not in second


def test_a_broken_page_link_shows_the_beginning(says, misaki):
    ticket = says()
    assert rows(misaki.get("/tickets?after=%00%ff").text) == [ticket.id]
    for number in (2**31, 2**70):  # more than PostgreSQL can hold, and than either can
        beyond = Place(THURSDAY, number, has_due=True)
        assert rows(misaki.get(f"/tickets?after={beyond}").text) == [ticket.id]


def test_a_number_in_the_search_opens_the_ticket(says, misaki):
    ticket = says()
    answer = misaki.get(f"/tickets?q=%23{ticket.id}")
    assert (answer.status_code, answer.location) == (303, f"/tickets/{ticket.id}")


def changes(client, *, shown, ids, since, view=""):
    words = {"shown": ",".join(map(str, shown)), "ids": ",".join(map(str, ids)), "since": since}
    return client.get("/tickets/changes", query_string={**words, "view": view, "pick": 1}).text


def test_new_tickets_wait_behind_a_bar_that_counts_them(says, clock, misaki):
    old = says(by=person(1))
    since = clock().timestamp()
    clock.forward(minutes=1)
    says(by=person(2), number=2, ago=0)
    says(by=person(3), number=3, ago=0)
    part = changes(misaki, shown=[old.id], ids=[], since=since)
    assert "新しい投稿が2件あります" in part
    assert rows(part) == []  # nothing on the page moves
    assert f'data-since="{since}"' in part


def test_a_post_that_reached_us_late_counts_as_new(says, clock, misaki):
    since = clock().timestamp()
    clock.forward(minutes=1)
    says(by=person(2), ago=40)  # written long before the page was drawn
    assert "新しい投稿が1件あります" in changes(misaki, shown=[], ids=[], since=since)


def test_a_row_that_changed_is_sent_to_where_it_stands(session, says, cast, clock, misaki):
    mine, other = says(by=person(1)), says(by=person(2), number=2)
    handling.assign(session, mine, cast.ken, by=cast.ryo, now=clock())
    session.commit()
    part = changes(misaki, shown=[mine.id, other.id], ids=[mine.id], since=clock().timestamp())
    assert rows(part) == [mine.id]
    assert 'hx-swap-oob="outerMorph"' in part
    assert "田中" in part
    assert "新しい投稿" not in part


def test_a_ticket_that_left_the_view_says_so_in_its_place(session, says, cast, clock, misaki):
    ticket = says()
    handling.resolve(session, ticket, by=cast.ken, now=clock())
    session.commit()
    part = changes(misaki, shown=[ticket.id], ids=[ticket.id], since=clock().timestamp())
    assert rows(part) == [ticket.id]
    assert "解決済み" in part


def test_odd_words_in_the_changes_address_are_left_aside(misaki):
    assert (
        misaki.get("/tickets/changes?shown=1,x,²,99999999999999&ids=-1,%00&since=nan").status_code
        == 200
    )


def test_a_part_is_the_list_alone(says, misaki):
    says()
    part = misaki.get("/tickets", headers=forms.PART).text
    assert "<html" not in part
    assert len(rows(part)) == 1


@pytest.mark.parametrize("count", [5, 60])
def test_the_queue_asks_the_same_few_questions_at_any_size(
    app, session, says, cast, clock, misaki, count
):
    for n in range(count):
        ticket = says(ago=n % 40, by=person(n), number=n)
        marking.tag(session, ticket, f"タグ{n % 3}", by=cast.ken, now=clock())
    for number, words in enumerate(({"tag": "タグ1"}, {"channel": "dm"}, {"language": "ja"})):
        save(session, f"ビュー{number}", words, shared=False, by=cast.misaki, now=clock())
    session.commit()
    assert queries(app, lambda: misaki.get("/")) - FRAME <= 4
    narrow = "/tickets?tag=タグ1&priority=normal&assignee=none&segment=法人&team=none"
    assert queries(app, lambda: misaki.get(narrow)) - FRAME <= 4
