"""A local X: its own process and SQLite file, the X API v2 on the wire. A stranger to the desk.

pure       snowflakes, world (what there is), text, rules, problems, payloads, addresses,
           vocabulary, parameters, bodies, orders, steering, switches, searching, limits, faults,
           scopes, signing, lines, pacing, pictures, samples
memory     store (the file), numbering, people, posts, messages, media, keys, grants, jobs, served;
           each owns its tables
acting     posting, publishing, messaging, uploading, granting, opening, carrying_out
doors      app, api/ (X's endpoints), consent (the authorize page), files (pictures, films),
           control/ (/sandbox/api/), play (the customers' pages, with scenes), controls (the page
           of switches), replay (feeds a posts file)

docs/sandbox.md tells what it can do and where it differs from X.
"""
