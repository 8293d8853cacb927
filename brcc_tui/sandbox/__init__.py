"""The practice club: a faithful small copy of both shops, on loopback.

It is the other side of the wire, and shares no code with the clients that it answers.
"""
