"""Madoguchi, room by room.

x          X's HTTP API, payloads, text, errors: nothing about X is known elsewhere
sla        business hours, service levels, promises
terms      which hours and targets judge a ticket, and what happens when they change
alerts     who is told that a promise is due soon or broken, and what is done about it
inbox      what X shows us becomes messages in conversations
compliance what X takes back is emptied here, in time, and can be proved
lexicon    what we and our products are called, and misspelt: one list for outreach and spikes
outreach   people in trouble who did not ask: found, and offered help by hand, with manners
incidents  one cause, many tickets: one notice, everybody answered, nobody twice
crisis     an account falls quiet: scheduled posts are held, every public word is approved
privacy    what is held about a customer: handed out, erased, kept no longer than was set
tickets    work owed to a customer: states, notes, assignment, the queue
search     finding again what was said, noted and known
matching   how like a text is to what an answer is asked with: words, weights, scores, why
canned     the prepared answers, what is suggested, and what picks teach
approval   which replies somebody else must agree to, and what became of that
drafts     what agents began to write and have not sent
replies    what agents send: signature, parts, undo, sending, reconciliation
agents     people at the desk: roles, passwords, second steps, sign-ins
review     what was sent is looked at again: risk, samples, reviews, agreement
leaving    somebody leaves: what depends on them goes on with somebody else
house      the house rules, in versions that everybody confirms
handover   the end of a shift: what is left to those who come next
audit      who did what, when and from where: a log that can be checked
reports    figures for the lead
digests    the report as a weekly letter: who wants it, what was sent
sandbox    a local X for demo, training and tests; a stranger to the desk
demo       the story a first `make run` shows
local      the set of processes `make run` starts
web        the pages, in rooms  jobs         what workers do
commands   the command line
settings.py clock.py db.py errors.py desk.py logs.py news.py outside.py mail.py pulse.py
spreadsheet.py                                       the ground
"""
