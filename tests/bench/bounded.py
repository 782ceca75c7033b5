"""Runs a program for a time at most. Its children end with it, also when the one that waits for it is interrupted."""
import os
import signal
import subprocess
from pathlib import Path


def bounded(words, seconds, folder=None):
    """What it wrote on standard output, and why it failed or nothing."""
    name = Path(words[0]).name
    try:
        process = subprocess.Popen(words, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   errors="replace", start_new_session=True)
    except OSError as error:
        return "", f"{name}: {error.strerror}"
    try:
        out, err = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return process.communicate()[0] or "", f"{name} took more than {seconds:g} s"
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    if process.returncode == 0:
        return out, ""
    said = [line.strip()[:200] for line in (err.strip() or out).splitlines() if line.strip()] or ["it said nothing"]
    return out, f"{name} ended with {process.returncode}: " + " … ".join(dict.fromkeys([said[0], said[-1]]))
