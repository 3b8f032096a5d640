"""The sign that a worker lives while it waits for X: a thread that renews its leases."""

from __future__ import annotations

import threading
from datetime import timedelta

import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from support.db import db
from support.replies import claiming
from support.replies.claiming import Hands

log = structlog.get_logger()


class Lease:
    """While it is entered, what this worker is posting stays leased to it.

    It dies with the process: a lease that is no longer renewed tells the others.
    """

    def __init__(self, app: Flask, hands: Hands) -> None:
        self._app = app
        self._hands = hands
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep, daemon=True, name="lease")

    def __enter__(self) -> Lease:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(timeout=5)

    def _keep(self) -> None:
        every = self._hands.lease / 4 / timedelta(seconds=1)
        while not self._over.wait(every):
            with self._app.app_context():
                try:
                    hands = self._hands
                    claiming.renew(db.session(), hands.worker, hands.lease, hands.clock())
                    db.session.commit()
                except SQLAlchemyError as error:
                    log.warning("lease_not_renewed", error=type(error).__name__)
