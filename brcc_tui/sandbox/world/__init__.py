"""The invented club: its programme, products, orders and oddities."""
