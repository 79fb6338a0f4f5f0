"""The records: the only SQL of the product."""
