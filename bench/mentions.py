"""Invented mentions as X gives them, read by the desk's own reader."""

from datetime import datetime, timedelta

from support.x.payloads import read_posts
from support.x.posts import Post
from support.x.snowflakes import EPOCH_MS

DESK_ID = "7000000001"
SPACING = timedelta(seconds=7)
WORDS = (
    "夜になるとWi-Fiがとても遅くなります。ルーターは再起動しました。ほかに確認することはありますか？",
    "今月の請求がいつもより3,000円ほど高いのですが、内訳はどこで見られますか",
    "引っ越し先でも今の回線を使えるか知りたいです。手続きはいつまでにすればよいでしょうか。",
    "会員ページにログインできません。パスワードの再設定メールも届かないです…",
    "テレビの録画が途中で切れてしまいます。昨日から3回目です。",
    "解約の電話がまったくつながらないので、こちらで受け付けていただけませんか",
)


def mentions(count: int, *, after: int, begin: datetime) -> list[Post]:
    """So many posts of as many people, each opening a thread; `after`: how many came before."""
    numbers = range(after, after + count)
    return list(read_posts(_page([_item(n, begin + SPACING * n) for n in numbers])).posts)


def page_of(number: int, begin: datetime, *, answers: int | None = None) -> dict[str, object]:
    """X's answer with one mention; `answers`: it goes on under the post of that number."""
    item = _item(number, begin + SPACING * (number % 100_000))
    if answers is not None:
        first = snowflake(begin + SPACING * (answers % 100_000), answers)
        item |= {
            "author_id": str(9_000_000_000 + answers),
            "conversation_id": first,
            "referenced_tweets": [{"type": "replied_to", "id": first}],
        }
    return _page([item])


def words(number: int) -> str:
    """The text of a post; no two are the same."""
    return f"@hikari_care {WORDS[number % len(WORDS)]}（お客様番号 {number:07}）"


def snowflake(at: datetime, number: int) -> str:
    """An id such as X would give at `at`."""
    return str(((round(at.timestamp() * 1000) - EPOCH_MS) << 22) | (number & 0x3FFFFF))


def _page(items: list[dict[str, object]]) -> dict[str, object]:
    people = [_person(str(item["author_id"])) for item in items]
    return {"data": items, "includes": {"users": people}, "meta": {"result_count": len(items)}}


def _item(number: int, at: datetime) -> dict[str, object]:
    x_id = snowflake(at, number)
    entities = {"mentions": [{"start": 0, "end": 12, "username": "hikari_care", "id": DESK_ID}]}
    return {
        "id": x_id,
        "text": words(number),
        "created_at": at.isoformat().replace("+00:00", "Z"),
        "author_id": str(9_000_000_000 + number),
        "conversation_id": x_id,
        "in_reply_to_user_id": DESK_ID,
        "entities": entities,
        "lang": "ja",
        "reply_settings": "everyone",
        "edit_history_tweet_ids": [x_id],
    }


def _person(x_id: str) -> dict[str, object]:
    return {
        "id": x_id,
        "name": f"架空の客{int(x_id) % 1000}",
        "username": f"kakuu_{int(x_id) % 10**8}",
        "description": "在宅で働いています。猫と暮らしています。",
        "created_at": "2015-03-01T00:00:00.000Z",
        "public_metrics": {"followers_count": int(x_id) % 5000, "following_count": 120},
    }
