"""Hand-made stand-ins, passed to create_app: a clock that stands, a bell that is heard, an X."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from support.x.errors import Meaning, XError
from support.x.oauth1 import Keys
from support.x.posts import Page, Person, Post
from support.x.records import Account
from support.x.snowflakes import EPOCH_MS

THURSDAY = datetime(2026, 10, 1, 1, 0, tzinfo=UTC)
"""Thursday 1 October 2026, 10:00 in Tokyo: an hour after opening."""


class StandingClock:
    """Shows the same moment until it is moved."""

    def __init__(self, now: datetime = THURSDAY) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **amount: float) -> datetime:
        self.now += timedelta(**amount)
        return self.now


class HeardBell:
    """Keeps what was rung for."""

    def __init__(self) -> None:
        self.rung: list[tuple[str, ...]] = []

    def ring(self, job: str, *args: int | str) -> None:
        self.rung.append((job, *map(str, args)))

    def heard(self, job: str, *args: int | str) -> None:
        """Nothing is to be told apart here: every ring is kept."""


class ToldNews:
    """Keeps what was told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, int]] = []

    def tell(self, topic: str, number: int) -> None:
        self.told.append((topic, number))


def snowflake(at: datetime, sequence: int = 0) -> str:
    """An id such as X would give at `at`."""
    return str(((round(at.timestamp() * 1000) - EPOCH_MS) << 22) | sequence)


class SmallX:
    """An X in memory: remembers what we posted, and fails in the ways it is told to.

    `answers` holds what the next sends do: an XError is raised, "cut" accepts and then gives no
    answer; with nothing in it every send is accepted.
    """

    def __init__(self, clock: StandingClock) -> None:
        self.clock = clock
        self.answers: list[XError] = []
        self.accept_then: list[XError] = []
        self.ours: list[Post] = []
        self.calls = 0
        self.carried: list[tuple[str, ...]] = []
        """Media ids of each send, refused ones too."""
        self.uploaded: list[tuple[bytes, str, bool]] = []
        self.uploads_fail: list[XError] = []
        self.described: dict[str, str] = {}
        self.waits: list[float] = []
        self.hidden = False
        """True: what we posted does not show in our timeline yet."""
        self.revoked = False
        """True: the account's consent is gone."""
        self.shown: dict[str, Person] = {}
        """Profiles X gives when asked, by id."""
        self.asked: list[list[str]] = []

    def for_account(self, account: Account) -> "SmallX":
        return self

    def with_token(self, token: str) -> "SmallX":
        return self

    def with_keys(self, keys: Keys) -> "SmallX":
        return self

    def revocation(self, account: Account) -> Callable[[], bool]:
        return lambda: False

    def people(self, x_ids: list[str]) -> dict[str, Person]:
        self.asked.append(x_ids)
        return {x_id: self.shown[x_id] for x_id in x_ids if x_id in self.shown}

    def me(self) -> Person:
        if self.revoked:
            raise XError(Meaning.ACCOUNT, 401, "Unauthorized")
        return Person("7000000001", "hikari_care", "ひかりケア")

    def create_post(self, text: str, *, in_reply_to: str = "", media_ids=()) -> str:
        self.carried.append(tuple(media_ids))
        return self._accept(text, in_reply_to=in_reply_to)

    def send_dm(self, text: str, *, to: str, media_ids=()) -> str:
        self.carried.append(tuple(media_ids))
        return self._accept(text, to=to)

    def upload_image(self, data: bytes, *, mime: str, private: bool) -> str:
        if self.uploads_fail:
            raise self.uploads_fail.pop(0)
        self.uploaded.append((data, mime, private))
        return str(800 + len(self.uploaded))

    def set_alt_text(self, media_id: str, words: str) -> None:
        self.described[media_id] = words

    def upload_wait(self, media_id: str) -> float | None:
        return self.waits.pop(0) if self.waits else None

    def _accept(self, text: str, *, in_reply_to: str = "", to: str = "") -> str:
        self.calls += 1
        if self.answers:
            raise self.answers.pop(0)
        x_id = snowflake(self.clock(), self.calls)
        self.ours.append(
            Post(
                x_id=x_id,
                author_x_id="7000000001",
                text=text,
                posted_at=self.clock(),
                thread_x_id=f"dm-{to}" if to else "",
                in_reply_to_x_id=in_reply_to,
                private=bool(to),
                recipient_x_id=to,
            )
        )
        if self.accept_then:
            raise self.accept_then.pop(0)
        return x_id

    def x_clock(self) -> datetime:
        return self.clock()

    def delete_post(self, x_id: str) -> None:
        self.calls += 1
        if self.answers:
            raise self.answers.pop(0)
        self.ours = [post for post in self.ours if post.x_id != x_id]

    def own_posts(self, *, since_id: str = "", page: str | None = None) -> Page:
        return self._shown(lambda post: not post.private and int(post.x_id) > int(since_id or 0))

    def dms_with(self, person_x_id: str, *, page: str | None = None) -> Page:
        return self._shown(lambda post: post.recipient_x_id == person_x_id)

    def _shown(self, wanted) -> Page:
        posts = [] if self.hidden else [post for post in self.ours if wanted(post)]
        return Page(tuple(reversed(posts)), (), None, len(posts))
