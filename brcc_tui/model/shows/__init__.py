"""Shows: listings that sell the same seats, the room's rules, and how seats are shared."""
