"""The SQL texts that look for what orders have left behind where a stock has drifted, as templates (see `texts`)."""

from __future__ import annotations

TRACES = """
SELECT {id}, t.{meta_row}, {status}, t.meta_value,
       CASE WHEN {modified} > UTC_TIMESTAMP() - INTERVAL 1 DAY THEN 1 ELSE 0 END,
       CASE WHEN EXISTS (SELECT 1 FROM {meta} g WHERE g.{meta_order} = {id}
            AND g.meta_key = 'WooCommerceEventsTicketsGenerated' AND g.meta_value = 'yes') THEN 1 ELSE 0 END,
       CASE WHEN EXISTS (SELECT 1 FROM {meta} a WHERE a.{meta_order} = {id}
            AND a.meta_key = 'WooCommerceEventsOrderAdminAddTicket' AND a.meta_value = 'yes') THEN 1 ELSE 0 END
FROM {orders} o
LEFT JOIN {meta} t ON t.{meta_order} = {id} AND t.meta_key = 'WooCommerceEventsOrderTickets'
WHERE {type} = 'shop_order' AND (LOCATE(%s, t.meta_value) > 0 OR {ids})"""
RESTOCKED = """
SELECT i.order_id, r.meta_value FROM {prefix}woocommerce_order_items i
JOIN {prefix}woocommerce_order_itemmeta p ON p.order_item_id = i.order_item_id AND p.meta_key = '_product_id'
JOIN {prefix}woocommerce_order_itemmeta r ON r.order_item_id = i.order_item_id
  AND r.meta_key = '_restock_refunded_items'
WHERE p.meta_value = %s AND {orders}"""
NOTES = """
SELECT comment_post_ID, comment_content FROM {prefix}comments WHERE comment_type = 'order_note' AND {orders}"""

STOCK_TRACES = """
SELECT {id}, {status},
       CASE WHEN {modified} > UTC_TIMESTAMP() - INTERVAL 1 DAY THEN 1 ELSE 0 END,
       CASE WHEN {reduced} THEN 1 ELSE 0 END,
       CASE WHEN EXISTS (SELECT 1 FROM {meta} g WHERE g.{meta_order} = {id}
            AND g.meta_key = 'WooCommerceEventsTicketsGenerated' AND g.meta_value = 'yes') THEN 1 ELSE 0 END,
       q.meta_value, r.meta_value, b.meta_value, i.order_item_id,
       (SELECT s.post_id FROM {prefix}woocommerce_order_itemmeta v
        JOIN {prefix}postmeta s ON s.post_id = CAST(v.meta_value AS UNSIGNED)
          AND s.meta_key = '_manage_stock' AND s.meta_value = 'yes'
        WHERE v.order_item_id = i.order_item_id AND v.meta_key = '_variation_id' LIMIT 1)
FROM {prefix}woocommerce_order_itemmeta p
JOIN {prefix}woocommerce_order_items i ON i.order_item_id = p.order_item_id AND i.order_item_type = 'line_item'
JOIN {orders} o ON {id} = i.order_id AND {type} = 'shop_order'
LEFT JOIN {prefix}woocommerce_order_itemmeta q ON q.order_item_id = i.order_item_id AND q.meta_key = '_qty'
LEFT JOIN {prefix}woocommerce_order_itemmeta r ON r.order_item_id = i.order_item_id AND r.meta_key = '_reduced_stock'
LEFT JOIN {prefix}woocommerce_order_itemmeta b ON b.order_item_id = i.order_item_id
  AND b.meta_key = '_restock_refunded_items'
LEFT JOIN {reduced_join}
WHERE p.meta_key = '_product_id' AND p.meta_value = %s"""
