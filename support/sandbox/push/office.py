"""The office that delivers: one thread, one delivery at a time, in the order they fall due."""

import sqlite3
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cached_property
from typing import cast

import httpx
from flask import current_app

from support.sandbox.push import challenging, happenings, noticing, queue, sending, webhooks
from support.sandbox.push.challenging import Verdict
from support.sandbox.push.keys import SANDBOX_APP, App, Caps
from support.sandbox.push.mishaps import Dice, Fate, Mishaps
from support.sandbox.push.queue import Delivery, Parcel
from support.sandbox.push.signing import SIGNERS, Signer
from support.sandbox.push.webhooks import Webhook
from support.sandbox.store import Store

RETRIES = tuple(timedelta(seconds=seconds) for seconds in (5, 15, 45, 120))
"""Waits between attempts; after the last one a delivery is given up and left to a replay."""
LOOK_EVERY_SECONDS = 0.5
KEPT = timedelta(hours=25)
"""How long told events are kept: a replay reaches back 24 hours."""


class Office:
    def __init__(
        self, store: Store, clock: Callable[[], datetime], app: App = SANDBOX_APP
    ) -> None:
        self.store, self.clock, self.app = store, clock, app
        self.caps = Caps()
        self.signers: tuple[Signer, ...] = tuple(SIGNERS)
        self.paused = False
        self.downtime = False
        """What happens meanwhile counts as tried in vain: only a replay brings it."""
        self.dice = Dice()
        self._delivering = threading.Lock()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    @cached_property
    def client(self) -> httpx.Client:
        return sending.client()

    def resume(self) -> None:
        self.paused = self.downtime = False
        self._wake.set()

    def set_mishaps(self, mishaps: Mishaps) -> None:
        """From the next event on; the same seed rolls the same fates."""
        self.dice = Dice(mishaps)

    def notice(self) -> None:
        """Queue all that has happened since the last look, and wake the thread."""
        with self.store.reading() as db:
            if not happenings.any_waits(db):
                return
        with self.store.writing() as db:
            now = self.clock()
            for happening in happenings.take(db):
                for parcel in noticing.parcels(db, happening, self.app, now):
                    self._queue(db, parcel, now)
        self._wake.set()

    def _queue(self, db: sqlite3.Connection, parcel: Parcel, now: datetime) -> None:
        webhook = webhooks.by_id(db, parcel.webhook_id)
        if webhook is None:
            return
        if self.downtime or not webhook.valid:
            why = "downtime" if self.downtime else "webhook invalid"
            queue.add(db, parcel, now, now, state="given_up", outcome=why)
            return
        self._queue_by_fate(db, parcel, now, self.dice.fate())

    def _queue_by_fate(
        self, db: sqlite3.Connection, parcel: Parcel, now: datetime, fate: Fate
    ) -> None:
        if not fate.delays:
            queue.add(db, parcel, now, now, state="lost")
        for copy, delay in enumerate(fate.delays):
            origin: queue.Origin = "duplicate" if copy else "event"
            flaw = "" if copy else fate.flaw or ""
            queue.add(db, parcel, now, now + delay, origin=origin, flaw=flaw)

    def deliver_due(self) -> None:
        """Attempt what is due, until nothing is."""
        while not self.paused:
            with self._delivering:
                with self.store.reading() as db:
                    delivery = queue.first_waiting(db, self.clock())
                if delivery is None:
                    return
                self._attempt(delivery)

    def flush(self) -> int:
        """Attempt once, now, all that waits, late or not; how many attempts there were."""
        self.notice()
        with self._delivering:
            with self.store.reading() as db:
                due = queue.waiting(db)
            for delivery in due:
                self._attempt(delivery)
        return len(due)

    def _attempt(self, delivery: Delivery) -> None:
        """The file is free while the receiver takes its time: it may ask this X something."""
        outcome = sending.send(self.client, delivery, self.app, self.signers)
        now, due_at = self.clock(), delivery.due_at
        state: queue.State = "delivered"
        if outcome != "200":
            last = delivery.attempts >= len(RETRIES)
            state = "given_up" if last else "waiting"
            due_at = now if last else now + RETRIES[delivery.attempts]
        with self.store.writing() as db:
            queue.note_attempt(db, delivery, state, outcome, due_at)

    def challenge(self, webhook: Webhook) -> Verdict:
        verdict = challenging.challenge(self.client, webhook.url, self.app)
        with self.store.writing() as db:
            if verdict.passed:
                webhooks.note_answer(db, webhook.id, self.clock())
            else:
                webhooks.note_failure(db, webhook, self.clock(), verdict.final)
        return verdict

    def challenge_all(self, unchecked_for: timedelta = timedelta(0)) -> dict[int, Verdict]:
        with self.store.reading() as db:
            due = webhooks.unchecked_since(db, self.clock() - unchecked_for)
        return {webhook.id: self.challenge(webhook) for webhook in due}

    def open(self) -> None:
        """Start the thread, if there is anybody to deliver to. It ends with the process."""
        with self.store.reading() as db:
            needed = bool(webhooks.every(db))
        if needed and self._thread is None:
            self._thread = threading.Thread(target=self._run, name="sandbox push", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            self._wake.wait(LOOK_EVERY_SECONDS)
            self._wake.clear()
            try:
                self.notice()
                self.deliver_due()
                if self.challenge_all(unchecked_for=webhooks.CHECK_EVERY):
                    self._tidy()
            except sqlite3.ProgrammingError:
                return  # the file was closed: this X is no more

    def _tidy(self) -> None:
        with self.store.writing() as db:
            queue.forget_before(db, self.clock() - KEPT)


def office() -> Office:
    return cast(Office, current_app.extensions["sandbox_push"])
