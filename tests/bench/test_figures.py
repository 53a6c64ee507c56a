"""Every target has its line in the results, and whoever is compared finds the same."""

from contextlib import closing

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench import __main__ as command
from bench import datasette, figures, floors, measuring
from bench.asking import content, get, most_held
from bench.corpus import write_files
from dialogues.models import Statement


@pytest.fixture
def archive(db, tmp_path, settings):
    """The smallest archive that is measured, under the addresses of a run."""
    settings.ROOT_URLCONF = "bench.stock"
    for folder in write_files(figures.SMALL, tmp_path / "records"):
        call_command("import_records", str(folder), publish=True, verbosity=0)


def test_every_target_is_in_the_results_whatever_was_measured():
    found = figures.Figures(rounds=1)
    found.add("import, ms of processor time a statement", 3.14159)
    assert [(row["name"], row["target"]) for row in found.results] == list(figures.TARGETS.items())
    assert found.results[-1] == {
        "name": "import, ms of processor time a statement",
        "value": 3.142,
        "target": "<= 3",
        "holds": False,
    }
    assert all(row["value"] is row["holds"] is None for row in found.results[:-1])


def test_what_has_no_target_is_no_figure():
    with pytest.raises(KeyError):
        figures.Figures(rounds=1).add("a page", 1)


def test_figures_through_nginx_are_listed_as_still_to_come():
    lines = list(figures.Figures(rounds=1).lines())
    assert len(lines) == len(figures.TARGETS)
    assert sum("comes with deploy/" in line for line in lines) == 2


def test_growth_is_told_of_the_sizes_that_were_measured():
    found = figures.Figures(rounds=1)
    figures.growth(found, {300: (1, 1), 20_000: (4, 1), 100_000: (12, 2)})
    assert [row["value"] for row in found.results[:3]] == [4, 3, 2]
    assert [row["holds"] for row in found.results[:3]] == [True, True, False]
    small = figures.Figures(rounds=1)
    figures.growth(small, {300: (1, 1)})
    assert not any(small.values.values())


def test_datasette_has_the_rows_and_facets_of_the_archive(archive, tmp_path):
    everything = figures.counts("")
    assert everything["count"] == figures.SMALL
    values = datasette.facet_values(everything)
    with closing(datasette.Peer(tmp_path / "rows.db", values)) as peer:
        assert "_facet_array=theme" in peer.address
        for words in ("", *figures.NAMES.values()):
            counts = figures.counts(f"q={words}")
            assert peer.counts(words) == counts
            assert counts["count"] > 0


def test_stock_django_has_the_rows_of_the_archive(archive):
    for words in figures.NAMES.values():
        ours = content(f"{figures.API}?q={words}{figures.NEWEST}")["results"]
        theirs = content(f"{figures.STOCK}?search={words}&page_size=20")
        assert [row["ref"] for row in theirs["results"]] == [row["ref"] for row in ours]
        assert theirs["count"] == figures.counts(f"q={words}")["count"]
    theirs = get(f"{figures.STOCK}export/?dialogue__year={figures.YEAR}").getvalue()
    ours = get(f"{figures.EXPORT}csv&year={figures.YEAR}").getvalue()
    assert theirs.count(b"\r\n") == ours.count(b"\r\n") > 1


def test_who_finds_something_else_is_not_compared():
    figures.agree("rows", [1, 2], [1, 2])
    with pytest.raises(RuntimeError, match="rows: they do not find the same"):
        figures.agree("rows", [1, 2], [2, 1])


@pytest.mark.postgresql
def test_the_floors_have_the_rows_of_the_archive(archive):
    number = Statement.objects.published().count()
    (rows,) = floors.COLUMNS
    assert floors.asked([(f"SELECT COUNT(*) FROM ({rows}) rows", None)]) == [[(number,)]]
    assert floors.copied(["SELECT 12", "SELECT 345"]) == len("12\n345\n")
    listed = [row["ref"] for row in content(f"{figures.API}?page_size=50")["results"]]
    raw = floors.newest_records(50)().decode()
    assert all(f'"{ref}"' in raw for ref in listed)


@pytest.mark.postgresql
def test_live_counts_are_what_a_comparison_counts(archive):
    for rows in floors.live_counts("/compare/?view=themes")():
        assert rows


@pytest.mark.django_db
def test_all_are_asked_in_turn_and_once_before():
    asked: list[str] = []
    times = measuring.medians(2, lambda: asked.append("one"), lambda: asked.append("other"))
    assert asked == ["one", "other"] * 3
    assert len(times) == 2


@pytest.mark.django_db
def test_what_is_measured_uncached_is_counted_each_time(kept):
    queries: list[int] = []

    def ask() -> None:
        with CaptureQueriesContext(connection) as captured:
            get("/compare/?view=themes")
        queries.append(len(captured))

    measuring.medians(1, ask)
    assert queries[1] < queries[0]
    measuring.medians(1, ask, uncached=True)
    assert queries[2] == queries[3] == queries[0]


@pytest.mark.django_db
def test_processor_time_goes_on():
    before = measuring.processor_time()
    sum(range(1_000_000))
    assert measuring.processor_time() > before


def test_the_memory_of_a_process_is_told():
    assert most_held() > 1000


def test_in_a_pipe_no_progress_is_shown(capsys):
    measuring.progress("300 of 20000 statements")
    assert capsys.readouterr() == ("", "")


def test_a_size_that_cannot_be_made_is_refused(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["bench", "--size", "255"])
    with pytest.raises(SystemExit) as ended:
        command.main()
    assert ended.value.code == 2
    assert "--size takes 300 or more" in capsys.readouterr().err
