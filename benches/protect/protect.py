"""What `cargo xtask bench protect` holds Candour's suppression against: tau-ARGUS (PyPI `pytauargus`), on the same files.

    protect.py make FOLDER SEED                            writes made-up tables of the kinds that are measured
    protect.py suppress TABLE.csv PATTERN.csv METHOD RANGE FINEST=COARSEST,...,FINEST | -
                                                           suppresses with tau-ARGUS, tells how long that took
    protect.py inspect TABLE.csv PATTERN.csv METHOD RANGE FINEST=COARSEST,...,FINEST | -
                                                           the same, then tells how long tau-ARGUS's own audit took
    protect.py audit PATTERN.csv FINEST=COARSEST,...,FINEST | -
                                                           counts the cells that the pattern discloses

A table has one row an inner cell: the columns of its dimensions, then the count. A pattern has one row a cell, margins included:
the same columns, `Total` where one is summed over, the count, and 1 where the cell is withheld. METHOD and RANGE are those of
tau-ARGUS: `OPT(1,10)` or `MOD(1,5,1,1,1)`, and percent. Answers are one line of JSON, the last on standard output.

The audit shares nothing with Candour's: one linear programme finds the cells that cannot leave a bound, then elimination
modulo a prime finds those that the equations leave no room. What follows only because counts are whole numbers, it does
not see.
"""

import csv
import heapq
import itertools
import json
import math
import os
import random
import sys
import time

THRESHOLD = 5
TOTAL = "Total"


# Made-up tables


def make(folder, seed):
    """Poisson counts whose means are products: of rows and columns; of area, offence and month; of gender and age."""
    os.makedirs(folder, exist_ok=True)

    def write(name, header, rows):
        path = os.path.join(folder, f"{name}.csv")
        with open(path + ".part", "w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *rows])
        os.replace(path + ".part", path)

    two_way = ["row", "col", "count"]
    for name, mean in [("b1_sparse", 3), ("b1_mid", 12), ("b1_dense", 40)]:
        write(name, two_way, crossed(random.Random(f"{seed} b1"), 50, mean))
    for side in [25, 50, 100, 200, 400]:
        write(f"two_way_{side}", two_way, crossed(random.Random(f"{seed} two-way {side}"), side, 100))
    three_way = ["week", "gender", "age", "count"]
    for name, weeks in [("b3", 52), *((f"three_way_{weeks}", weeks) for weeks in [26, 52, 104, 208])]:
        write(name, three_way, weekly(random.Random(f"{seed} {name}"), weeks))
    areas = ["borough", "ward", "lsoa", "offence", "month", "count"]
    for name, boroughs, wards in [("b2", 12, 5), ("b2s", 3, 4), *((f"areas_{25 * n}", n, 5) for n in [1, 3, 6, 12])]:
        write(name, areas, monthly(random.Random(f"{seed} {name}"), boroughs, wards))


def crossed(dice, side, mean):
    rows, columns = spread(dice, side, 1), spread(dice, side, 2)
    for (r, row), (c, column) in itertools.product(enumerate(rows), enumerate(columns)):
        yield f"r{r:03}", f"c{c:03}", poisson(dice, mean * row * column)


def weekly(dice, weeks):
    genders = [0.53, 0.47]
    ages = [0.03, 0.07, 0.18, 0.22, 0.18, 0.14, 0.09, 0.06, 0.03]
    for week, busy in enumerate(spread(dice, weeks, 40), 1):
        for (g, gender), (a, age) in itertools.product(enumerate(genders), enumerate(ages)):
            yield f"w{week:03}", "FM"[g], f"a{a}", poisson(dice, 58 * busy * gender * age)


def monthly(dice, boroughs, wards):
    offences = [0.26, 0.24, 0.16, 0.12, 0.09, 0.07, 0.04, 0.02]
    months = [1.12, 1.09, 1.07, 1.01, 0.93, 0.88, 0.89, 0.91, 0.93, 0.98, 1.08, 1.11]
    for b, borough in enumerate(spread(dice, boroughs, 4)):
        for w, ward in enumerate(spread(dice, wards, 2)):
            for a, area in enumerate(spread(dice, 5, 2)):
                for (o, offence), (m, month) in itertools.product(enumerate(offences), enumerate(months, 1)):
                    count = poisson(dice, 320 * borough * ward * area * offence * month / 12)
                    yield f"B{b:02}", f"W{b:02}{w:02}", f"L{b:02}{w:02}{a:02}", f"o{o}", f"m{m:02}", count


# Both from `random` alone, which every version of Python gives the same.
def spread(dice, count, shape):
    """Uneven sizes whose mean is 1: sums of waiting times, more even the more of them."""
    sizes = [-sum(math.log(1 - dice.random()) for _ in range(shape)) for _ in range(count)]
    return [size * count / sum(sizes) for size in sizes]


def poisson(dice, mean):
    if mean > 500:  # e to the minus mean would be nothing
        return poisson(dice, mean / 2) + poisson(dice, mean / 2)
    count, product = 0, dice.random()
    while product > math.exp(-mean):
        count, product = count + 1, product * dice.random()
    return count


# tau-ARGUS


def suppress(table, pattern, method, percent, hierarchy, is_audited=False):
    from pytauargus import TableResult
    from pytauargus.engine import Engine

    took = {}

    class Timed(Engine):
        def suppress(self, command):
            took["suppress"] = timed(super().suppress, command)

    header, rows = read(table)
    levels = dimensions(header[:-1], hierarchy)
    pattern = os.path.abspath(pattern)
    folder = f"{pattern}.tau-argus"
    os.makedirs(folder, exist_ok=True)
    os.chdir(folder)  # tau-ARGUS leaves its logs where it runs
    files = written(folder, header, rows, levels, method, percent)
    engine = Timed()
    engine.run_batch(files["arb"])
    took["peak_kib"] = peak()
    if is_audited:
        took["audit"] = timed(engine.audit, 0)
    cells = TableResult(files["tab1"], [columns[-1] for columns in levels], "records").rows
    places = {columns[-1]: {place[-1]: place for place in places_of(header, rows, columns)} for columns in levels}
    with open(pattern, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*header, "withheld"])
        for cell in cells:
            words = []
            for columns in levels:
                place = places[columns[-1]].get(cell[columns[-1]], ())
                words += [*place, *[TOTAL] * (len(columns) - len(place))]
            writer.writerow([*words, int(cell["records"]), int(cell["status"] in "UM")])
    primaries = sum(cell["status"] == "U" for cell in cells)
    lost = [int(cell["records"]) for cell in cells if cell["status"] == "M"]
    return took | {
        "cells": len(cells),
        "primaries": primaries,
        "withheld": primaries + len(lost),
        "secondaries": len(lost),
        "lost": sum(lost),
    }


