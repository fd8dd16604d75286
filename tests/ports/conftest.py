"""The real servers for tests marked `service`."""

from tests.services.fixtures import at, login, postgres, sshd

__all__ = ["at", "login", "postgres", "sshd"]
