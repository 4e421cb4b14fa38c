"""What the project needs and says of itself: environments, the lock file, no traces of one machine."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = ROOT / "requirements.lock"
CONDA = ROOT / "environment.yml"
PICTURES = {".png", ".jpg", ".jpeg", ".webp", ".ico", ".woff2", ".pdf"}

# Spelled in pieces, so that this file doesn't hold what it looks for.
TRACES = re.compile(
    "|".join(
        (
            r"/(?:home|root|Users|work|mnt)" + r"/[\w.-]+",
            r"\bC:\\" + r"Users",
            r"/tmp/" + r"\w",
            r"pythonhosted" + r"\.org",
            r"pypi\.org/" + r"simple",
            r"registry\." + r"npmjs",
            r"--(?:extra-)?index" + r"-url",
        )
    )
)


def tracked() -> list[Path]:
    """Every file under version control that is still there."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def needed() -> dict[str, Requirement]:
    """What pyproject needs for running, by name."""
    wanted = map(Requirement, PROJECT["dependencies"])
    return {canonicalize_name(requirement.name): requirement for requirement in wanted}


def locked() -> dict[str, str]:
    """Name -> version of the lock file."""
    text = LOCK.read_text(encoding="utf-8")
    return {
        canonicalize_name(name): version
        for name, version in re.findall(r"^([\w.\[\],-]+)==(\S+)", text, re.M)
    }


def conda() -> dict[str, SpecifierSet]:
    """What environment.yml asks of conda and, in it, of pip."""
    listed = yaml.safe_load(CONDA.read_text(encoding="utf-8"))["dependencies"]
    texts = [text for entry in listed for text in (entry["pip"] if isinstance(entry, dict) else [entry])]
    wanted = [
        re.fullmatch(r"([\w.-]+)(?:\[[\w,]+\])?\s*(.*)", text)
        for text in texts
        if not text.startswith(("-", "."))
    ]
    return {
        canonicalize_name(found[1]): SpecifierSet(re.sub(r"(?<![<>=!~])=(?!=)", "==", found[2]))
        for found in wanted
        if found
    }


def lowest(specifiers: SpecifierSet) -> Version | None:
    """The version from which on something fits, or None without a bound."""
    bounds = [Version(s.version.rstrip(".*")) for s in specifiers if s.operator in (">=", "==", "~=", ">")]
    return max(bounds, default=None)


needs_conda = pytest.mark.skipif(not CONDA.exists(), reason="environment.yml is not written yet")
needs_lock = pytest.mark.skipif(not LOCK.exists(), reason="requirements.lock is not compiled yet")


@needs_conda
def test_conda_and_pip_install_the_same_packages() -> None:
    # matplotlib-base is conda's matplotlib without a desktop window.
    names = {name.removesuffix("-base") for name in conda()} - {"python", "pip"}
    assert names == set(needed())


@needs_conda
def test_conda_asks_for_versions_that_pip_accepts() -> None:
    for name, specifiers in conda().items():
        wanted = needed().get(canonicalize_name(name.removesuffix("-base")))
        own = SpecifierSet(PROJECT["requires-python"]) if name == "python" else wanted and wanted.specifier
        if own:
            assert lowest(specifiers) is not None, f"{name} has no lowest version"
            assert lowest(specifiers) == lowest(own), f"{name}: {specifiers} but {own}"


@needs_lock
def test_the_lock_file_fits_what_is_needed() -> None:
    for name, requirement in needed().items():
        assert name in locked(), f"{name} is missing in {LOCK.name}"
        assert requirement.specifier.contains(locked()[name]), f"{name} {locked()[name]} is not {requirement}"


@needs_lock
def test_the_lock_file_has_hashes_and_names_no_host() -> None:
    text = LOCK.read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[\w-]+==)", "\n" + re.sub(r"(?m)^\s*#.*\n?", "", text).strip())
    assert len(entries) >= len(locked()) > 20
    for entry in entries:
        if "==" in entry:
            assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry), entry[:60]
    assert not re.search(r"https?://|@ file|--index|--find-links|--trusted", text)


def test_no_file_tells_where_it_was_made() -> None:
    found = []
    for path in tracked():
        if path.suffix in PICTURES or path == Path(__file__):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if trace := TRACES.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {trace[0]}")
    assert not found, "\n".join(found)


def test_the_traces_would_be_found() -> None:
    for text in (
        "/home" + "/ada/x",
        "https://files.pythonhosted" + ".org/x",
        "see /tmp/" + "x",
        "C:\\" + "Users",
    ):
        assert TRACES.search(text)


def test_every_top_level_entry_is_explained() -> None:
    guide = ROOT / "docs" / "architecture.md"
    if not guide.exists():
        pytest.skip("docs/architecture.md is not written yet")
    entries = {path.relative_to(ROOT).parts[0] for path in tracked()}
    text = guide.read_text(encoding="utf-8")
    missing = [entry for entry in sorted(entries) if f"`{entry}`" not in text and f"`{entry}/`" not in text]
    assert not missing, f"docs/architecture.md says nothing of {missing}"


def test_the_version_has_a_changelog_entry() -> None:
    changelog = ROOT / "CHANGELOG.md"
    if not changelog.exists():
        pytest.skip("CHANGELOG.md is not written yet")
    assert PROJECT["version"] in changelog.read_text(encoding="utf-8")
