"""The report: complete, self-contained, harmless whatever the data say, and honest in what it claims."""

import csv
import json
import re
import shutil
from html.parser import HTMLParser

import pytest

from bench.report import render, update_docs
from bench.report.claims import Outcome, at_least, at_most, claims
from bench.report.docs import MarkerError
from bench.report.markdown import plain
from bench.report.verdict import verdict
from bench.results import read_results
from bench.statistics.bootstrap import Interval

VOID = {"meta", "input", "br", "link", "img", "hr", "path", "use"}


class Page(HTMLParser):
    """What stands in a page: its tags with their attributes, whether they nest, and its text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.open, self.text, self.misnested = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open[-1] != tag:
            self.misnested.append(tag)
        else:
            self.open.pop()

    def handle_data(self, text):
        self.text.append(text)

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def reports(plausible_run, hostile_run):
    render(plausible_run)
    render(hostile_run)
    return {"plausible": plausible_run, "hostile": hostile_run}


@pytest.fixture(scope="module", params=["plausible", "hostile"])
def report(request, reports):
    return reports[request.param]


@pytest.fixture(scope="module")
def page(report):
    return Page((report / "report.html").read_text())


def test_a_report_is_four_files(report):
    names = {file.name for file in report.iterdir() if file.is_file()}
    assert {"report.html", "report.md", "results.json", "results.csv"} <= names


def test_the_page_loads_nothing(page):
    named = ("src", "href", "xlink:href")
    links = [value for _, attributes in page.tags for name, value in attributes.items() if name in named]
    assert all(link.startswith("#") for link in links)
    assert not page.all("link")
    assert not page.all("iframe")


def test_every_tag_of_the_page_is_closed_where_it_was_opened(page):
    assert not page.misnested
    assert not page.open


def test_no_id_stands_twice_in_the_page_and_every_link_leads_somewhere(page):
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = {attributes["href"][1:] for attributes in page.all("a")}
    assert targets <= set(ids)


def test_every_chart_speaks_to_screen_readers_and_every_table_has_a_caption(page):
    charts = page.all("svg")
    assert charts
    assert all(chart["role"] == "img" and len(chart["aria-label"]) > 20 for chart in charts)
    assert len(page.all("caption")) == len(page.all("table"))
    assert all(cell.get("scope") in ("col", "row") for cell in page.all("th"))


def test_data_stay_text_in_the_page(reports):
    text = (reports["hostile"] / "report.html").read_text()
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<did>" not in text


def test_data_stay_text_in_markdown(reports):
    text = (reports["hostile"] / "report.md").read_text()
    assert "<script>" not in text
    for table in re.findall(r"(?:^\|.*\n)+", text, flags=re.MULTILINE):
        columns = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
        assert len(columns) == 1


def test_failed_cells_are_results(reports):
    for name in ("report.html", "report.md"):
        text = (reports["hostile"] / name).read_text()
        assert "failed" in text
        assert "did" in text
    assert "4 of 24 measurements failed" in (reports["hostile"] / "report.md").read_text()


def test_json_and_csv_have_every_cell(report):
    results = read_results(report)
    told = json.loads((report / "results.json").read_text())
    with (report / "results.csv").open() as text:
        lines = list(csv.DictReader(text))
    places = list(results.measured)
    assert [(cell["scenario"], cell["architecture"]) for cell in told["cells"]] == places
    assert [(line["scenario"], line["architecture"]) for line in lines] == places
    for cell, line in zip(told["cells"], lines, strict=True):
        assert cell["status"] == line["status"]
        assert (cell["figures"] is None) == (line["visits"] == "")


def test_the_same_data_give_the_same_report(reports):
    names = ("report.html", "report.md", "results.json", "results.csv")
    before = {name: (reports["hostile"] / name).read_bytes() for name in names}
    render(reports["hostile"])
    assert before == {name: (reports["hostile"] / name).read_bytes() for name in names}


def test_a_run_with_nothing_measured_has_a_report_that_says_so(tmp_path, plausible_run):
    shutil.copy(plausible_run / "run.json", tmp_path)
    render(tmp_path)
    assert "No verdict: too little was measured" in (tmp_path / "report.html").read_text()


def test_the_promises_are_judged_by_the_figures(plausible_run):
    outcomes = [claim.outcome for claim in claims(read_results(plausible_run))]
    assert set(outcomes) <= {Outcome.HOLDS, Outcome.LIKELY}


@pytest.mark.parametrize(
    ("found", "at_most_two", "at_least_two"),
    [
        (Interval(1.5, 1.2, 1.9), Outcome.HOLDS, Outcome.FALLS_SHORT),
        (Interval(1.5, 1.2, 2.9), Outcome.LIKELY, Outcome.UNLIKELY),
        (Interval(2.5, 1.2, 2.9), Outcome.UNLIKELY, Outcome.LIKELY),
        (Interval(2.5, 2.2, 2.9), Outcome.FALLS_SHORT, Outcome.HOLDS),
        (Interval(1.5, None, None), Outcome.LIKELY, Outcome.UNLIKELY),
        (Interval(9.0, 2.5, None), Outcome.UNLIKELY, Outcome.HOLDS),
    ],
)
def test_a_promise_holds_surely_only_when_the_whole_interval_does(found, at_most_two, at_least_two):
    assert at_most(found, 2.0) is at_most_two
    assert at_least(found, 2.0) is at_least_two


def test_what_was_not_measured_is_not_claimed(hostile_run):
    judged = {claim.promise: claim.outcome for claim in claims(read_results(hostile_run))}
    unknown = [promise for promise, outcome in judged.items() if outcome is Outcome.UNKNOWN]
    assert any("CPU" in promise for promise in unknown)
    assert any("Sync workers" in promise for promise in unknown)


def test_the_verdict_names_the_number_that_it_rests_on(plausible_run):
    said = verdict(read_results(plausible_run))
    assert "straight to Swift" in said.headline
    assert said.tiles[0].value == "100\N{NO-BREAK SPACE}%"
    assert any("Proxy, sync" in sentence and "fell to" in sentence for sentence in said.sentences)


PAGE = "# Mine\n\nbefore\n<!-- bench -->\nold\n<!-- /bench -->\nafter\n"


def test_docs_change_between_their_markers_only(tmp_path, plausible_run):
    readme = tmp_path / "README.md"
    readme.write_text(PAGE)
    other = tmp_path / "docs" / "benchmarking.md"
    other.parent.mkdir()
    other.write_text(PAGE)
    changed = update_docs(plausible_run, [readme, other], tmp_path / "docs" / "images")
    text = readme.read_text()
    assert text.startswith("# Mine\n\nbefore\n<!-- bench -->\n**Let browsers")
    assert text.endswith("<!-- /bench -->\nafter\n")
    assert "old" not in text
    assert text.count("](docs/images/bench-") == 1
    assert other.read_text().count("](images/bench-") == 3
    assert {file.name for file in changed} >= {"README.md", "benchmarking.md", "bench-slow.svg"}
    assert update_docs(plausible_run, [readme, other], tmp_path / "docs" / "images") == []


@pytest.mark.parametrize(
    "text",
    ["none", "<!-- bench --> only", "<!-- /bench --><!-- bench -->", PAGE + PAGE],
    ids=["no markers", "no end", "wrong order", "twice"],
)
def test_a_page_without_its_markers_is_left_alone(tmp_path, plausible_run, text):
    page = tmp_path / "page.md"
    page.write_text(text)
    with pytest.raises(MarkerError, match=r"page\.md"):
        update_docs(plausible_run, [page], tmp_path)
    assert page.read_text() == text
    assert [file.name for file in tmp_path.iterdir()] == ["page.md"]


@pytest.mark.parametrize("text", ["a|b", "<b>", "*x*", "`x`", "[a](b)", "a\nb", "a\\|b"])
def test_markdown_escapes_leave_nothing_that_makes_markup(text):
    assert not re.search(r"(?<!\\)[|`*_\[\]<>\n]", plain(text).replace("\\\\", ""))
