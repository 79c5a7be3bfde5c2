"""What ships with the product: two tables, a finished run, and what the API says of it. All of it is read-only."""

from mmm_core.settings import PROJECT

SAMPLES = PROJECT / "sample_data"
DEMO = "demo"
"""Id of the demo's table, and of the finished run on it."""
TABLES = {"sample_001": SAMPLES / "mmm_sample.csv", DEMO: SAMPLES / "mmm_demo.csv"}
"""Tables of every workspace by their id."""
RUNS = {DEMO: SAMPLES / "demo_run"}
"""Folders of finished runs of every workspace by their id."""
SAMPLE_SPEC = SAMPLES / "run_spec.json"
DEMO_SPEC = SAMPLES / "mmm_demo_spec.json"
DEMO_WEEKLY_TRUTH = SAMPLES / "mmm_demo_truth.csv"
"""What each part of the demo's sales was in truth, week by week: the table was made with it."""
DEMO_ANSWERS = SAMPLES / "demo_answers.json.gz"
"""What the API says of the shipped run, recorded."""
