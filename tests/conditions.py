"""`python -m tests.conditions`: says before the tests which real parts they will run without."""

import os
import shutil
from pathlib import Path

CHROMIUM = "/usr/bin/chromium"


def missing() -> list[str]:
    """A sentence for each real part that is not here."""
    sentences = []
    if not os.environ.get("GENDAN_TEST_POSTGRES"):
        sentences.append("without PostgreSQL: set GENDAN_TEST_POSTGRES=postgresql://user@host/database")
    if not Path(CHROMIUM).exists():
        sentences.append(f"without a browser: install Debian's chromium ({CHROMIUM})")
    if not shutil.which("npm"):
        sentences.append("without npm: the judge @wecom/crypto does not run")
    return sentences


if __name__ == "__main__":
    for sentence in missing():
        print(f"The tests run {sentence}")
