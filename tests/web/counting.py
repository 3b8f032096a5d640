"""How often a page asks the database."""

from sqlalchemy import event

from support.db import db

FRAME = 3
"""Who asks, the account with its hours and the counts of the rail, the team."""


def queries(app, visit):
    """How many questions a second visit asks; the first fills what is kept in memory."""
    asked = []
    with app.app_context():
        engine = db.engine

    def note(_connection, _cursor, statement, *_rest):
        if not statement.startswith(("PRAGMA", "BEGIN")):
            asked.append(statement)

    visit()
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert visit().status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(asked)
