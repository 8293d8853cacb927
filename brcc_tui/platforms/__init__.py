"""The platforms and how to talk to them asynchronously: Eventbrite, WooCommerce and the WordPress database."""
