"""A reply that was sent, as the beginning of a prepared answer: a form to read and put right."""

from flask import abort

from support.canned import phrasing
from support.canned.drafts import Draft
from support.canned.examples import example
from support.conversations.records import DM
from support.db import db
from support.replies.records import Reply


def draft_of(reply_id: int) -> Draft:
    """The question and our words without names, handles and signature; 404 where nothing was sent.

    What was said in private is for direct messages only, until a person says otherwise; its
    question, which is the customer's own, is left for a person to put in words.
    """
    reply = db.session.get(Reply, reply_id) if 0 < reply_id < 2**31 else None
    if reply is None or not any(part.posted_at for part in reply.parts):
        abort(404)
    conversation, asked = reply.conversation, reply.answers
    customer, account = conversation.customer, conversation.account
    ours = {account.name: "account_name", reply.who: "agent_name"}
    names = (customer.name, customer.username)
    words = example(reply.body, signature=reply.signature, customer=names, ours=ours)
    question = "" if asked.emptied_at or asked.channel == DM else phrasing.clean(asked.text, names)
    return Draft(
        questions=(question,) if question else (),
        channel="dm" if conversation.is_private else "both",
        answer=words,
    )
