//! The report of a suppression as one page for the approver, readable without a program.

use std::fmt::Write as _;

use candour_model::{Attacker, Cost, Decimal, Marks, Protection, Share, Zeros};

use crate::suppression::{SuppressionReport, words};

/// The page.
pub fn html(title: &str, report: &SuppressionReport) -> String {
    let mut page = String::new();
    let title = escape(title);
    let _ = write!(
        page,
        "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{title}</title>\n<style>\n:root{{color-scheme:light dark}}body{{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}}\
         table{{border-collapse:collapse;margin:0 0 1.5rem}}caption{{text-align:left;font-weight:bold;padding:.3rem 0}}td,th{{border:1px solid;padding:.2rem .6rem;text-align:left;vertical-align:top}}\
         .w{{overflow-x:auto}}\n</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n\
         <p>Confidential: this page names small figures and says how near one can get to them. It stays with the case.</p>\n"
    );
    verdict(&mut page, report);
    policy(&mut page, report);
    found(&mut page, report);
    if let Some(sums) = &report.sums {
        page.push_str(
            "<h2>Sums, and numbers of different people or things</h2>\n<p>They are protected after the counts. What is counted \
             below are contributors.</p>\n",
        );
        verdict(&mut page, sums);
        found(&mut page, sums);
    }
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

/// What was found of a set of figures.
fn found(page: &mut String, report: &SuppressionReport) {
    lost(page, report);
    list(page, "Not protected", "None of these figures is safe under the attacker above.", &exposed(report));
    list(
        page,
        "Narrower than asked",
        "For these figures no pattern gives the interval that was asked for; what is possible is given.",
        &report
            .narrower
            .iter()
            .map(|one| format!("{}: an interval {} wide", words(&one.figure), number(one.width, one.places)))
            .collect::<Vec<_>>(),
    );
    list(
        page,
        "What contributors learn",
        "Whoever is counted in the first figure, and knows it, can work out the second; no pattern prevents that.",
        &report
            .told
            .iter()
            .map(|one| format!("{}: {}", words(&one.insiders_of), words(&one.figure)))
            .collect::<Vec<_>>(),
    );
    list(
        page,
        "All in one category",
        "All records of the row or column stand in this category, so something is known of everybody in it. Where zeros \
         are published, withholding figures does not hide that: merge categories, withhold the breakdown, or treat zeros \
         as sensitive.",
        &report.groups.iter().map(words).collect::<Vec<_>>(),
    );
    withheld(page, report);
    list(page, "Not considered", "Nothing on this page says anything about:", &report.not_considered);
}

fn verdict(page: &mut String, report: &SuppressionReport) {
    let safe = if report.unprotected.is_empty() {
        format!(
            "Under the attacker declared below, none of the {} withheld figures can be worked out exactly: for each, two \
             tables that could both be true show it.",
            report.certified.figures
        )
    } else {
        format!(
            "{} sensitive figures are not protected. They are listed below, with what gives them.",
            report.unprotected.len()
        )
    };
    let best = if report.gap == 0 {
        "No safe pattern costs less: this is proved.".to_owned()
    } else {
        format!("No safe pattern costs less than {}; this one costs {}.", report.lower_bound, report.cost)
    };
    let _ = writeln!(page, "<p><strong>{}</strong> {}</p>", escape(&safe), escape(&best));
}

fn policy(page: &mut String, report: &SuppressionReport) {
    let policy = &report.policy;
    let mut rows = vec![
        (
            "Sensitive",
            match policy.zeros {
                Zeros::Published => format!("counts from 1 to {}; every zero is published", policy.threshold - 1),
                Zeros::Sensitive => format!("counts from 0 to {}", policy.threshold - 1),
            },
        ),
        (
            "Protection",
            match policy.protection {
                Protection::Exact => "no withheld figure can be worked out exactly".to_owned(),
                Protection::Interval { millionths, least } => format!(
                    "each sensitive figure may be higher and lower by {} % of itself, and by at least {least}; where the attacker's \
                 own knowledge forbids one of the two, its interval is as wide as both together",
                    millionths as f64 / 10_000.0
                ),
            },
        ),
        ("Attacker", attacker(report.attacker)),
        (
            "Cost",
            match &policy.cost {
                Cost::Cells => "each withheld figure costs the same".to_owned(),
                Cost::Count => "a withheld figure costs its count".to_owned(),
                Cost::Column(name) => format!("a withheld figure costs its {name}"),
            },
        ),
        (
            "Ties",
            format!(
                "between patterns of equal cost {} decides{}",
                report.ties,
                if report.ties == "a secret" {
                    ", so that nobody can try tables out until the program gives the pattern that was published"
                } else {
                    ": whoever runs this program on tables that could be true may rule some of them out"
                }
            ),
        ),
    ];
    if let Some(rule) = policy.dominance {
        let hold = match rule.largest {
            1 => "largest contribution holds".to_owned(),
            more => format!("{more} largest contributions hold"),
        };
        let what = format!("a sum of which the {hold} more than {} %", percent(rule.share));
        rows.insert(1, ("Sensitive", what));
    }
    if let Some(share) = policy.p_percent {
        let what = format!(
            "a sum of which less is left besides its two largest contributions than {} % of the largest",
            percent(share)
        );
        rows.insert(1, ("Sensitive", what));
    }
    if let Some(preset) = &policy.preset {
        rows.insert(0, ("Builds on", preset.clone()));
    }
    if let Some(reason) = &policy.reason {
        rows.insert(0, ("Reason", reason.clone()));
    }
    table(
        page,
        "Policy",
        &["What", "How"],
        &rows.iter().map(|(what, how)| vec![(*what).to_owned(), how.clone()]).collect::<Vec<_>>(),
    );
}

fn attacker(attacker: Attacker) -> String {
    let least = match attacker.suppressed_at_least {
        0 => "knows nothing of a withheld figure's size beforehand".to_owned(),
        least => format!("knows that a withheld figure is {least} or more"),
    };
    let marks = match attacker.marks {
        Marks::Same => "cannot tell sensitive figures from those withheld with them",
        Marks::Distinct => "sees which figures are sensitive by themselves",
    };
    let insiders = match attacker.insiders {
        0 => "is nobody who is counted".to_owned(),
        1 => "may be somebody who is counted, and knows the figure that counts nobody else".to_owned(),
        more => {
            format!("may be up to {more} people who are counted together, and know the figure that counts only them")
        }
    };
    format!("knows every published figure and every equation; {least}; {marks}; {insiders}")
}

fn lost(page: &mut String, report: &SuppressionReport) {
    let rows = [
        ("Figures, zeros and margins among them", report.cells),
        ("Sensitive by themselves", report.primaries),
        ("Withheld to protect those", report.secondaries),
    ];
    let mut rows: Vec<Vec<String>> =
        rows.iter().map(|(what, count)| vec![(*what).to_owned(), count.to_string()]).collect();
    rows.push(vec!["Sum of the counts of the latter".to_owned(), report.counts_lost.to_string()]);
    table(page, "What was lost", &["What", "How many"], &rows);
    let levels: Vec<Vec<String>> = report
        .by_level
        .iter()
        .map(|level| {
            let lost = format!("{}.{} %", level.per_mille / 10, level.per_mille % 10);
            vec![level.summed_over.to_string(), level.figures.to_string(), level.withheld.to_string(), lost]
        })
        .collect();
    table(page, "By level", &["Dimensions summed over", "Figures above zero", "Withheld", "Of their counts"], &levels);
}

fn exposed(report: &SuppressionReport) -> Vec<String> {
    let one = |exposed: &crate::suppression::Exposed| {
        let because = exposed.equations.join("; ");
        if because.is_empty() { words(&exposed.figure) } else { format!("{}, by {because}", words(&exposed.figure)) }
    };
    report.unprotected.iter().map(one).collect()
}

fn withheld(page: &mut String, report: &SuppressionReport) {
    let rows: Vec<Vec<String>> = report
        .withheld
        .iter()
        .map(|one| {
            let high = one.high.map_or("no bound".to_owned(), |high| number(high, one.places));
            let kind = if one.primary { "sensitive" } else { "with others" };
            let exact = if one.exact { "exact" } else { "at least as wide" };
            vec![
                words(&one.figure),
                kind.to_owned(),
                format!("{} to {high}", number(one.low, one.places)),
                exact.to_owned(),
            ]
        })
        .collect();
    table(page, "Withheld figures", &["Figure", "Why", "What can be inferred", "Ends"], &rows);
}

/// A share as a percentage.
fn percent(share: Share) -> f64 {
    share.millionths as f64 / 10_000.0
}

/// A number in units of its last place.
fn number(units: i64, places: u8) -> String {
    Decimal::new(i128::from(units), places).to_string()
}

fn table(page: &mut String, caption: &str, head: &[&str], rows: &[Vec<String>]) {
    if rows.is_empty() {
        return;
    }
    let _ = writeln!(
        page,
        "<div class=\"w\" tabindex=\"0\" role=\"region\" aria-label=\"{0}\">\n<table>\n<caption>{0}</caption>",
        escape(caption)
    );
    let heads: String = head.iter().map(|text| format!("<th scope=\"col\">{}</th>", escape(text))).collect();
    let _ = writeln!(page, "<thead><tr>{heads}</tr></thead>\n<tbody>");
    for row in rows {
        let cells: String = row
            .iter()
            .enumerate()
            .map(|(at, text)| {
                let text = escape(text);
                if at == 0 { format!("<th scope=\"row\">{text}</th>") } else { format!("<td>{text}</td>") }
            })
            .collect();
        let _ = writeln!(page, "<tr>{cells}</tr>");
    }
    page.push_str("</tbody>\n</table>\n</div>\n");
}

fn list(page: &mut String, heading: &str, what: &str, items: &[String]) {
    if items.is_empty() {
        return;
    }
    let _ = writeln!(page, "<h2>{}</h2>\n<p>{}</p>\n<ul>", escape(heading), escape(what));
    for item in items {
        let _ = writeln!(page, "<li>{}</li>", escape(item));
    }
    page.push_str("</ul>\n");
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
