"""A B2B/EDI gateway: what trading partners send becomes canonical documents, validated, delivered once, and answered."""
