"""What bench/run makes of its measurements. PYTHONPATH names the folder bench."""

import json
import re
import tempfile
import unittest
from pathlib import Path
from xml.etree import ElementTree

import chart
import goals
import report
from bodies import BODIES, job_ids
from body_kinds import KIND_NAMES, KINDS, kinds
from compare import in_a_round
from figures import Measurement, Sample, calm, cheapest, ratio, summary
from peers import RunFailed, all_peers, read_h2load, read_summary, read_wrk
from program_output import check_output


def sample(requests: int, user: float, system: float = 0.0, wall: float | None = None) -> Sample:
    return Sample(requests, wall if wall is not None else user + system, user, system, rss_mb=10)


def measured(short_s: float, long_s: float, requests: int = 1000) -> Measurement:
    """A short run of 100 requests, and one with so many more; their CPU."""
    return Measurement(sample(100, short_s), sample(100 + requests, long_s))


def cost(cpu_us: float) -> Measurement:
    return measured(100e-6 * cpu_us, 1100e-6 * cpu_us)


class Figures(unittest.TestCase):
    def test_what_both_runs_have_in_common_cancels_out(self):
        start_up = 0.3
        found = Measurement(sample(100, start_up + 100e-6, 200e-6), sample(1100, start_up + 1100e-6, 2200e-6)).cost
        self.assertAlmostEqual(found.user_us, 1)
        self.assertAlmostEqual(found.system_us, 2)
        self.assertAlmostEqual(found.cpu_us, 3)
        self.assertAlmostEqual(found.requests_per_s, 1000 / 3000e-6)

    def test_two_runs_of_one_length_say_nothing(self):
        with self.assertRaises(ValueError):
            Measurement(sample(100, 1), sample(100, 2))

    def test_a_run_without_a_request_says_nothing(self):
        with self.assertRaises(ValueError):
            Measurement(sample(0, 1), sample(100, 2))

    def test_a_short_run_that_had_to_wait_takes_only_the_rate_away(self):
        found = Measurement(sample(100, 1.0, wall=9.0), sample(1100, 2.0, wall=3.0))
        self.assertAlmostEqual(found.cost.cpu_us, 1000)
        self.assertIsNone(found.cost.requests_per_s)
        self.assertIsNone(summary([found])["requests_per_s"])

    def test_what_disturbs_a_run_makes_no_request_dearer_and_none_cheaper(self):
        # 1 µs a request; first the short run was disturbed, then the longer one.
        disturbed_in_turn = [measured(700e-6, 1100e-6), measured(100e-6, 9000e-6), cost(1)]
        self.assertAlmostEqual(calm(disturbed_in_turn).cpu_us, 1)

    def test_one_run_of_luck_does_not_stand_for_all(self):
        self.assertAlmostEqual(calm([cost(10), cost(4), cost(10), cost(10), cost(30), cost(30)]).cpu_us, 7)

    def test_a_machine_that_is_busy_for_most_of_the_time_changes_nothing(self):
        calm_runs, busy_runs = [cost(10)] * 5, [cost(16)] * 10
        self.assertAlmostEqual(calm(busy_runs + calm_runs).cpu_us, 10)

    def test_of_a_few_runs_two_count(self):
        self.assertAlmostEqual(calm([cost(30), cost(2), cost(4)]).cpu_us, 3)
        self.assertAlmostEqual(calm([cost(5)]).cpu_us, 5)

    def test_a_client_that_runs_by_time_counts_where_it_made_the_most(self):
        made = [Measurement(sample(900, 1.0), sample(2000, 2.0)), Measurement(sample(1000, 1.0), sample(1500, 2.0)),
                Measurement(sample(1000, 1.0), sample(2000, 2.0))]
        self.assertAlmostEqual(calm(made).cpu_us, 1000)

    def test_a_ratio_compares_the_calmest_thirds(self):
        self.assertAlmostEqual(ratio([cost(9), cost(3)], [cost(1), cost(30), cost(3)]), 3)
        self.assertIsNone(ratio([cost(1)], []))
        self.assertIsNone(ratio([], [cost(1)]))

    def test_less_than_no_cpu_is_no_figure_to_compare_with(self):
        noise = measured(900e-6, 100e-6)
        self.assertIsNone(ratio([cost(1)], [noise]))
        self.assertIsNone(ratio([noise], [cost(1)]))
        self.assertEqual(cheapest({"a": [noise], "b": [cost(2)]}), "b")

    def test_a_summary_tells_how_far_the_rounds_lay_apart(self):
        found = summary([cost(1), cost(9), cost(3)])
        self.assertAlmostEqual(found["cpu_us"], 2)
        self.assertAlmostEqual(found["cpu_us_median"], 3)
        self.assertAlmostEqual(found["cpu_us_most"], 9)
        self.assertEqual(len(found["runs"]), 6)
        self.assertIsNone(found["p50_ms"])

    def test_the_cheapest_is_found_among_those_that_ran(self):
        self.assertEqual(cheapest({"a": [cost(3)], "b": [cost(2)], "c": []}), "b")
        self.assertIsNone(cheapest({"c": []}))


