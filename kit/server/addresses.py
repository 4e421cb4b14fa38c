"""Under which address phones on the local network reach this computer."""

import socket


def local_address(listening_on: str) -> str:
    """The address of this computer on the local network; the one it listens on if that is a single one."""
    if listening_on not in ("", "0.0.0.0", "::"):
        return listening_on
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Nothing is sent: connecting a datagram socket only chooses the network that would be used.
            probe.connect(("10.255.255.255", 1))
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"
