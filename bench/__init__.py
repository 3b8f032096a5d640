"""What the performance goals are measured with: each module prints JSON lines of medians.

Machines differ and are shared, so every figure has something beside it that was measured in the
same run: a floor, a peer, the same work without the desk. Judge the ratios.
"""
