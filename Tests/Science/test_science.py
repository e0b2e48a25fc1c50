"""The science, computed again with NumPy and SciPy, against what the Swift tests wrote down (CONCORD_SCIENCE_RECORD)."""

import json
import os
from pathlib import Path

import numpy
import pytest
from scipy import optimize, stats
from scipy.cluster.vq import kmeans2
from scipy.special import expit, logsumexp

RECORD = Path(os.environ["CONCORD_SCIENCE_RECORD"])


@pytest.fixture(scope="module")
def record() -> dict:
    return json.loads(RECORD.read_text())


def test_welfare(record):
    assert len(record["welfare"]) == 180
    for case in record["welfare"]:
        utilities = numpy.array(case["utilities"])
        alpha = case.get("alpha")
        if alpha is None:
            expected = utilities.min()
        elif alpha == 1:
            expected = stats.gmean(utilities)
        elif abs(alpha - 1) < 1e-3:
            # The power mean with an exponent near 0, by its expansion around the geometric mean.
            logs = numpy.log(utilities)
            expected = numpy.exp(logs.mean() + (1 - alpha) * logs.var() / 2)
        else:
            exponent = 1 - alpha
            expected = numpy.exp((logsumexp(exponent * numpy.log(utilities)) - numpy.log(len(utilities))) / exponent)
        assert case["value"] == pytest.approx(expected, rel=1e-9), case


def test_schulze_votes(record):
    ties = 0
    for case in record["votes"]:
        ballots = numpy.array(case["ballots"])
        count = ballots.shape[1]
        wins = (ballots[:, :, None] > ballots[:, None, :]).sum(axis=0)
        paths = numpy.where(wins > wins.T, wins, 0)
        for between in range(count):                   # Floyd and Warshall, widest paths
            paths = numpy.maximum(paths, numpy.minimum(paths[:, between, None], paths[None, between, :]))
        place = {candidate: index for index, candidate in enumerate(case["ranking"])}
        assert sorted(place) == list(range(count))
        for one in range(count):
            for other in range(count):
                if paths[one, other] > paths[other, one]:
                    assert place[one] < place[other], case
                elif one < other:
                    ties += paths[one, other] == paths[other, one]
    assert ties > 100


def loss(parameters, rows, agreements, comparisons, regularization):
    width = rows.shape[1]
    weights, first, steps = parameters[:width], parameters[width], parameters[width + 1:]
    thresholds = numpy.concatenate([[-numpy.inf], first + numpy.concatenate([[0], numpy.cumsum(numpy.exp(steps))]), [numpy.inf]])
    scores = rows @ weights
    likelihood = expit(thresholds[agreements] - scores) - expit(thresholds[agreements - 1] - scores)
    lead = scores[comparisons[:, 0]] - scores[comparisons[:, 1]]
    return -numpy.log(likelihood).mean() + numpy.logaddexp(0, -lead).mean() + regularization / 2 * weights @ weights


def test_the_fitted_head(record):
    for case in record["fits"]:
        rows, agreements = numpy.array(case["rows"]), numpy.array(case["agreements"])
        arguments = (rows, agreements, numpy.array(case["comparisons"]), case["regularization"])
        found = numpy.array(case["parameters"])
        assert loss(found, *arguments) == pytest.approx(case["loss"], rel=1e-9)
        start = numpy.concatenate([numpy.zeros(rows.shape[1]), [-2], numpy.full(5, -0.5)])
        best = optimize.minimize(loss, start, args=arguments, method="BFGS", options={"gtol": 1e-7, "maxiter": 5_000})
        assert case["loss"] <= best.fun + 1e-7
        assert found[:rows.shape[1]] == pytest.approx(best.x[:rows.shape[1]], abs=1e-3)


def test_rank_correlation(record):
    for case in record["correlations"]:
        assert case["value"] == pytest.approx(stats.spearmanr(case["one"], case["other"]).statistic, rel=1e-9)


def test_bootstrap_over_groups(record):
    for case in record["intervals"]:
        means = numpy.array(case["groups"]).mean(axis=1)
        assert case["estimate"]["value"] == pytest.approx(means.mean(), rel=1e-12)
        interval = stats.bootstrap(
            (means,), numpy.mean, n_resamples=20_000, method="percentile", rng=numpy.random.default_rng(1)).confidence_interval
        width = interval.high - interval.low
        assert case["estimate"]["low"] == pytest.approx(interval.low, abs=0.05 * width)
        assert case["estimate"]["high"] == pytest.approx(interval.high, abs=0.05 * width)


def resampled(groups, statistic, replicates=10_000):
    """The 2.5th and 97.5th percentile of a statistic of group weights, over groups drawn with replacement."""
    generator = numpy.random.default_rng(1)
    values = [statistic(numpy.bincount(generator.integers(groups, size=groups), minlength=groups)) for _ in range(replicates)]
    return numpy.percentile(values, [2.5, 97.5])


def near(estimate, value, interval):
    assert estimate["value"] == pytest.approx(value, abs=1e-9)
    width = interval[1] - interval[0]
    assert estimate["low"] == pytest.approx(interval[0], abs=0.08 * width)
    assert estimate["high"] == pytest.approx(interval[1], abs=0.08 * width)


