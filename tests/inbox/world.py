"""A made-up day on X around two of our accounts: every kind of post the desk must tell apart."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from support.x.posts import Person, Post
from tests.fakes import THURSDAY, snowflake

CARE, LABO = "7000000001", "7000000002"
HANDLES = {CARE: "hikari_care", LABO: "hikari_labo"}
PEOPLE = [Person(f"90000000{n:02}", f"kakuu_{n:02}", f"架空{n}") for n in range(7)]


@dataclass
class World:
    """What happened, in order, and for which of our accounts X shows it."""

    random: Random
    at: datetime = THURSDAY
    posts: list[Post] = field(default_factory=list)
    shown: list[tuple[str, Post]] = field(default_factory=list)
    """Account it is shown to, and the post."""

    def happen(self, events: int) -> "World":
        kinds = [self.mention, self.mention, self.goes_on, self.carried, self.quote]
        kinds += [self.answer, self.answer, self.answers_back, self.dm, self.our_dm, self.repost]
        kinds += [self.edit, self.edit]
        while len(self.posts) < events:
            self.at += timedelta(milliseconds=self.random.randrange(1, 400_000))
            self.random.choice(kinds)()
        return self

    def mention(self) -> None:
        named = self.random.choice([[CARE], [LABO], [CARE, LABO], [LABO, CARE]])
        text = self.random.choice(["遅いです", "つながりません", "#夏の福袋 応募します"])
        self.public(self.random.choice(PEOPLE), text, named=named)

    def goes_on(self) -> None:
        """A customer goes on under a post of their own."""
        if first := self.any_of(lambda p: p.author_x_id not in HANDLES and not p.private):
            writer = next(p for p in PEOPLE if p.x_id == first.author_x_id)
            self.public(writer, "続きです", to=first, carried=first.mention_ids)

    def carried(self) -> None:
        """A friend talks under a customer's post; our handle only comes along."""
        if first := self.any_of(lambda p: p.author_x_id not in HANDLES and not p.private):
            friend = self.random.choice([p for p in PEOPLE if p.x_id != first.author_x_id])
            self.public(friend, "大変だね", to=first, carried=first.mention_ids or (CARE,))

    def quote(self) -> None:
        if ours := self.any_of(lambda p: p.author_x_id in HANDLES and not p.private):
            self.public(self.random.choice(PEOPLE), "これ本当？ #夏の福袋", quoted=ours)

    def answer(self) -> None:
        """Somebody of ours answers on x.com."""
        if theirs := self.any_of(lambda p: p.author_x_id not in HANDLES and not p.private):
            us = self.random.choice([x for x in theirs.mention_ids if x in HANDLES] or [CARE])
            self.public(ours(us), "お調べします", to=theirs, carried=(theirs.author_x_id,))

    def answers_back(self) -> None:
        if answer := self.any_of(lambda p: p.author_x_id in HANDLES and p.in_reply_to_x_id):
            writer = next((p for p in PEOPLE if p.x_id == answer.in_reply_to_user_x_id), None)
            if writer is not None:
                self.public(writer, "まだです", to=answer, carried=(answer.author_x_id,))

    def repost(self) -> None:
        if first := self.any_of(lambda p: not p.private):
            self.public(self.random.choice(PEOPLE), "RT", reposted=first, named=[CARE])

    def dm(self) -> None:
        us, person = self.random.choice([CARE, LABO]), self.random.choice(PEOPLE)
        self.private(person, us, person.x_id, "契約番号です")

    def our_dm(self) -> None:
        us, person = self.random.choice([CARE, LABO]), self.random.choice(PEOPLE)
        self.private(ours(us), person.x_id, person.x_id, "確認しました")

    def edit(self) -> None:
        first = self.any_of(lambda p: not p.private and not p.reposted_x_id)
        if first is None:
            return
        newest = max(
            (p for p in self.posts if p.first_x_id == first.first_x_id), key=lambda p: int(p.x_id)
        )
        x_id = self.new_id()
        history = (*(newest.history or (newest.x_id,)), x_id)
        words = self.random.choice(["（訂正）", "（追記） #夏の福袋"])
        tags = ("夏の福袋",) if "#" in words else newest.hashtags
        thread = x_id if newest.thread_x_id == newest.x_id else newest.thread_x_id
        edited = replace(
            newest,
            x_id=x_id,
            text=newest.text + words,
            hashtags=tags,
            posted_at=self.at,
            history=history,
            thread_x_id=thread,
            raw={},
        )
        self.show(edited)

    def any_of(self, wanted) -> Post | None:
        found = [post for post in self.posts[-60:] if wanted(post)]
        return self.random.choice(found) if found else None

    def new_id(self) -> str:
        return snowflake(self.at, len(self.posts))

    def public(self, author, text, *, to=None, named=(), carried=(), quoted=None, reposted=None):
        x_id = self.new_id()
        there = [post for post in (to, quoted) if post is not None]
        mentioned = tuple(dict.fromkeys([*carried, *named]))
        tags = ("夏の福袋",) if "#夏の福袋" in text else ()
        post = Post(
            x_id=x_id,
            author_x_id=author.x_id,
            text=f"{text}{len(self.posts)}",
            posted_at=self.at,
            thread_x_id=to.thread_x_id if to else x_id,
            in_reply_to_x_id=to.x_id if to else "",
            in_reply_to_user_x_id=to.author_x_id if to else "",
            mentions=tuple(HANDLES.get(who, f"kakuu_{who[-2:]}") for who in mentioned),
            mention_ids=mentioned,
            named_ids=tuple(named),
            hashtags=tags,
            quoted_x_id=quoted.x_id if quoted else "",
            reposted_x_id=reposted.x_id if reposted else "",
            beside=tuple(replace(post, beside=()) for post in there),
            author=author,
        )
        self.show(post)

    def private(self, author, to, customer, text) -> None:
        us = author.x_id if author.x_id in HANDLES else to
        post = Post(
            x_id=self.new_id(),
            author_x_id=author.x_id,
            text=f"{text}{len(self.posts)}",
            posted_at=self.at,
            thread_x_id=f"{us}-{customer}",
            author=author,
            private=True,
            recipient_x_id=to,
        )
        self.show(post)

    def show(self, post: Post) -> None:
        post = replace(post, raw=raw(post))
        self.posts.append(post)
        quoted = {there.author_x_id for there in post.beside}
        for us in HANDLES:
            about = us in (post.author_x_id, post.recipient_x_id, *post.mention_ids)
            if about or (us in quoted and not post.private):
                self.shown.append((us, post))


def ours(x_id: str) -> Person:
    return Person(x_id, HANDLES[x_id], HANDLES[x_id])


def raw(post: Post) -> dict[str, object]:
    """The post as X would send it, as far as a second reading needs it."""
    at = post.posted_at.isoformat()
    if post.private:
        conversation = {"dm_conversation_id": post.thread_x_id, "sender_id": post.author_x_id}
        return {"id": post.x_id, "text": post.text, "created_at": at, **conversation}
    references = [("replied_to", post.in_reply_to_x_id), ("quoted", post.quoted_x_id)]
    return {
        "id": post.x_id,
        "text": post.text,
        "created_at": at,
        "author_id": post.author_x_id,
        "conversation_id": post.thread_x_id,
        "in_reply_to_user_id": post.in_reply_to_user_x_id or None,
        "edit_history_tweet_ids": list(post.history or (post.x_id,)),
        "referenced_tweets": [{"type": kind, "id": x_id} for kind, x_id in references if x_id],
    }
