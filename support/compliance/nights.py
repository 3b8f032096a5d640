"""When the nightly look is due, and what X's answer says of a post that is not there any more."""

from datetime import datetime, time, timedelta, tzinfo

from support.x.posts import Missing, Person

HIDDEN = "hidden"


def last_night(now: datetime, at: time, zone: tzinfo) -> datetime:
    """The latest moment at which a look was to begin: `at` o'clock in `zone`."""
    there = now.astimezone(zone)
    tonight = there.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    return tonight if tonight <= there else tonight - timedelta(days=1)


def why_a_person_is_gone(person: Person | None, missing: Missing | None) -> str | None:
    """protected, suspended or gone; None where X shows them as ever, or does not say."""
    if person is not None:
        return "protected" if person.protected else None
    if missing is None:
        return None
    return {HIDDEN: "suspended", "deleted": "gone"}.get(missing.reason)


def why_a_post_is_gone(missing: Missing) -> str | None:
    """deleted or withheld; None: X gave another reason, and nothing is done on a guess."""
    return {HIDDEN: "withheld", "deleted": "deleted"}.get(missing.reason)
