"""X's side of pushing: webhooks, subscriptions, and the events that go to them.

pure       apps (what one may have), signing, callbacks (where a webhook may point), kinds, bodies,
           envelopes (X Activity), statuses (Account Activity), mishaps (by seed)
memory     tables, happenings, webhooks, subscriptions, accounts, queue
acting     rendering, noticing (happenings become parcels), challenging (CRC), sending,
           office (delivers)
doors      webhook_calls, activity_calls, account_calls (X's endpoints), control, pages
"""
