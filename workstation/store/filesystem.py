"""Where the home may lie: never on a network file system, whose locks and syncs do not hold (R12)."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from workstation.base.errors import RefusedError

NETWORK_TYPES = frozenset(
    ["9p", "afpfs", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "fuse.davfs2", "fuse.glusterfs", "fuse.rclone",
     "fuse.s3fs", "fuse.sshfs", "fuse.vmhgfs-fuse", "gfs2", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs4",
     "ocfs2", "prl_fs", "smb2", "smb3", "smbfs", "vboxsf", "webdav"]
)  # fmt: skip


def refuse_network_folder(path: Path) -> None:
    """Raise RefusedError "network-file-system" when `path` lies on one."""
    kind = file_system_type(path.absolute())
    if kind in NETWORK_TYPES:
        raise RefusedError(
            "network-file-system",
            f"The data folder {path} lies on a network drive ({kind}), where a power cut or a second program can "
            "damage the journal. Choose a folder on a disk of this computer (--home).",
        )


def file_system_type(path: Path) -> str | None:
    """Type of the file system that `path` (absolute, perhaps not there yet) lies on; None when unknown."""
    if sys.platform == "win32":
        return _windows_type(path)
    if sys.platform == "darwin":
        listing = subprocess.run(["/sbin/mount"], capture_output=True, text=True, check=False).stdout
        return type_in_mounts(path.resolve(), mounts_of_macos(listing))
    try:
        listing = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return None
    return type_in_mounts(path.resolve(), mounts_of_linux(listing))


def mounts_of_linux(mountinfo: str) -> dict[Path, str]:
    """Mount point to file system type, from the text of /proc/self/mountinfo; a later mount hides an earlier one."""
    mounts: dict[Path, str] = {}
    for line in mountinfo.splitlines():
        before, separator, after = line.partition(" - ")
        fields = before.split(" ")
        if separator and len(fields) > 4:
            point = re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), fields[4])
            mounts[Path(point)] = after.split(" ")[0]
    return mounts


def mounts_of_macos(listing: str) -> dict[Path, str]:
    """Mount point to file system type, from what `mount` prints: `source on /point (type, flags)`."""
    lines = (re.fullmatch(r".+? on (/.*) \(([^,)]+).*\)", line) for line in listing.splitlines())
    return {Path(found[1]): found[2] for found in lines if found}


def type_in_mounts(path: Path, mounts: dict[Path, str]) -> str | None:
    """Type of the innermost mount that holds `path`."""
    return next((mounts[folder] for folder in (path, *path.parents) if folder in mounts), None)


def _windows_type(path: Path) -> str | None:
    if sys.platform != "win32":
        return None
    import ctypes

    drive_remote = 4
    is_remote = path.drive.startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(path.anchor) == drive_remote
    return "smb3" if is_remote else None
