"""Small disks that fill up, or can only be read."""

import os
import subprocess
from contextlib import contextmanager

import pytest

SIZE = "256m"


@contextmanager
def small_disk(folder):
    """Mount a disk in memory; only root may."""
    folder.mkdir(parents=True)
    call = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"needs root, to mount a disk: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder, left=0):
    """Leave so many bytes free on the disk of a folder."""
    disk = os.statvfs(folder)
    with (folder / "filler").open("wb") as stream:
        os.posix_fallocate(stream.fileno(), 0, disk.f_bavail * disk.f_frsize - left)
    assert os.statvfs(folder).f_bavail * disk.f_frsize == left


def make_room(folder):
    (folder / "filler").unlink()


def read_only(folder):
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)


def writable(folder):
    subprocess.run(["mount", "-o", "remount,rw", str(folder)], check=True)
