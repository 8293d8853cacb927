"""The practice club's WordPress: its database, its shop, and the event plugin's behaviour."""
