"""Telling webhooks of alerts."""

from functools import partial

import structlog

from support import outside
from support.alerts import posting
from support.jobs.at_work import at_the_desk

log = structlog.get_logger()


def post_alerts() -> None:
    """Sends what waits, one commit each: what was accepted is never forgotten again."""
    with at_the_desk() as (desk, session):
        send = partial(outside.send, private=desk.settings.private_addresses)
        ids = posting.claim(session, desk.clock())
        session.commit()
        for post_id in ids:
            done = posting.deliver(
                session,
                post_id,
                send,
                desk.clock(),
                secret_key=desk.settings.secret_key,
                desk_url=desk.settings.public_url,
            )
            session.commit()
            log.info("alert_posted" if done else "alert_not_posted", post=post_id)
