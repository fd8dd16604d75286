"""An SSH server in this process, for logins that a test's OpenSSH cannot have: passwords, second factors, moods."""

from __future__ import annotations

import socket
import threading

import paramiko

from tests.services.sftp_peer import Peer


class SshPeer(paramiko.ServerInterface):
    """Listens on `port`; `accepts` maps a way in (password, publickey) to what is said of it. Behind it stands `peer`."""

    def __init__(self, accepts, peer=None):
        self.accepts = accepts
        self.peer = peer or Peer()
        self.tried = []
        self.key = paramiko.RSAKey.generate(2048)
        self._transports = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for transport in self._transports:
            transport.close()

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            transport = paramiko.Transport(connection)
            self._transports.append(transport)
            transport.add_server_key(self.key)
            try:
                transport.start_server(event=threading.Event(), server=self)
            except (paramiko.SSHException, EOFError, OSError):
                transport.close()

    def get_allowed_auths(self, username):
        return ",".join(self.accepts)

    def check_auth_password(self, username, password):
        self.tried.append(("password", username))
        return self.accepts.get("password", {}).get(password, paramiko.AUTH_FAILED)

    def check_auth_publickey(self, username, key):
        self.tried.append(("publickey", username))
        return self.accepts.get("publickey", paramiko.AUTH_FAILED)

    def check_channel_request(self, kind, chanid):
        return paramiko.OPEN_SUCCEEDED

    def check_channel_subsystem_request(self, channel, name):
        if self.peer.folders:
            threading.Thread(target=self.peer._serve, args=(channel,), daemon=True).start()
            return True
        return False
