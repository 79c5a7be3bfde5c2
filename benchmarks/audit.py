"""Are there advisories for the pinned dependencies? ``make audit``, by pip-audit in an environment of its own.

Exit code 0 if there are none, or if no advisory service can be reached, which is then said; 1 if there are some.
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

from mmm_core.settings import PROJECT

AUDITOR = PROJECT / ".venv-audit" / "bin" / "pip-audit"
SERVICES = ("pypi", "osv")


def main() -> int:
    """Ask one service after the other."""
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    for service in SERVICES:
        found = ask(service)
        judged = [each for each in found if "skip_reason" not in each]
        if not judged:
            print(f"{service}: no advisory service answered for any of the pinned dependencies.")
            continue
        affected = [each for each in judged if each["vulns"]]
        for each in affected:
            for advisory in each["vulns"]:
                fixed = ", ".join(advisory["fix_versions"]) or "no version yet"
                print(f"{each['name']} {each['version']}: {advisory['id']}, mended in {fixed}")
        print(f"{service}, {today}: {len(affected)} of {len(judged)} pinned dependencies have advisories.")
        if len(judged) < len(found):
            print(f"{len(found) - len(judged)} could not be judged.")
        return 1 if affected else 0
    print(f"{today}: no advisory service can be reached from here, so nothing is known. Run it where one can.")
    return 0


def ask(service: str) -> list[dict[str, Any]]:
    """What a service knows of each pinned dependency; empty if it does not answer."""
    arguments = [
        "--requirement",
        "requirements.txt",
        "--no-deps",
        "--disable-pip",
        "--format",
        "json",
        "--timeout",
        "10",
    ]
    try:
        done = subprocess.run(
            [str(AUDITOR), *arguments, "--vulnerability-service", service],
            cwd=PROJECT, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        found: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, json.JSONDecodeError, KeyError):
        return []
    return found


if __name__ == "__main__":
    sys.exit(main())
