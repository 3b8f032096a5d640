"""The stream of changes."""

import queue

import pytest

from support.web.live import events


class FewSeats:
    """Listeners of one process with a number of seats."""

    def __init__(self, most):
        self.most = most
        self.open = []

    def subscribe(self, since=None):
        if len(self.open) >= self.most:
            return None
        self.open.append(queue.SimpleQueue())
        return self.open[-1]

    def unsubscribe(self, mine):
        self.open.remove(mine)


@pytest.fixture
def seats(app, misaki):
    app.extensions["listeners"] = FewSeats(1)
    return app.extensions["listeners"]


def test_a_page_hears_which_ticket_changed(misaki, seats):
    response = misaki.get("/live")
    assert response.mimetype == "text/event-stream"
    assert response.headers["X-Accel-Buffering"] == "no"
    said = response.iter_encoded()
    assert next(said) == b"retry: 3000\n\n"
    seats.open[0].put("ticket 42")
    assert next(said) == b"data: ticket 42\n\n"
    response.close()


def test_a_seat_is_free_again_when_the_page_goes(misaki, seats):
    misaki.get("/live").close()
    assert seats.open == []


def test_without_a_seat_the_browser_is_told_not_to_try(misaki, seats):
    taken = misaki.get("/live")
    assert misaki.get("/live").status_code == 204
    taken.close()


def test_silence_is_broken_so_that_the_line_is_known_to_hold():
    said = list(events(queue.SimpleQueue(), heartbeat=0.001, longest=0.01))
    assert "event: here\ndata:\n\n" in said


def test_a_stream_ends_so_that_the_sign_in_is_asked_for_again():
    assert len(list(events(queue.SimpleQueue(), heartbeat=1, longest=0))) == 1
