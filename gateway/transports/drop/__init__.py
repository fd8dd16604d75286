"""Drops: folders with us that partners fill and empty themselves, by SFTP."""
