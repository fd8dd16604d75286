"""The HTTP side: the API that partners and our own systems post to and ask (`gateway serve`)."""
