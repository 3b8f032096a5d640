"""Questions to X from a page: what they may cost is shown before, and written down after."""

from support.db import db
from support.desk import the_desk
from support.errors import N_, Refused
from support.outreach import rations
from support.web.language import now
from support.x.connecting import stop
from support.x.errors import Meaning, XError, reason_to_stop
from support.x.ledger import charge, month_of, pace_of, spent
from support.x.posts import Post
from support.x.pricing import POST_READ
from support.x.records import Account
from support.x.volumes import Volume


def price() -> int:
    """Micros of one post X shows.

    X's price page has no price for a count; it is reckoned as one post, so that the desk never
    reckons less than X bills.
    """
    return the_desk().prices.price(POST_READ, now().date())


def need_leave(account: Account, most: int) -> None:
    """Raises Refused where X cannot be asked for so many posts, or must not be."""
    if account.stopped_at is not None:
        raise Refused("ask", N_("Xとの接続が止まっているため、いまは調べられません。"))
    session = db.session()
    month = spent(session, account.id, month_of(now()))
    bearable = rations.affordable(month, account.monthly_cap_micros, price())
    if not rations.may_ask(pace_of(session, account, now())) or (
        bearable is not None and bearable < most
    ):
        raise Refused(
            "ask",
            N_("今月の上限に近いため、調べられません。返信のための費用を残します。"),
        )


def counted(account: Account, query: str) -> tuple[Volume, ...]:
    """How many posts of the last week X counts, by the hour. Raises Refused."""
    app = account.app
    if app is None or not app.bearer_sealed:
        raise Refused(
            "ask",
            N_(
                "件数は、アプリのBearer Tokenでしか調べられません。"
                "設定の「アプリのキー」に登録してください。"
            ),
        )
    try:
        client = the_desk().x.for_app(app)
        db.session.commit()  # X is asked with no transaction open
        found = client.counts(query)
    except XError as error:
        db.session.rollback()
        raise _refusal(error) from error
    charge(db.session(), account.id, POST_READ, 1, now=now(), prices=the_desk().prices)
    db.session.commit()
    return found


def searched(account: Account, query: str, most: int) -> list[Post]:
    """The newest posts of the last week, `most` at most. Raises Refused; what came is paid for."""
    posts: list[Post] = []
    token, shown = None, 0
    try:
        client = the_desk().x.for_account(account)
        db.session.commit()
        while most - shown >= rations.LEAST:
            size = min(most - shown, rations.MOST_AT_ONCE)
            page = client.search(query, page=token, most=size)
            posts, shown, token = [*posts, *page.posts], shown + page.items, page.next_token
            if token is None:
                break
    except XError as error:
        db.session.rollback()
        if error.meaning is Meaning.ACCOUNT and error.status != 403:  # see hearing.refused
            stop(account, reason_to_stop(error), now())
        _pay(account, shown)
        raise _refusal(error) from error
    _pay(account, shown)
    return posts


def _pay(account: Account, items: int) -> None:
    charge(db.session(), account.id, POST_READ, items, now=now(), prices=the_desk().prices)
    db.session.commit()


def _refusal(error: XError) -> Refused:
    if error.meaning is Meaning.REFUSED or error.status == 403:
        return Refused("ask", N_("Xに断られました：%(said)s"), said=error.detail[:200])
    if error.meaning is Meaning.ACCOUNT:
        return Refused("ask", reason_to_stop(error))
    return Refused("ask", N_("Xから答えがありません。しばらくしてから、もう一度お試しください。"))
