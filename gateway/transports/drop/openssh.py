"""The configuration of an OpenSSH server that lets partners into their drops: texts to be installed, nothing done here.

Each partner is a user of the machine without a shell, locked into his drop (chroot), with SFTP and nothing else. What he puts
belongs to him and to the gateway's group; what he collects he may read and delete, for the folder is his.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from gateway.transports.drop.account import Account

DENIED = "symlink,hardlink,copy-data"
"""Requests of SFTP that nobody needs here."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where all of it goes on the machine that runs sshd."""

    drops: Path
    """The folder that holds every drop; it and all above it must be root's."""
    into: Path
    """Where sshd finds its configuration and the keys."""
    group: str
    """The group that the gateway runs as."""
    port: int = 22


def written(accounts: Iterable[Account], place: Place) -> dict[str, tuple[str, int]]:
    """Every file to be written, by its name: text and mode."""
    known = sorted(accounts, key=lambda account: account.user)
    files = {
        "drops.conf": (_matches(known, place), 0o644),
        "sshd_config": (_server(known, place), 0o644),
        "rsyslog.conf": (_syslog(known, place), 0o644),
        "setup.sh": (_setup(known, place), 0o755),
    }
    return files | {f"keys/{one.user}": ("".join(f"restrict {key}\n" for key in one.keys), 0o644) for one in known}


def _matches(accounts: list[Account], place: Place) -> str:
    head = (
        "# Made by `gateway sftp-config`: change the profiles, not this file. A block for each partner's drop.\n"
        "# For the machine's own sshd: put it into /etc/ssh/sshd_config.d/ (it must be the last there, blocks end nothing).\n"
    )
    return head + "".join(_match(account, place) for account in accounts)


def _match(account: Account, place: Place) -> str:
    ways = [*(["publickey"] if account.keys else []), *(["password"] if account.password is not None else [])]
    return f"""
# {account.owner}
Match User {account.user}
    ChrootDirectory {_quoted(place.drops / account.owner)}
    ForceCommand internal-sftp -u 0007 -f AUTH -l INFO -P {DENIED}
    AuthorizedKeysFile {_quoted(place.into / "keys" / account.user)}
    AuthenticationMethods {" ".join(ways) or "publickey"}
    PubkeyAuthentication {"yes" if account.keys else "no"}
    PasswordAuthentication {"yes" if account.password is not None else "no"}
    KbdInteractiveAuthentication no
    PermitEmptyPasswords no
    DisableForwarding yes
    PermitTunnel no
    PermitTTY no
    PermitUserRC no
    MaxSessions 4
    ClientAliveInterval 60
    ClientAliveCountMax 10
"""


def _server(accounts: list[Account], place: Place) -> str:
    users = " ".join(account.user for account in accounts)
    return f"""# Made by `gateway sftp-config`: an sshd of its own for partners, beside the machine's.
#   mkdir -p /run/sshd && /usr/sbin/sshd -f {place.into}/sshd_config
Port {place.port}
PidFile {place.into}/sshd.pid
HostKey {place.into}/ssh_host_ed25519_key
HostKey {place.into}/ssh_host_rsa_key
Subsystem sftp internal-sftp -u 0007 -f AUTH -l INFO -P {DENIED}
AllowUsers {users or "nobody-yet"}
PermitRootLogin no
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
UseDNS no
DisableForwarding yes
X11Forwarding no
PrintMotd no
LoginGraceTime 30
MaxAuthTries 6
MaxStartups 50:30:100
LogLevel VERBOSE

Include {place.into}/drops.conf
"""


def _syslog(accounts: list[Account], place: Place) -> str:
    head = (
        "# Made by `gateway sftp-config`: put it into /etc/rsyslog.d/ if each transfer is to be logged. Logins are in sshd's own log;\n"
        "# the lines of a session that is locked into a folder come by a socket in that folder.\n"
    )
    return head + "".join(f'input(type="imuxsock" Socket="{place.drops / one.owner}/dev/log" CreatePath="on")\n' for one in accounts)


def _setup(accounts: list[Account], place: Place) -> str:
    drops = "\n".join(f"drop {account.user} {shlex.quote(account.owner)}" for account in accounts)
    secrets = "\n".join(f"{_password(account)}" for account in accounts if account.password is not None)
    keys = " ".join(account.user for account in accounts)
    return f"""#!/bin/sh
# Made by `gateway sftp-config`. Run it as root on the machine of the drops, again after each change: it makes users and folders
# that are missing, installs the configuration, and changes nothing that it did not make.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
drops={shlex.quote(str(place.drops))}
into={shlex.quote(str(place.into))}
group={shlex.quote(place.group)}

fail() {{ echo "setup: $1" >&2; exit 1; }}
[ "$(id -u)" = 0 ] || fail "run this as root"
getent group "$group" >/dev/null || fail "there is no group $group; name the gateway's with: gateway sftp-config --group"

# sshd locks nobody into a folder that somebody else could change
mkdir -p "$drops"
at=$drops
while :; do
    [ "$(stat -c %u "$at")" = 0 ] || fail "$at is not root's; drops must stand below root's own folders (/srv/edi-drops)"
    case $(stat -c %A "$at") in
        ?????w*|????????w*) fail "$at can be changed by others than root; drops must stand elsewhere (/srv/edi-drops)" ;;
    esac
    [ "$at" != / ] || break
    at=$(dirname "$at")
done

drop() {{
    if entry=$(getent passwd "$1"); then
        case $entry in
            *":edi-gateway drop $2:"*) ;;
            *) fail "there is a user $1 who is no partner; give the drop of $2 another user in the profile" ;;
        esac
    else
        # a password that fits nothing, in place of a locked account, which sshd would not let in by key either
        useradd --system --user-group --no-create-home --home-dir / --shell /usr/sbin/nologin --password '*' \\
            --comment "edi-gateway drop $2" "$1"
    fi
    install -d -o root -g root -m 0755 "$drops/$2"
    for room in in out test; do
        install -d -o "$1" -g "$group" -m 2770 "$drops/$2/$room"
    done
}}

{drops}

install -d -o root -g root -m 0755 "$into" "$into/keys"
for file in drops.conf sshd_config; do install -o root -g root -m 0644 "$here/$file" "$into/$file"; done
for user in {keys}; do install -o root -g root -m 0644 "$here/keys/$user" "$into/keys/$user"; done
for kind in ed25519 rsa; do
    [ -e "$into/ssh_host_${{kind}}_key" ] || ssh-keygen -q -t "$kind" -N '' -f "$into/ssh_host_${{kind}}_key"
done

# passwords by reference only: their variables must be set here, their files readable
password() {{ printf '%s:%s\\n' "$1" "$2" | chpasswd; }}
{secrets}

mkdir -p /run/sshd
sshd=$(command -v sshd || echo /usr/sbin/sshd)
"$sshd" -t -f "$into/sshd_config"
echo "setup: all right; the host keys that partners compare:"
for kind in ed25519 rsa; do ssh-keygen -l -f "$into/ssh_host_${{kind}}_key.pub"; done
"""


def _password(account: Account) -> str:
    kind, _, name = str(account.password).partition(":")
    if kind == "env":
        return f'password {account.user} "${{{name}:?the password of {account.user}}}"'
    return f'password {account.user} "$(cat {shlex.quote(name)})"'


def _quoted(path: Path) -> str:
    text = str(path).replace("%", "%%")
    return f'"{text}"' if " " in text else text
