"""The one HTTP transport: limits, retries of reads, redaction, timings."""