def written(folder, header, rows, levels, method, percent):
    """What tau-ARGUS reads: a record for each that is counted, and what to do with them."""
    from pytauargus import protect

    records, trees = {}, {}
    for columns in levels:
        finest = columns[-1]
        at = header.index(finest)
        records[finest] = [row[at] for row in rows for _ in range(int(row[-1]))]
        if len(columns) > 1:
            trees[finest] = os.path.join(folder, f"{finest}.hrc")
            with open(trees[finest], "w") as file:
                # Each code stands below its parent, one sign deeper.
                file.writelines("@" * (len(place) - 1) + place[-1] + "\n" for place in places_of(header, rows, columns))
    return protect(
        records | {"records": [1] * len(records[finest])},
        [list(records)],
        "records",
        safety_rules=f"FREQ({THRESHOLD},{percent})",
        suppress=method,
        hrc=trees,
        hierleadstring="@",
        workdir=folder,
        run=False,
    ).files


def places_of(header, rows, columns):
    """Every place of a dimension but the total, each after what it is part of."""
    at = [header.index(column) for column in columns]
    inner = {tuple(row[column] for column in at) for row in rows}
    return sorted({place[: depth + 1] for place in inner for depth in range(len(place))})


def timed(work, *arguments):
    wall, processor = time.perf_counter(), time.process_time()
    work(*arguments)
    return {"processor": time.process_time() - processor, "wall": time.perf_counter() - wall}


def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))


# The audit

ATTACKERS = {
    "0": lambda value: (0, None),
    "1": lambda value: (1, None),
    "1, marks": lambda value: (1, THRESHOLD - 1) if value < THRESHOLD else (THRESHOLD, None),
}


def audit(pattern, hierarchy):
    """How many withheld cells are known exactly: to who knows that they are at least 0, at least 1, or which are primary."""
    header, rows = read(pattern)
    levels = dimensions(header[:-2], hierarchy)
    # A cell is one path a dimension, from the total down.
    values, withheld = {}, {}
    for row in rows:
        words = iter(row)
        cell = tuple(tuple(word for word in itertools.islice(words, len(columns)) if word != TOTAL) for columns in levels)
        values[cell] = int(row[-2])
        if row[-1] == "1":
            withheld[cell] = len(withheld)
    equations = {}
    for cell, value in values.items():
        for at, path in enumerate(cell):
            if path:
                total = cell[:at] + (path[:-1],) + cell[at + 1 :]
                equations.setdefault((total, at), [total]).append(cell)
    unknown = []
    for total, *parts in equations.values():
        assert values.get(total, 0) == sum(values[part] for part in parts), f"{total} is not the sum of its parts"
        terms = {withheld[cell]: 1 if cell is total else -1 for cell in (total, *parts) if cell in withheld}
        if terms:
            unknown.append(terms)
    found = {}
    for name, bounds in ATTACKERS.items():
        ends = {number: (values[cell], *bounds(values[cell])) for cell, number in withheld.items()}
        stuck = held(unknown, ends)
        found[name] = len(determined(unknown + [{number: 1} for number in stuck], len(withheld)))
    return found


