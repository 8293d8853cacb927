"""The outside world, spoken to asynchronously: Eventbrite, WooCommerce and the WordPress database."""