def test_comparisons_of_conditions(record):
    for case in record["comparisons"]:
        ratings, comparison = case["ratings"], case["comparison"]
        groups = sorted({rating["group"] for rating in ratings})
        place = {group: index for index, group in enumerate(groups)}
        by_member_round = {}
        for rating in ratings:
            by_member_round.setdefault((rating["round"], rating["member"]), {})[rating["condition"]] = rating

        def mean_over(pairs):
            """A function of group weights: the weighted mean of (group, value)."""
            where = numpy.array([place[group] for group, _ in pairs])
            values = numpy.array([value for _, value in pairs], dtype=float)
            return lambda weights: numpy.average(values, weights=weights[where])

        ones = numpy.ones(len(groups))
        for line in comparison["lines"]:
            own = [rating for rating in ratings if rating["condition"] == line["condition"]]
            mean = mean_over([(rating["group"], rating["agreement"]) for rating in own])
            near(line["agreement"], mean(ones), resampled(len(groups), mean))
            statements = {}
            for rating in own:
                statements.setdefault(rating["statement"], []).append(rating)
            least = mean_over([(rows[0]["group"], min(row["agreement"] for row in rows)) for rows in statements.values()])
            assert line["leastAgreement"]["value"] == pytest.approx(least(ones), abs=1e-9)
            assert line["statements"] == len(statements) and line["ratings"] == len(own)

        def both(one, other):
            return [(rows[one], rows[other]) for rows in by_member_round.values() if one in rows and other in rows]

        for pair in comparison["pairs"]:
            rated = both(pair["one"], pair["other"])
            assert pair["memberRounds"] == len(rated)
            wins = mean_over([(a["group"], (numpy.sign(a["agreement"] - b["agreement"]) + 1) / 2) for a, b in rated])
            difference = mean_over([(a["group"], a["agreement"] - b["agreement"]) for a, b in rated])
            near(pair["winRate"], wins(ones), resampled(len(groups), wins))
            near(pair["difference"], difference(ones), resampled(len(groups), difference))

        (effect,) = comparison["exclusions"]
        rated = both("b", "b-exclusion")
        left_out = [(a, b) for a, b in rated if b["inclusion"] == "excluded"]
        others = [(a, b) for a, b in rated if b["inclusion"] == "included"]
        assert (effect["excluded"], effect["included"]) == (len(left_out), len(others))
        loss = [mean_over([(a["group"], a["agreement"] - b["agreement"]) for a, b in part]) for part in (left_out, others)]
        near(effect["effect"], loss[0](ones) - loss[1](ones), resampled(len(groups), lambda w: loss[0](w) - loss[1](w)))
        level = [mean_over([(b["group"], b["agreement"]) for _, b in part]) for part in (left_out, others)]
        assert effect["plainDifference"]["value"] == pytest.approx(level[1](ones) - level[0](ones), abs=1e-9)


def pairs(counts):
    counts = numpy.asarray(counts, dtype=float)
    return (counts * (counts - 1) / 2).sum()


def adjusted_rand_index(one, other):
    table = numpy.zeros((max(one) + 1, max(other) + 1))
    numpy.add.at(table, (one, other), 1)
    rows, columns = pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    expected = rows * columns / pairs([len(one)])
    return (pairs(table) - expected) / ((rows + columns) / 2 - expected)


def test_topics_by_clustering(record):
    assert len(record["clusterings"]) == 4
    likenesses = []
    for case in record["clusterings"]:
        points, found = numpy.array(case["points"]), numpy.array(case["clusters"]["assignments"])
        centres = numpy.array(case["clusters"]["centres"])
        count = len(centres)
        distances = numpy.linalg.norm(points[:, None] - centres[None], axis=2)
        assert (distances.argmin(axis=1) == found).all()
        for cluster in range(count):
            assert centres[cluster] == pytest.approx(points[found == cluster].mean(axis=0), abs=1e-9)
        inertia = (distances.min(axis=1) ** 2).sum()
        assert case["clusters"]["inertia"] == pytest.approx(inertia, rel=1e-9)
        # Not worse than the best of as many starts of another implementation, within what starts differ by.
        rivals = []
        for seed in range(8):
            middles, _ = kmeans2(points, count, minit="++", seed=seed, iter=100)
            rivals.append((numpy.linalg.norm(points[:, None] - middles[None], axis=2).min(axis=1) ** 2).sum())
        assert inertia <= 1.02 * min(rivals)

        apart = numpy.linalg.norm(points[:, None] - points[None], axis=2)
        expected = []
        for index, own in enumerate(found):
            mine = (found == own) & (numpy.arange(len(found)) != index)
            if not mine.any():
                expected.append(0)
                continue
            inside = apart[index, mine].mean()
            outside = min(apart[index, found == other].mean() for other in range(count) if other != own)
            expected.append((outside - inside) / max(inside, outside))
        assert case["silhouettes"] == pytest.approx(expected, abs=1e-9)
        likeness = adjusted_rand_index(numpy.array(case["truth"]), found)
        assert case["adjustedRandIndex"] == pytest.approx(likeness, abs=1e-9)
        likenesses.append(likeness)
    assert likenesses[0] > 0.9 > likenesses[-1]
