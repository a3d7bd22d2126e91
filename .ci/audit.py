#!/usr/bin/env python3
"""Look every pinned package up among the known vulnerabilities; fail on a finding.

Where the data cannot be had, it says "not audited" and ends well: that is no verdict, and never printed as one. Whether
the data are there is proved first, by a release with known holes that has to be found. Needs nothing but Python; the
tool is installed into a folder that is thrown away.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

REQUIREMENTS = ("requirements.txt", "requirements-packs.txt", "requirements-dev.txt")
PROOF = "django==2.2\n"
"""A release with dozens of known vulnerabilities."""

OPTIONS = ("--disable-pip", "--format", "json", "--progress-spinner", "off")


def packages_of(output: str) -> list[dict[str, Any]]:
    """The packages that the tool printed; none where it printed no answer."""
    try:
        packages: list[dict[str, Any]] = json.loads(output)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return []
    return packages


def findings(packages: list[dict[str, Any]]) -> dict[str, list[str]]:
    """The vulnerabilities by package."""
    found = {each["name"]: [hole["id"] for hole in each.get("vulns", [])] for each in packages}
    return {name: holes for name, holes in found.items() if holes}


def verdict(proof: str, output: str) -> tuple[int, str]:
    """The exit status and the sentence for what the tool printed of the proof and of our own packages."""
    if not findings(packages_of(proof)):
        return 0, "not audited: the data of known vulnerabilities cannot be had from here"
    packages = packages_of(output)
    if found := findings(packages):
        return 1, "vulnerable: " + "; ".join(f"{name} ({', '.join(holes)})" for name, holes in found.items())
    skipped = [str(each["name"]) for each in packages if "vulns" not in each]
    if skipped or not packages:
        return 0, f"not audited: {', '.join(skipped) or 'none of the packages'} could not be looked up"
    return 0, "audited: no known vulnerability in any pinned package"


def run(*command: str, seconds: int) -> tuple[int, str]:
    """The exit status and standard output of a command; it may take so long."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        return 1, ""
    return done.returncode, done.stdout


def main() -> int:
    """Install the tool, prove the data, look up what is pinned."""
    with tempfile.TemporaryDirectory() as folder:
        tool, proof = Path(folder, "bin", "pip-audit"), Path(folder, "proof.txt")
        proof.write_text(PROOF, encoding="utf-8")
        run(sys.executable, "-m", "venv", folder, seconds=120)
        run(str(Path(folder, "bin", "pip")), "install", "--quiet", "pip-audit", seconds=300)
        if not tool.exists():
            print("not audited: pip-audit could not be installed")
            return 0
        _, proved = run(str(tool), *OPTIONS, "--no-deps", "-r", str(proof), seconds=120)
        files = [part for name in REQUIREMENTS if Path(name).exists() for part in ("-r", name)]
        look_up = (str(tool), *OPTIONS, "--require-hashes", *files)
        _, found = run(*look_up, "--strict", seconds=300)
        if not packages_of(found):  # one package that cannot be looked up ends a strict run: what of the others?
            _, found = run(*look_up, seconds=300)
        status, sentence = verdict(proved, found)
        print(sentence)
        return status


if __name__ == "__main__":
    sys.exit(main())
