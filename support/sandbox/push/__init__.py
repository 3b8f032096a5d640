"""X's side of pushing: webhooks, subscriptions, and the events that go to them.

pure       keys (the app's), signing, addresses, kinds, envelopes (X Activity), statuses (Account
           Activity), mishaps (by seed), bodies
memory     tables, happenings, webhooks, subscriptions, accounts, queue
acting     noticing (happenings become deliveries), challenging (CRC), office (sends them)
doors      door, webhook_calls, activity_calls, account_calls (X's endpoints), control, pages
"""