class Bodies(unittest.TestCase):
    def test_each_body_has_its_size_and_its_records(self):
        for body in BODIES:
            with self.subTest(body.name):
                self.assertEqual(len(body.text()), body.size)
                files = json.loads(body.text())["failed_files"]
                self.assertEqual(len(files), body.records)
                self.assertTrue(all(file["document"] and file["error"] for file in files))

    def test_no_job_is_there_twice(self):
        self.assertEqual(len(set(job_ids(1000))), 1000)


class Kinds(unittest.TestCase):
    def test_each_kind_is_json_with_all_its_records(self):
        for body in kinds(KIND_NAMES, seed=1):
            with self.subTest(body.name):
                found = json.loads(body.text())["failed_files"]
                self.assertEqual(len(found), 5000)
                self.assertEqual(body.records, 5000)
                self.assertEqual([{"document": file["document"], "error": file["error"]} for file in found],
                                 body.failed_files())
                self.assertTrue(650_000 < body.size < 1_150_000, body.size)

    def test_each_kind_has_what_it_is_named_after_in_each_record(self):
        # In the text of a record, and in none of a plain one.
        marks = {"quoted": r'\\"', "tracebacks": r"\\n", "utf8": "[^\x00-\x7f]", "escaped": r"\\u[0-9a-f]{4}",
                 "unknown": r',"stage":"\w{16}","size":\d+,"node":\{"\w+":"\w+","\w+":\d\}\}$', "blank": '": "',
                 "indented": "\n      ", "reversed": '^{"error"'}
        plain, *others = KINDS
        self.assertEqual([body.name for body in others], list(marks))
        for body in others:
            with self.subTest(body.name):
                every = all(re.search(marks[body.name], self.record(body, index)) for index in range(body.records))
                self.assertTrue(every)
                self.assertFalse(any(re.search(marks[body.name], self.record(plain, index)) for index in range(100)))

    @staticmethod
    def record(body, index: int) -> str:
        return body.form.record(body.failed_files()[index], index)

    def test_an_escaped_body_says_the_same_as_its_utf8_in_ascii(self):
        utf8, escaped = kinds(("utf8", "escaped"), seed=1)
        self.assertEqual(json.loads(utf8.text()), json.loads(escaped.text()))
        self.assertTrue(escaped.text().isascii())

    def test_the_seed_alone_decides_what_is_mixed(self):
        first, again, other = (kinds(("mixture",), seed)[0].text() for seed in (7, 7, 8))
        self.assertEqual(first, again)
        self.assertNotEqual(first, other)

    def test_a_mixture_has_records_of_each_form_and_kind_of_reason(self):
        text = kinds(("mixture",), seed=7)[0].text().decode()
        for mark in ('{"document":"', '{"error":"', '{"document": "', '{\n      "error": "', '"stage"', r'\"', r"\n", r"\u", "ü"):
            with self.subTest(mark):
                self.assertGreater(text.count(mark), 100)

    def test_kinds_that_are_not_wanted_are_left_out(self):
        self.assertEqual([body.name for body in kinds(("mixture", "plain"), seed=1)], ["plain", "mixture"])


class OtherClients(unittest.TestCase):
    WRK = ("  Latency Distribution\n     50%  850.00us\n     75%    1.00ms\n     99%    1.20s\n"
           "  1234 requests in 1.00s, 0.93MB read\n")

    def test_wrk_is_read_in_each_of_its_units(self):
        said = read_wrk(self.WRK)
        self.assertEqual(said.requests, 1234)
        self.assertAlmostEqual(said.p50_ms, 0.85)
        self.assertAlmostEqual(said.p99_ms, 1200)

    def test_wrk_with_failures_is_no_figure(self):
        for line in ("  Non-2xx or 3xx responses: 3\n", "  Socket errors: connect 0, read 2, write 0, timeout 0\n"):
            with self.subTest(line), self.assertRaises(RunFailed):
                read_wrk(self.WRK + line)

    def test_h2load_must_have_got_every_response(self):
        self.assertEqual(read_h2load("status codes: 100 2xx, 0 3xx, 0 4xx, 0 5xx\n", 100).requests, 100)
        with self.assertRaises(RunFailed):
            read_h2load("status codes: 99 2xx, 0 3xx, 1 4xx, 0 5xx\n", 100)


