"""The suite under Wine: Windows' own Python on a copy of Windows that Linux has."""
