"""The guard: reads a draft before it is sent and says what the agent should see.

What is public and private differs: personal data in a public post cannot be called back, in a
direct message it is often what was asked for. Rules live beside this file (personal, names,
leftovers, wordlists); here stands what each of them asks of the agent, and in which words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from support.replies import leftovers, names, personal
from support.replies.findings import ASKS, IN_A_DM, PERSONAL, SAY_INSTEAD, WORDS, Finding, strongest
from support.replies.folded import Folded, Span, fold
from support.replies.told import Told, numbers_in, told_by
from support.replies.wordlists import Level, Purpose, Word, matches


@dataclass(frozen=True)
class House:
    """An account of ours, as a text may name it."""

    name: str
    handle: str
    persona: str = ""


@dataclass(frozen=True)
class About:
    """What the guard knows of the conversation a draft belongs to."""

    private: bool
    customer_name: str = ""
    """Empty where the text is for no one customer: prepared answers, automatic replies."""
    customer_handle: str = ""
    customer_bio: str = ""
    told: tuple[str, ...] = ()
    """What the customer wrote to us in direct messages."""
    numbers: tuple[str, ...] = ()
    """Numbers the customer is known by in our books; see conversations/contact.py."""
    agent_name: str = ""
    colleagues: tuple[str, ...] = ()
    account: House = House("", "")
    other_accounts: tuple[House, ...] = ()
    taking_part: frozenset[str] = frozenset()
    """Handles, in small letters, that may be mentioned."""
    words: tuple[Word, ...] = ()


_MAY_BE_OURS = ("phone", "landline", "toll_free", "mail", "postal", "address", "own_number")


def read(text: str, about: About) -> list[Finding]:
    """What the guard finds in the draft, in the order of the text. Never raises."""
    folded = fold(text)
    found = [
        *_personal(folded, about),
        *_names(folded, about),
        *_leftovers(folded, about),
        *_words(folded, about),
    ]
    return sorted(strongest(found), key=lambda it: (it.start, it.end, it.kind))


def _finding(
    kind: str, folded: Folded, span: Span, about: About, level: Level | None = None, **values: str
) -> Finding:
    public, private, sentence = ASKS[kind]
    asked = level or (private if about.private else public)
    if about.private and kind in PERSONAL:
        sentence = IN_A_DM
    return Finding(kind, *folded.span(*span), asked, sentence, values)


def _personal(folded: Folded, about: About) -> Iterator[Finding]:
    told = Told() if about.private else told_by(about.told, _patterns(about))
    allowed = [fold(word.text).text for word in about.words if word.purpose is Purpose.ALLOWED]
    for it in personal.personal(folded):
        written = folded.text[it.start : it.end]
        if not (it.kind in _MAY_BE_OURS and is_allowed(written, allowed)):
            kind = "told" if it.key in told.keys else it.kind
            yield _finding(kind, folded, (it.start, it.end), about)
    for span in told.repeated_in(folded.text):
        if not is_allowed(folded.text[slice(*span)], allowed):
            yield _finding("told", folded, span, about)
    for word in about.words:
        if word.purpose is Purpose.NUMBER:
            level = Level.HINT if about.private else word.level
            for span in matches(word, folded):
                if not is_allowed(folded.text[slice(*span)], allowed):
                    yield _finding("own_number", folded, span, about, level)
    if about.private:
        return
    for span in numbers_in(folded.text, about.numbers):
        yield _finding("customer_number", folded, span, about)
    public = fold(f"{about.customer_name} {about.customer_handle} {about.customer_bio}").text
    for name in told.names:
        if not any(names.says_name(public, name)):
            for span in names.says_name(folded.text, name):
                yield _finding("real_name", folded, span, about)


def _patterns(about: About) -> tuple[Word, ...]:
    return tuple(word for word in about.words if word.purpose is Purpose.NUMBER)


def is_allowed(written: str, allowed: list[str]) -> bool:
    """Whether a piece is part of what may always be said: our own numbers, mails, addresses.

    An entry that begins with @ allows every mail address of that domain.
    """
    bare = _bare(written)
    for entry in allowed:
        if entry.startswith("@") and bare.endswith(_bare(entry)):
            return True
        number = personal.digits(personal.national(entry))
        if len(number) >= 6 and number == personal.national(written):
            return True
        if bare and len(bare) >= 6 and bare in _bare(entry):
            return True
    return False


def _bare(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter not in " -ー()〒")


def _names(folded: Folded, about: About) -> Iterator[Finding]:
    text, account = folded.text, fold(about.account.name).text
    customer = fold(about.customer_name).text
    if customer:
        yield from _customer(folded, about, customer)
        for handle, span in names.mentions(text):
            ours = {it.handle.lower() for it in (about.account, *about.other_accounts)}
            if handle not in about.taking_part | ours | {about.customer_handle.lower()}:
                yield _finding("mention", folded, span, about)
    for span in names.colleagues(text, about.agent_name, about.colleagues):
        yield _finding("colleague", folded, span, about, agent=about.agent_name)
    others = [
        fold(name).text
        for house in about.other_accounts
        for name in dict.fromkeys((house.name, house.persona, f"@{house.handle}"))
        if name not in (about.account.persona, "")
    ]
    for span, speaks in names.other_houses(text, account, others):
        kind = "wrong_account" if speaks else "account"
        yield _finding(kind, folded, span, about, account=about.account.name)


def _customer(folded: Folded, about: About, customer: str) -> Iterator[Finding]:
    for span in names.bare_names(folded.text, customer):
        yield _finding("honorific", folded, span, about)
    told = told_by(about.told, ()).names
    ours = [fold(it.name).text for it in (about.account, *about.other_accounts)]
    for name, span in names.greetings(folded.text):
        if names.is_called(name, (customer, about.customer_handle, *ours)):
            continue
        if not names.is_called(name, told):
            yield _finding("other_name", folded, span, about, customer=about.customer_name)
        elif not about.private:
            yield _finding("real_name", folded, span, about)


def _leftovers(folded: Folded, about: About) -> Iterator[Finding]:
    for span in leftovers.leftovers(folded.text):
        yield _finding("leftover", folded, span, about)
    if not about.private:
        for span in leftovers.asks_in_public(folded.text):
            yield _finding("asks", folded, span, about)


def _words(folded: Folded, about: About) -> Iterator[Finding]:
    for word in about.words:
        if word.purpose in WORDS:
            sentence = (SAY_INSTEAD if word.instead else WORDS)[word.purpose]
            values = {"instead": word.instead} if word.instead else {}
            for span in matches(word, folded):
                yield Finding(word.purpose.value, *folded.span(*span), word.level, sentence, values)
