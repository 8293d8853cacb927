"""FooEvents and FooEvents Bookings: what a product is, and the text that holds its seats."""
