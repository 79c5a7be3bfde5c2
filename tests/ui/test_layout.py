"""What stands above every result."""

from streamlit.testing.v1 import AppTest


def shown(overall: str) -> None:
    """The headline of the demo's result, as if its checks had said so."""
    from mmm_core import shipped
    from mmm_core.runs.outputs import read_outputs
    from ui.shell.layout import headline

    outputs = read_outputs(shipped.RUNS[shipped.DEMO])
    first, *others = outputs.diagnostics.verdicts
    failed = first.model_copy(update={"status": overall, "finding": "Chains do not agree.", "advice": "Draw more."})
    headline(
        outputs.summary, outputs.diagnostics.model_copy(update={"overall": overall, "verdicts": (failed, *others)})
    )


def test_a_result_whose_checks_failed_is_said_not_to_be_used_before_any_figure():
    app = AppTest.from_function(shown, args=("stop",)).run()
    assert [each.value for each in app.error] == [
        "**Checks of the fit failed: do not use these numbers.** Chains do not agree. Draw more."
    ]
    assert not app.exception
    assert not AppTest.from_function(shown, args=("look",)).run().error