class ProgramSummary(unittest.TestCase):
    body = BODIES[0]

    def read(self, **changed):
        right = {"jobs": 10, "outcomes": {"ok": 10}, "failed_files": 10 * self.body.records}
        return read_summary(json.dumps(right | changed), self.body, 10)

    def test_all_jobs_with_all_their_failed_files_pass(self):
        self.assertEqual(self.read().requests, 10)

    def test_anything_else_does_not(self):
        for changed in ({"jobs": 9}, {"outcomes": {"ok": 9, "timeout": 1}}, {"failed_files": 29}):
            with self.subTest(changed), self.assertRaises(RunFailed):
                self.read(**changed)


class ProgramOutput(unittest.TestCase):
    body = BODIES[0]
    jobs = job_ids(3)

    def check(self, lines: list[str]) -> tuple[float, float]:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "results.ndjson"
            path.write_text("".join(lines))
            return check_output(path, self.jobs, self.body)

    def line(self, job: str, elapsed_ms: float = 1.5, outcome: str = "ok", records=None) -> str:
        files = self.body.failed_files() if records is None else records
        return json.dumps({"job_id": job, "outcome": outcome, "http_status": 200, "attempts": 1,
                           "elapsed_ms": elapsed_ms, "failed_files": files}, separators=(",", ":")) + "\n"

    def test_every_job_once_with_the_right_records_passes(self):
        lines = [self.line(job, elapsed) for job, elapsed in zip(self.jobs, (2.0, 1.0, 3.0))]
        self.assertEqual(self.check(lines)[0], 2.0)

    def test_anything_else_does_not(self):
        right = [self.line(job) for job in self.jobs]
        cut = self.body.failed_files()[:-1]
        wrong = {
            "a job is missing": right[:2],
            "a job is there twice": [*right, right[0]],
            "a job that nobody asked for": [*right, self.line("ffffffff-0000-4000-8000-000000000000")],
            "a record is missing": [*right[:2], self.line(self.jobs[2], records=cut)],
            "a job failed": [*right[:2], self.line(self.jobs[2], outcome="timeout")],
        }
        for name, lines in wrong.items():
            with self.subTest(name), self.assertRaises(ValueError):
                self.check(lines)


class Rounds(unittest.TestCase):
    def test_ours_run_next_to_what_they_are_compared_with(self):
        names = [peer.name for peer in in_a_round(all_peers())]
        compared = ["wrk", "libcurl-h1", "libcurl-h2", "libcurl-simdjson", "floor", "floor-simdjson", "library", "program",
                    "program-null", "program-pipelined"]
        self.assertEqual(names[:10], compared)
        self.assertEqual(sorted(names[10:] + compared), sorted(peer.name for peer in all_peers()))

    def test_what_kinds_are_measured_with_is_measured_with_all_of_them(self):
        for peer in all_peers():
            if peer.kinds:
                with self.subTest(peer.name):
                    self.assertTrue(all(peer.expected_request_us(body) > 0 for body in kinds(KIND_NAMES, seed=1)))


class Goals(unittest.TestCase):
    def verdicts(self, to_wrk: float | None) -> dict[str, str]:
        cell = {} if to_wrk is None else {"to_wrk": to_wrk}
        rows = [{"name": "program", "bodies": {"small": cell}}]
        return {goal["goal"]: goal["verdict"] for goal in goals.checked(rows)}

    def test_a_goal_is_kept_up_to_its_limit(self):
        name = "CPU a request ÷ wrk's, small"
        self.assertEqual(self.verdicts(1.1)[name], "ok")
        self.assertEqual(self.verdicts(1.11)[name], "MISSED")
        self.assertEqual(self.verdicts(None)[name], "not measured")


    def test_each_kind_has_a_goal_against_wrk_and_one_against_simdjson(self):
        figures = [(goal.body, goal.figure) for goal in goals.of_kinds(KIND_NAMES) if goal.row == "program-null"]
        self.assertEqual(sorted(figures), sorted((kind, figure) for kind in KIND_NAMES
                                                 for figure in ("to_wrk", "to_libcurl_simdjson")))

    def test_only_the_kinds_that_were_measured_have_goals(self):
        rows = [{"name": "program-null", "bodies": {"plain": {"to_wrk": 1.26, "to_libcurl_simdjson": 0.65}}},
                {"name": "library", "bodies": {"plain": {"to_program_null": 1.15}}}]
        self.assertEqual([goal["verdict"] for goal in goals.checked(rows, goals.of_kinds(("plain",)))], ["MISSED", "ok", "ok"])


