from mmm_core.results.parameter_words import in_order, parameter_names, parameters_in_words
from mmm_core.results.posterior_summary import ParameterSummary
from mmm_core.runs.outputs import read_outputs
from tests.conftest import PROJECT


def parameter(name: str, **changes: float | None) -> ParameterSummary:
    values = {"mean": 0.0123456, "sd": 0.1, "hdi_3%": -0.2, "hdi_97%": 12.3456, "r_hat": 1.0, "ess_bulk": 1234.5}
    return ParameterSummary.model_validate({"name": name, "ess_tail": 900.0} | values | changes)


def labels(*names: str) -> list[str]:
    return [found.label for found in parameter_names([parameter(name) for name in names])]


def test_names_are_those_of_the_table():
    assert labels("beta[tv]", "gamma[price]", "gamma[fourier_cos_1]", "gamma[linear_trend]", "nu") == [
        "TV",
        "Price",
        "Season, cos 1",
        "Trend",
        "Tails of the noise",
    ]


def test_names_that_would_look_alike_stay_apart():
    assert labels("beta[promo]", "gamma[promo]") == ["Promo (channel)", "Promo (control)"]
    assert labels("beta[tv]", "beta[TV]") == ["beta[tv]", "beta[TV]"]


def test_a_table_in_words_has_every_parameter_with_sensible_digits():
    rows = read_outputs(PROJECT / "sample_data" / "demo_run").parameters.parameters
    found = parameters_in_words(rows)
    assert list(found.columns) == [
        "Parameter",
        "What it is",
        "Mean",
        "94\u00a0% interval",
        "R-hat",
        "Independent draws",
    ]
    assert len(found) == len(rows)
    assert found["What it is"].str.len().min() > 0
    row = parameters_in_words([parameter("beta[tv]")]).iloc[0]
    assert (row["Mean"], row["94\u00a0% interval"], row["Independent draws"]) == (
        "0.012",
        "−0.200\u00a0to\u00a012.3",
        "1,234",
    )


def test_what_could_not_be_computed_is_a_dash():
    row = parameters_in_words([parameter("nu", r_hat=None, ess_bulk=None)]).iloc[0]
    assert (row["R-hat"], row["Independent draws"]) == ("–", "–")


def test_channels_of_each_family_stand_in_their_order_and_nothing_else_moves():
    names = ["intercept", "beta[tv]", "beta[radio]", "beta[web]", "decay[tv]", "decay[radio]", "gamma[tv]", "sigma"]
    found = [row.name for row in in_order([parameter(name) for name in names], ["web", "radio", "tv"])]
    betas, decays = ["beta[web]", "beta[radio]", "beta[tv]"], ["decay[radio]", "decay[tv]"]
    assert found == ["intercept", *betas, *decays, "gamma[tv]", "sigma"]
