"""Money and the door: what to refund, a period's figures, who comes tonight. Nothing here changes a shop."""
