"""The words that every room shares: location, finding, code, states. Imports nothing of ours."""
