"""FooEvents and FooEvents Bookings: the classification of products, and the text that holds their seats."""