class Report(unittest.TestCase):
    def setUp(self):
        cell = {**summary([cost(12.3), cost(12.5), cost(2400)]), "to_wrk": 1.25}
        measured = {"name": "a", "label": "a <client>", "parses": True, "ours": True, "unavailable": None,
                    "bodies": {body.name: cell for body in BODIES}}
        absent = {"name": "b", "label": "another", "parses": False, "ours": False,
                  "unavailable": "it is not installed", "bodies": {}}
        broken = {"name": "c", "label": "a third", "parses": True, "ours": False, "unavailable": None,
                  "bodies": {body.name: {"failure": "exit 1: refused"} for body in BODIES}}
        machine = {key: "-" for key in ("processor", "cores", "memory", "kernel", "system")}
        self.results = {
            "command": "bench/run", "date": "2026-01-01", "rounds": 3, "window_s": 1, "machine": machine,
            "versions": {"wrk": "4.1"}, "rows": [measured, absent, broken], "goals": goals.checked([measured]),
            "bodies": [{"name": body.name, "size": body.size, "records": body.records} for body in BODIES],
        }

    def test_a_client_without_figures_is_a_row_that_says_why(self):
        for text in (report.terminal(self.results), report.markdown(self.results)):
            self.assertEqual(text.count("it is not installed"), len(BODIES))
            self.assertEqual(text.count("exit 1: refused"), len(BODIES))

    def with_kinds(self) -> dict:
        cell = {**summary([cost(700), cost(700)]), "to_wrk": 1.23}
        row = {"name": "a", "label": "a <client>", "parses": True, "unavailable": None,
               "bodies": {"plain": cell, "mixture": {"failure": "exit 1: refused"}}}
        absent = {"name": "b", "label": "another", "parses": True, "unavailable": "it is not installed", "bodies": {}}
        bodies = [{"name": name, "size": 700_000, "records": 5000} for name in ("plain", "mixture")]
        return {**self.results, "kinds": {"seed": 4711, "bodies": bodies, "rows": [row, absent]}}

    def test_kinds_are_columns_of_what_a_request_costs_and_of_its_ratio(self):
        text = report.terminal(self.with_kinds())
        rows = [line.split() for line in text.splitlines() if line.startswith("a <client>")][-2:]
        self.assertEqual([row[2:] for row in rows], [["700", "failed"], ["1.23", "failed"]])
        self.assertEqual(text.count("it is not installed"), len(BODIES) + 2)

    def test_the_seed_of_a_mixture_is_told_where_one_was_measured(self):
        results = self.with_kinds()
        self.assertIn("--seed 4711", report.markdown(results))
        results["kinds"]["bodies"].pop()
        self.assertNotIn("4711", report.markdown(results))

    def test_kinds_alone_are_a_report_without_sizes_and_chart(self):
        text = report.markdown({**self.with_kinds(), "bodies": [], "rows": []})
        self.assertNotIn("latest.svg", text)
        self.assertNotIn("## Small", text)
        self.assertIn("| bytes | 700,000 | 700,000 |", text)

    def test_a_figure_is_shown_with_three_digits_that_count(self):
        line = next(line for line in report.terminal(self.results).splitlines() if line.startswith("a <client>"))
        self.assertEqual(line.split()[2:7], ["12.4", "12.4", "0.00", "12.5", "2,400"])
        self.assertIn("1.25", line)

    def test_the_chart_is_xml_that_shows_each_measured_client_in_each_panel(self):
        picture = ElementTree.fromstring(chart.svg(self.results))
        circles = picture.findall(".//{http://www.w3.org/2000/svg}circle")
        self.assertEqual(len(circles), len(BODIES))


if __name__ == "__main__":
    unittest.main()
