-- A database account for brcc-tui that can read what it counts, and nothing else.
--
-- Run it once as an administrator of the WordPress database (the hosting provider's panel, phpMyAdmin, or
-- `mariadb < database-user.sql`). Before that, replace with your own:
--   'brcc_reader'     the account's name                      -> WORDPRESS_DB_USER
--   'CHANGE-ME'       a long password, made for it alone      -> WORDPRESS_DB_PASSWORD
--   '203.0.113.7'     the address this program calls from; 'localhost' on the same machine, never '%' if you can
--   `wordpress`       the database's name                     -> WORDPRESS_DB_NAME
--   wp_               $table_prefix of wp-config.php          -> WORDPRESS_TABLE_PREFIX
--
-- REQUIRE SSL: the server refuses this account without encryption. Leave it out on the same machine only.
-- The limit leaves room for four computers: each uses five connections, and one more for every lock it holds.

CREATE USER 'brcc_reader'@'203.0.113.7' IDENTIFIED BY 'CHANGE-ME' REQUIRE SSL WITH MAX_USER_CONNECTIONS 30;

-- The site's own settings (zone, date format, versions), products and tickets.
GRANT SELECT ON `wordpress`.wp_options TO 'brcc_reader'@'203.0.113.7';
GRANT SELECT ON `wordpress`.wp_posts TO 'brcc_reader'@'203.0.113.7';
GRANT SELECT ON `wordpress`.wp_postmeta TO 'brcc_reader'@'203.0.113.7';
-- What kind a product is, and whether it is hidden.
GRANT SELECT ON `wordpress`.wp_terms TO 'brcc_reader'@'203.0.113.7';
GRANT SELECT ON `wordpress`.wp_term_taxonomy TO 'brcc_reader'@'203.0.113.7';
GRANT SELECT ON `wordpress`.wp_term_relationships TO 'brcc_reader'@'203.0.113.7';
-- The notes of orders: they tell whether a refund gave its seats back.
GRANT SELECT ON `wordpress`.wp_comments TO 'brcc_reader'@'203.0.113.7';
-- Orders whose tickets are not made yet.
GRANT SELECT ON `wordpress`.wp_woocommerce_order_items TO 'brcc_reader'@'203.0.113.7';
GRANT SELECT ON `wordpress`.wp_woocommerce_order_itemmeta TO 'brcc_reader'@'203.0.113.7';
-- These exist where WooCommerce keeps orders in tables of their own (HPOS). Where a line fails, leave it out.
GRANT SELECT ON `wordpress`.wp_wc_orders TO 'brcc_reader'@'203.0.113.7';
GRANT SELECT ON `wordpress`.wp_wc_orders_meta TO 'brcc_reader'@'203.0.113.7';
GRANT SELECT ON `wordpress`.wp_wc_order_operational_data TO 'brcc_reader'@'203.0.113.7';
-- Who is billed: read where somebody asks for names alone. Leave it out where nobody here is to see them.
GRANT SELECT ON `wordpress`.wp_wc_order_addresses TO 'brcc_reader'@'203.0.113.7';
-- This one exists where WPML translates the shop: which products are copies of one another. The same goes for it.
GRANT SELECT ON `wordpress`.wp_icl_translations TO 'brcc_reader'@'203.0.113.7';
-- This one exists in a network of sites (multisite), under the network's own prefix (wp_ where a site's is wp_2_): which
-- plugins are installed, and active on all of them. The same goes for it.
GRANT SELECT ON `wordpress`.wp_sitemeta TO 'brcc_reader'@'203.0.113.7';

-- Named locks (GET_LOCK), with which two computers keep out of each other's way, need no privilege.
-- Should the account be able to write all the same, `brcc-tui health` says so. To take it away again:
--   DROP USER 'brcc_reader'@'203.0.113.7';
