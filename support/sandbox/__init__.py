"""A local X: its own process and SQLite file, the X API v2 on the wire. A stranger to the desk.

pure       snowflakes, world (what there is), text, rules, problems, payloads, vocabulary,
           parameters, bodies, orders, searching, limits, lines, pacing
memory     store (the file), numbering, people, posts, messages, served
acting     posting, carrying_out
doors      app, api/ (X's endpoints), control (/sandbox/api/), play (the pages, with scenes),
           replay (feeds a posts file)
"""
