"""What the desk does with a prospect, as the tests of the laws act it: refused is no error here."""

from support.errors import DeskError
from support.outreach import contacting


def approve(session, prospect, agent, now, text):
    """The reasons why not; none: it is approved."""
    try:
        contacting.approve(session, prospect, signed(text, agent), by=agent, now=now)
    except contacting.NotNow as error:
        return error.refusals
    except DeskError as error:
        return (error,)
    return ()


def hand_over(session, prospect, agent, now):
    """The reasons why not; none: X's composer is open with it, which counts as contacted."""
    try:
        contacting.hand_over(session, prospect, by=agent, now=now)
    except contacting.NotNow as error:
        return error.refusals
    except DeskError as error:
        return (error,)
    return ()


def signed(text, agent):
    """Whoever speaks says who they are."""
    return f"ひかりケアの{agent.family_name}です。{text} ^{agent.family_name}"
