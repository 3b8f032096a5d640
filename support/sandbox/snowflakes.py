"""X's ids: milliseconds since its own epoch, then 22 bits to tell apart what fell into one."""

from datetime import UTC, datetime, timedelta

EPOCH_MS = 1_288_834_974_657
SEQUENCE_BITS = 22
SEQUENCE_MASK = (1 << SEQUENCE_BITS) - 1
LARGEST = 2**63 - 1

_UNIX_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_MOMENT = _UNIX_EPOCH + timedelta(milliseconds=EPOCH_MS)


def milliseconds(at: datetime) -> int:
    """Unix milliseconds of an aware moment, without floating point."""
    return (at - _UNIX_EPOCH) // timedelta(milliseconds=1)


def moment(ms: int) -> datetime:
    return _UNIX_EPOCH + timedelta(milliseconds=ms)


def first_id(ms: int) -> int:
    """The smallest id of that millisecond; 0 before X's epoch."""
    return max(0, ms - EPOCH_MS) << SEQUENCE_BITS


def last_id(ms: int) -> int:
    return first_id(ms) | SEQUENCE_MASK


def read(written: str) -> int | None:
    """The id written there; None for what cannot be one."""
    if not (written.isascii() and written.isdigit() and len(written) <= 19):
        return None
    return int(written) if int(written) < LARGEST else None


def time_of(snowflake: int) -> datetime:
    return moment((snowflake >> SEQUENCE_BITS) + EPOCH_MS)
