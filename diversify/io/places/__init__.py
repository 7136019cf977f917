"""Where files lie: on this disk, at an address, on the Hub."""
