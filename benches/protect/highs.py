"""Solves the relaxations that `candour-bench-protect record` wrote down with HiGHS (PyPI `highspy`).

    highs.py JOURNAL [scratch]

Each relaxation stays in HiGHS, which takes up from its last basis when rows are added and variables fixed; a copy starts with the
basis of what it is a copy of. With `scratch`, every solve starts from nothing. One thread, dual simplex, no presolve. The answer is one
line of JSON, with the names that `replay` uses: bounds are worked out from HiGHS's prices, rounded, in whole numbers.
"""

import json
import math
import sys
import time

import highspy
import numpy

PARTS = 1 << 24
TOLERANCE = 1e-6
ENOUGH = 300


class Relaxation:
    """A problem in HiGHS, with what is needed to work its bound out."""

    def __init__(self, costs):
        self.costs, self.rows, self.fixed = costs, [], {}
        self.highs = made()
        self.highs.passModel(model(costs))

    def copy(self):
        other = object.__new__(Relaxation)
        other.costs, other.rows, other.fixed = self.costs, list(self.rows), dict(self.fixed)
        other.highs = made()
        other.highs.passModel(self.highs.getLp())
        basis = self.highs.getBasis()
        if basis.valid:
            other.highs.setBasis(basis)
        return other

    def add(self, terms, least):
        self.rows.append((terms, least))
        at = numpy.array([variable for variable, _ in terms], dtype=numpy.int32)
        by = numpy.array([by for _, by in terms], dtype=numpy.float64)
        self.highs.addRow(float(least), highspy.kHighsInf, len(at), at, by)

    def fix(self, variable, chosen):
        self.fixed[variable] = chosen
        self.highs.changeColBounds(variable, float(chosen), float(chosen))

    def solve(self, is_kept):
        if not is_kept:
            self.highs.clearSolver()
        self.highs.run()
        status = self.highs.getModelStatus()
        if status == highspy.HighsModelStatus.kOptimal:
            return True
        return False if status == highspy.HighsModelStatus.kInfeasible else None

    def bound(self, prices):
        """What every choice costs at least, from rounded prices, in whole numbers (weak duality)."""
        reduced = [int(cost) * PARTS for cost in self.costs]
        bound = 0
        for (terms, least), price in zip(self.rows, prices):
            price = round(max(price, 0.0) * PARTS)
            if price:
                bound += price * least
                for variable, by in terms:
                    reduced[variable] -= price * by
        for variable, left in enumerate(reduced):
            chosen = self.fixed.get(variable)
            bound += min(left, 0) if chosen is None else left * chosen
        return max(-(-bound // PARTS), 0)


def made():
    highs = highspy.Highs()
    for option, value in [("output_flag", False), ("threads", 1), ("solver", "simplex"), ("presolve", "off")]:
        highs.setOptionValue(option, value)
    return highs


def model(costs):
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(costs), 0
    lp.col_cost_ = numpy.array(costs)
    lp.col_lower_, lp.col_upper_ = numpy.zeros(len(costs)), numpy.ones(len(costs))
    lp.row_lower_, lp.row_upper_ = numpy.array([]), numpy.array([])
    lp.a_matrix_.start_ = numpy.zeros(len(costs) + 1, dtype=numpy.int32)
    return lp


def replay(journal, is_kept):
    told = {"whole": True, "solved": 0, "impossible": 0, "failed": 0, "off": 0.0, "tight": 0, "values": 0.0, "prices": 0.0}
    relaxations = {}
    with open(journal) as file:
        events = [json.loads(line) for line in file]
    for event in events:
        if told["values"] > ENOUGH:
            told["whole"] = False
            break
        [(verb, words)] = event.items()
        start = time.process_time()
        number, *words = words if isinstance(words, list) else [words]
        match verb:
            case "new":
                relaxations[number] = Relaxation(*words)
            case "copy":
                relaxations[words[0]] = relaxations[number].copy()
            case "drop":
                del relaxations[number]
            case "add":
                relaxations[number].add(*words)
            case "fix":
                relaxations[number].fix(*words)
            case "solve":
                solved = relaxations[number].solve(is_kept)
        told["values"] += time.process_time() - start
        if verb == "solve":
            check(told, relaxations[number], solved, *words)
    return told


def check(told, relaxation, solved, before, known):
    assert None in (solved, before) or solved == before, "one solver finds a solution where the other finds none"
    if solved is None:
        told["failed"] += before is not None
    elif not solved:
        told["impossible"] += 1
    else:
        start = time.process_time()
        prices = relaxation.highs.getSolution().row_dual
        told["prices"] += time.process_time() - start
        objective = relaxation.highs.getInfo().objective_function_value
        bound = relaxation.bound(prices)
        slack = TOLERANCE * max(objective, 1.0)
        assert bound <= math.ceil(objective + slack), "a bound is higher than what it bounds"
        told["solved"] += 1
        told["tight"] += bound >= math.ceil(objective - slack)
        told["off"] = max(told["off"], abs(objective - known) if known is not None else 0.0)
        told |= {"rows": len(relaxation.rows), "objective": objective, "bound": bound}


if __name__ == "__main__":
    match sys.argv[1:]:
        case [journal]:
            print(json.dumps(replay(journal, True)))
        case [journal, "scratch"]:
            print(json.dumps(replay(journal, False)))
        case _:
            sys.exit(__doc__)
