"""Migrations of the journal's schema, newest last; `gateway.stores.sql.opening` runs them."""
