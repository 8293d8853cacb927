"""The practice club: a small, faithful imitation of both shops, on loopback.

It is the other side of the wire, and shares no code with the clients that it answers.
"""
