"""A real OpenSSH server for tests marked `service`."""

from tests.services.fixtures import at, login, sshd

__all__ = ["at", "login", "sshd"]
