"""Where a customer's post is filed: its person, conversation, ticket and message."""

from datetime import datetime

from sqlalchemy.orm import Session

from support.conversations.plain import plain_name
from support.conversations.records import Conversation, Customer, Message, SeenPost
from support.db import storable
from support.inbox import editing
from support.inbox.recalling import Known, Place
from support.inbox.threading import continues, thread_of
from support.tickets import noting
from support.tickets.records import Ticket
from support.x.posts import Person, Post
from support.x.records import Account


def conversation_of(
    session: Session, account: Account, post: Post, place: Place, known: Known, now: datetime
) -> Conversation:
    customer = _customer(session, post, known, now)
    found = known.conversations.get(place)
    if found is None:
        found = Conversation(account=account, customer=customer, channel=place[2])
        session.add(found)
        known.conversations[place] = found
    if post.author is not None and post.author.receives_dm is not None:
        found.receives_dm = post.author.receives_dm
    return found


def ticket_of(
    session: Session, conversation: Conversation, post: Post, place: Place, known: Known
) -> Ticket:
    thread, at = thread_of(post)[:60], editing.said_at(post)
    ticket = known.ticket_for(place, thread, post)
    if ticket is None or not continues(ticket.state, ticket.resolved_at, at):
        first = storable(post.text)
        terms = known.terms_in_force(session).opening_terms(conversation)
        ticket = noting.open_ticket(session, conversation, thread, terms, first=first, at=at)
        known.tickets[place, thread] = ticket
    return ticket


def _customer(session: Session, post: Post, known: Known, now: datetime) -> Customer:
    x_id = post.author_x_id
    customer = known.customers.get(x_id)
    if customer is None:
        customer = Customer(x_id=x_id, username="", name="", bio="", memo="", first_seen_at=now)
        if known.has("barred", x_id):  # they were erased, and asked for nothing since
            customer.unwanted_at = now
        known.customers[x_id] = customer
        known.people.append(customer)
        session.add(customer)
    if post.author is not None and post.author.x_id == x_id:
        was = (customer.username, customer.name)
        _update_profile(customer, post.author)
        named = (customer.username, customer.name)
        if named != was and all(customer is not one for one in (*known.people, *known.renamed)):
            known.renamed.append(customer)
    return customer


def _update_profile(customer: Customer, person: Person) -> None:
    """The profile as X shows it now; what X did not send stays as it was."""
    customer.username = storable(person.username)[:50]
    customer.name = plain_name(storable(person.name))
    if person.bio is not None:
        customer.bio = storable(person.bio)
    if person.followers is not None:
        customer.followers = person.followers
    if person.joined_at is not None:
        customer.joined_at = person.joined_at
    if person.avatar_url is not None:
        customer.avatar_url = storable(person.avatar_url)
    if person.protected is not None:
        customer.protected = person.protected
    if person.protected is False and customer.hidden_at is not None:  # out in the open again
        customer.hidden_at, customer.hidden_reason = None, ""


def add_message(
    session: Session, conversation: Conversation, ticket: Ticket, post: Post, now: datetime
) -> Message:
    message = Message(
        conversation=conversation,
        ticket=ticket,
        author=conversation.customer,
        x_id=post.first_x_id,
        channel=conversation.channel,
        by_us=False,
        kind="encrypted" if post.encrypted else "text",
        thread_x_id=thread_of(post)[:60],
        in_reply_to_x_id=post.in_reply_to_x_id[:19],
        quoted_x_id=post.quoted_x_id[:19],
        posted_at=editing.said_at(post),
        received_at=now,
    )
    editing.begin(message, post, now)
    session.add(message)
    return message


def keep_beside(session: Session, post: Post, known: Known, now: datetime) -> None:
    """What it replies to or quotes, where somebody else wrote that: agents read it in context."""
    for there in post.beside:
        here = known.has_message(there) or known.has("seen", there.x_id)
        gone = known.has("gone", there.x_id, *there.history)
        if there.author_x_id in known.ours.handles or here or gone:
            continue
        person = there.author
        seen = SeenPost(
            x_id=there.x_id,
            author_x_id=there.author_x_id,
            username=storable(person.username)[:50] if person else "",
            name=storable(person.name)[:200] if person else "",
            text=storable(there.text),
            posted_at=there.posted_at,
            seen_at=now,
        )
        session.add(seen)
        known.marks.setdefault("seen", {})[there.x_id] = ""
