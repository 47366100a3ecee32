"""docs/security.md names tests; they have to be there, and the tests of attacks have to be named."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
DOCUMENT = (ROOT / "docs" / "security.md").read_text()
HERE = Path(__file__).parent
# They show more of an attack that another test stands for.
UNNAMED = {"test_a_redirect_has_no_line_break_in_it", "test_a_link_to_elsewhere_does_not_tell_where_one_was"}


def names_of_tests(folder):
    texts = (path.read_text() for path in folder.rglob("test_*.py"))
    return {
        name for text in texts for name in re.findall(r"^\s*(?:async )?def (test_\w+)", text, re.MULTILINE)
    }


def named():
    return set(re.findall(r"`(test_\w+)`", DOCUMENT))


def test_every_test_that_the_threat_model_names_exists():
    assert named() - names_of_tests(ROOT / "tests") == set()


def test_every_attack_is_in_the_threat_model():
    attacks = names_of_tests(HERE) - UNNAMED - {name for name in globals() if name.startswith("test_")}
    assert attacks - named() == set()


def test_every_row_has_a_test():
    rows = DOCUMENT.split("## Threat model")[1].split("## What you must do")[0].splitlines()
    attacks = [row for row in rows if row.startswith("| ") and not row.startswith(("| attack", "| ---"))]
    assert len(attacks) > 40
    assert [row for row in attacks if "`test_" not in row] == []