def held(equations, ends):
    """The cells at a bound that no possible table leaves: the others leave it together, so one programme finds all."""
    from scipy.optimize import linprog
    from scipy.sparse import coo_array

    away = {number: 1 for number, (value, low, _) in ends.items() if value == low}
    away |= {number: -1 for number, (value, _, high) in ends.items() if value == high}
    both = {number for number, (value, low, high) in ends.items() if value == low == high}
    at = [number for number in away if number not in both]
    if not at:
        return both
    # Moves of all cells, then of each cell at a bound how far it leaves, up to 1. Moves can be made larger as one likes.
    cells = len(ends)
    terms = [(row, number, by) for row, equation in enumerate(equations) for number, by in equation.items()]
    rows, columns, by = zip(*terms)
    keeps = coo_array((by, (rows, columns)), shape=(len(equations), cells + len(at)))
    pairs = [(row, number, -away[number]) for row, number in enumerate(at)]
    pairs += [(row, cells + row, 1) for row in range(len(at))]
    rows, columns, by = zip(*pairs)
    leaves = coo_array((by, (rows, columns)), shape=(len(at), cells + len(at)))
    best = linprog(
        [0] * cells + [-1] * len(at),
        A_ub=leaves,
        b_ub=[0] * len(at),
        A_eq=keeps,
        b_eq=[0] * len(equations),
        bounds=[(None, None)] * cells + [(0, 1)] * len(at),
        method="highs",
    )
    assert best.status == 0, best.message
    return both | {number for number, far in zip(at, best.x[cells:]) if far < 0.5}


PRIME = 2**61 - 1


def determined(equations, cells):
    """The cells that a solution of the homogeneous equations, taken at random, leaves where they are."""
    rows = [dict(equation) for equation in equations]
    users = {}
    for row, equation in enumerate(rows):
        for cell in equation:
            users.setdefault(cell, set()).add(row)
    queue = [(len(equation), row) for row, equation in enumerate(rows)]
    heapq.heapify(queue)
    done, pivots = set(), []
    while queue:
        length, row = heapq.heappop(queue)
        equation = rows[row]
        if row in done or length != len(equation):
            continue
        done.add(row)
        for cell in equation:
            users[cell].discard(row)
        if not equation:
            continue
        pivot = min(equation, key=lambda cell: (len(users[cell]), cell))
        pivots.append((pivot, equation))
        inverse = pow(equation[pivot], -1, PRIME)
        for other in list(users[pivot]):
            factor = rows[other][pivot] * inverse % PRIME
            for cell, by in equation.items():
                left = (rows[other].get(cell, 0) - factor * by) % PRIME
                if left:
                    rows[other][cell] = left
                    users[cell].add(other)
                else:
                    rows[other].pop(cell, None)
                    users[cell].discard(other)
            heapq.heappush(queue, (len(rows[other]), other))
    dice = random.Random(1)
    moves = [dice.randrange(1, PRIME) for _ in range(cells)]
    for pivot, equation in reversed(pivots):
        rest = sum(by * moves[cell] for cell, by in equation.items() if cell != pivot)
        moves[pivot] = -rest * pow(equation[pivot], -1, PRIME) % PRIME
    return [cell for cell, move in enumerate(moves) if move == 0]


def dimensions(columns, hierarchy):
    """The columns of each dimension, coarsest first."""
    levels = [] if hierarchy == "-" else hierarchy.split("=")[1].split(",")
    return ([levels] if levels else []) + [[column] for column in columns if column not in levels]


def read(path):
    with open(path, newline="") as file:
        header, *rows = csv.reader(file)
    return header, rows


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["make", folder, seed]:
            make(folder, seed)
        case ["suppress", *arguments]:
            print(json.dumps(suppress(*arguments)))
        case ["inspect", *arguments]:
            print(json.dumps(suppress(*arguments, is_audited=True)))
        case ["audit", pattern, hierarchy]:
            print(json.dumps(audit(pattern, hierarchy)))
        case _:
            sys.exit(__doc__)
