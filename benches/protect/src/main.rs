use candour_protect::engine::*;
use std::collections::BTreeMap;
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let text = std::fs::read_to_string(&args[1]).unwrap();
    let at_least: u64 = args[2].parse().unwrap();
    let protection = match args[3].as_str() {
        "exact" => Protection::Exact,
        p => Protection::Interval { millionths: (p.parse::<f64>().unwrap() * 1e6) as u64, least: 1 },
    };
    let mut lines = text.lines();
    let head: Vec<&str> = lines.next().unwrap().split(',').collect();
    let geo = head.len() == 6;
    let mut cells: BTreeMap<Vec<String>, i64> = BTreeMap::new();
    let mut children: BTreeMap<(Vec<String>, usize), std::collections::BTreeSet<Vec<String>>> = BTreeMap::new();
    for line in lines {
        let f: Vec<&str> = line.split(',').collect();
        let n: i64 = f[f.len() - 1].parse().unwrap();
        // each dimension: path of nodes from finest to total
        let mut dims: Vec<Vec<String>> = Vec::new();
        if geo {
            dims.push(vec![f[2].into(), f[1].into(), f[0].into(), "T".into()]);
            for x in &f[3..5] {
                dims.push(vec![(*x).into(), "T".into()]);
            }
        } else {
            for x in &f[..f.len() - 1] {
                dims.push(vec![(*x).into(), "T".into()]);
            }
        }
        let mut all: Vec<Vec<usize>> = vec![vec![]];
        for d in &dims {
            all = all
                .into_iter()
                .flat_map(|p| {
                    (0..d.len()).map(move |i| {
                        let mut q = p.clone();
                        q.push(i);
                        q
                    })
                })
                .collect();
        }
        for p in all {
            let key: Vec<String> = p.iter().zip(&dims).map(|(i, d)| d[*i].clone()).collect();
            *cells.entry(key.clone()).or_default() += n;
            for (k, d) in dims.iter().enumerate() {
                if p[k] > 0 {
                    let mut c = key.clone();
                    c[k] = d[p[k] - 1].clone();
                    children.entry((key.clone(), k)).or_default().insert(c);
                }
            }
        }
    }
    let index: BTreeMap<&Vec<String>, u32> = cells.keys().zip(0..).collect();
    let mut system = System::default();
    system.above = Some(5);
    for v in cells.values() {
        let small = *v > 0 && *v < 5;
        system.cells.push(Cell {
            value: *v,
            weight: *v as u64,
            role: if *v == 0 { Role::Published } else { Role::Free },
            primary: if small { Primary::Small { least: 1, most: 4 } } else { Primary::No },
        });
    }
    for ((parent, _), kids) in &children {
        let mut terms = vec![(index[parent], 1)];
        terms.extend(kids.iter().map(|k| (index[k], -1)));
        system.equations.push(Equation { terms });
    }
    println!(
        "cells {} nonzero {} primaries {} equations {}",
        cells.len(),
        cells.values().filter(|v| **v > 0).count(),
        system.cells.iter().filter(|c| c.primary.is_primary()).count(),
        system.equations.len()
    );
    let attacker = Attacker {
        suppressed_at_least: at_least,
        marks: Marks::Same,
        insiders: std::env::var("INS").map_or(0, |x| x.parse().unwrap()),
    };
    let t = std::time::Instant::now();
    let o = suppress(&system, &attacker, protection, &[], Effort::default()).unwrap();
    let e = t.elapsed();
    let t = std::time::Instant::now();
    let f = audit_pattern(&system, &attacker, &o.withheld, protection, args.get(4).is_some()).unwrap();
    println!(
        "audit {:?}: withheld {} disclosed {} undecided {} narrower {} parts {} witnesses {} exact {}",
        t.elapsed(),
        o.withheld.iter().filter(|w| **w).count(),
        f.disclosed.len(),
        f.undecided.len(),
        f.narrower.len(),
        f.parts.len(),
        f.witnesses,
        f.intervals.iter().flatten().filter(|i| i.low_by == Certified::Exact && i.high_by == Certified::Exact).count()
    );
    println!(
        "{:?}: cost {} bound {} unprotected {} narrowed {}",
        e,
        o.cost,
        o.bound,
        o.unprotected.len(),
        o.narrowed.len()
    );
}
