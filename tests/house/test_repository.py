"""What the README promises of the repository itself."""

import re
import subprocess

from tests.conftest import PROJECT

# In pieces, so that this file names no index either.
INDEX_ADDRESS = re.compile(r"--(?:extra-)?index" r"-url|files\.python" r"hosted|/simp" r"le\b")


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=True)  # noqa: S607
    return [name for name in listed.stdout.splitlines() if (PROJECT / name).is_file()]


def text_of(name: str) -> str:
    return (PROJECT / name).read_bytes().decode("utf-8", errors="ignore")


def test_every_make_target_of_the_readme_exists():
    targets = set(re.findall(r"^([a-z]+):", text_of("Makefile"), flags=re.M))
    assert set(re.findall(r"^make ([a-z]+)", text_of("README.md"), flags=re.M)) == {"run", "test"}
    assert {"setup", "run", "test", "check", "bench", "verify"} <= targets


def test_every_file_that_the_readme_links_is_there():
    links = re.findall(r"\]\(([^)#:]+)\)", text_of("README.md"))
    assert links
    assert [link for link in links if not (PROJECT / link).exists()] == []


MODES = {"*Let the data speak*": "demo (156 × 6), recommended model, warm", "*As set*": "50 refits of the demo"}
"""How the README begins what it says of the speed of a mode, and the first row on it in docs/verification.md."""


def speeds(text: str) -> set[str]:
    """Seconds and how many times faster, as the table of verification writes them."""
    text = " ".join(text.split())
    seconds = {f"{found} s" for found in re.findall(r"\b(\d+(?:\.\d+)?) s\b", text)}
    times = re.findall(r"\b(\d+)(?: and (\d+))? times", text)
    return seconds | {f"{number} ×" for pair in times for number in pair if number}


def test_what_the_readme_says_of_speed_is_of_one_mode_and_stands_in_the_verification():
    readme, rows = text_of("README.md"), text_of("docs/verification.md").splitlines()
    claims = {mode: re.search(rf"^- {re.escape(mode)}.*?(?=^- |^$)", readme, flags=re.M | re.S) for mode in MODES}
    for mode, claim in claims.items():
        assert claim is not None, mode
        (first,) = [number for number, row in enumerate(rows) if row.startswith(f"| {MODES[mode]}")]
        shown = "\n".join(rows[first : first + (2 if mode.startswith("*Let") else 5)])
        said = speeds(claim[0])
        assert len(said) >= 4, mode
        assert [each for each in sorted(said) if each not in shown] == []
    rest = readme
    for claim in claims.values():
        rest = rest.replace(claim[0] if claim else "", "")
    assert speeds(rest) == set(), "a speed without the mode that it is of"


def test_pins_cover_the_dependencies_and_name_no_index():
    pins = {line.split("==")[0].lower() for line in text_of("requirements.txt").splitlines() if "==" in line}
    wanted = re.findall(r'^    "([a-z0-9-]+)",$', text_of("pyproject.toml").split("[build-system]")[0], flags=re.M)
    assert [name for name in wanted if name not in pins] == []
    own = "tests/house/test_repository.py"
    assert [name for name in tracked() if name != own and INDEX_ADDRESS.search(text_of(name))] == []


def test_every_setting_is_in_the_readme():
    names = {
        name for path in tracked() if path.endswith(".py") for name in re.findall(r"\bMMM_[A-Z_]+\b", text_of(path))
    }
    assert [name for name in sorted(names) if name not in text_of("README.md")] == []


def test_no_page_is_long_and_none_computes():
    for path in (PROJECT / "pages").glob("*.py"):
        source = path.read_text()
        assert len(source.splitlines()) <= 120, path.name
        assert "numpy" not in source, path.name
        assert "pandas" not in source, path.name
