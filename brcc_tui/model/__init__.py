"""The domain model: pure values and arithmetic. No input or output, no asyncio, no Textual, no httpx."""
