"""How like a text is to the texts one answer stands for: words, weights, scores, and why.

Knows nothing of prepared answers, tickets or rows; `canned/likeness.py` asks it about answers.
"""
