"""Money and the door: what is to be refunded, what a period brought, who comes tonight. Nothing here changes a shop."""
