//! The report of a suppression as one page for the approver, readable without a program.

use std::fmt::Write as _;

use candour_model::{Attacker, Cost, Decimal, Groups, Marks, Membership, Protection, Share, Suppression, Zeros};

use crate::page::{end, escape, list, start, table};
use crate::rules::{AtRisk, NearlyAll, Offer, Tells, Why};
use crate::suppression::{SuppressionReport, Told, Withheld, words};

/// The page.
pub fn html(title: &str, report: &SuppressionReport) -> String {
    let mut page = start(title);
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
    end(page)
}

/// What was found of a set of figures.
fn found(page: &mut String, report: &SuppressionReport) {
    at_risk(page, &report.at_risk);
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
        "Whoever is counted in the first figure, with the others that are named, can work out the last one; no pattern prevents that.",
        &report.told.iter().map(Told::words).collect::<Vec<_>>(),
    );
    list(
        page,
        "Coalitions not looked at",
        "Too many people may put together what they know: for these figures not all who might were tried.",
        &report.untried.iter().map(words).collect::<Vec<_>>(),
    );
    list(
        page,
        "All in one category",
        "All records of the row or column stand in this category, so something is known of everybody in it. Where zeros \
         are published, withholding figures does not hide that: merge categories, withhold the breakdown, or treat zeros \
         as sensitive.",
        &report.groups.iter().map(words).collect::<Vec<_>>(),
    );
    nearly_all(page, &report.nearly_all);
    offers(page, &report.offers);
    withheld(page, &report.withheld);
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
    rows.extend(further(policy));
    table(
        page,
        "Policy",
        &["What", "How"],
        &rows.iter().map(|(what, how)| vec![(*what).to_owned(), how.clone()]).collect::<Vec<_>>(),
    );
}

pub(crate) fn attacker(attacker: Attacker) -> String {
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
            format!("may be up to {more} people who are counted and put together what they know of themselves")
        }
    };
    format!("knows every published figure and every equation; {least}; {marks}; {insiders}")
}

/// What a policy says beyond threshold, attacker and cost.
fn further(policy: &Suppression) -> Vec<(&'static str, String)> {
    let mut rows = Vec::new();
    if !policy.learned.is_empty() {
        let open = match policy.membership {
            Membership::Sensitive => "that somebody is counted at all is sensitive too",
            Membership::Open => "that somebody is counted at all is taken to be known",
        };
        rows.push(("What is learned of somebody", format!("{}; {open}", policy.learned.join(", "))));
    }
    for breakdown in &policy.breakdowns {
        rows.push(("Whole breakdowns", format!("by {}, of a total below {}", breakdown.by, breakdown.below)));
    }
    if policy.groups == Groups::Withhold {
        rows.push(("Whole breakdowns", "of every line that stands in one category, or nearly".to_owned()));
    }
    for merge in &policy.merge {
        rows.push(("Merged", format!("in {}, {} into {}", merge.dimension, merge.of.join(" and "), merge.into)));
    }
    if let Some(many) = policy.population.as_ref().and_then(|rule| rule.small_among) {
        rows.push(("Among many", format!("a small count is not sensitive among {many} residents or more")));
    }
    if let Some(share) = policy.population.as_ref().and_then(|rule| rule.most) {
        rows.push(("Of nearly all", format!("a count above {} % of the residents is sensitive", percent(share))));
    }
    let known = policy.outside.iter().map(|total| {
        let categories = total.iter().map(|(column, texts)| format!("{column} = {}", texts.join(" + ")));
        categories.collect::<Vec<_>>().join(", ")
    });
    rows.extend(
        known
            .map(|known| ("Known from elsewhere", if known.is_empty() { "the grand total".to_owned() } else { known })),
    );
    rows
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

/// The table of withheld figures.
pub(crate) fn withheld(page: &mut String, withheld: &[Withheld]) {
    let with_residents = withheld.iter().any(|one| one.residents.is_some());
    let row = |one: &Withheld| {
        let high = one.high.map_or("no bound".to_owned(), |high| number(high, one.places));
        let kind = match (one.primary, one.why) {
            (false, _) => "with others".to_owned(),
            (true, None | Some(Why::Size)) => "sensitive".to_owned(),
            (true, Some(why)) => because(why).to_owned(),
        };
        let exact = if one.exact { "exact" } else { "at least as wide" };
        let mut row =
            vec![words(&one.figure), kind, format!("{} to {high}", number(one.low, one.places)), exact.to_owned()];
        if with_residents {
            row.push(one.residents.map_or("not known".to_owned(), |residents| residents.to_string()));
        }
        row
    };
    let rows: Vec<Vec<String>> = withheld.iter().map(row).collect();
    let mut head = vec!["Figure", "Why", "What can be inferred", "Ends"];
    if with_residents {
        head.push("Residents");
    }
    table(page, "Withheld figures", &head, &rows);
}

/// A reason in words.
pub(crate) fn because(why: Why) -> &'static str {
    match why {
        Why::Size => "its count is small",
        Why::FewContributors => "few contribute to the sum",
        Why::Dominance => "its largest contributions are too much of the sum",
        Why::PPercent => "the second largest contributor comes too near to the largest contribution",
        Why::MostOfThePeople => "it holds too large a part of the residents",
        Why::WholeBreakdown => "its breakdown is withheld as a whole",
        Why::ByHand => "the policy names it",
        Why::CameWithheld => "it came withheld",
    }
}

/// A share as a percentage.
fn percent(share: Share) -> f64 {
    share.millionths as f64 / 10_000.0
}

/// A number in units of its last place.
fn number(units: i64, places: u8) -> String {
    Decimal::new(i128::from(units), places).to_string()
}

/// What a figure tells, in words.
pub(crate) fn telling(tells: Tells) -> &'static str {
    match tells {
        Tells::Membership => "that somebody is counted",
        Tells::Attribute => "more of somebody who is counted",
    }
}

fn at_risk(page: &mut String, at_risk: &[AtRisk]) {
    let row = |one: &AtRisk| {
        vec![because(one.why).to_owned(), telling(one.tells).to_owned(), one.before.to_string(), one.after.to_string()]
    };
    let rows: Vec<Vec<String>> = at_risk.iter().map(row).collect();
    let head = ["Why", "What it would tell", "Figures before", "Of which less than asked could be done"];
    table(page, "Figures at risk", &head, &rows);
}

pub(crate) fn nearly_all(page: &mut String, lines: &[NearlyAll]) {
    let line = |one: &NearlyAll| {
        let others = if one.others == 1 { "1 other".to_owned() } else { format!("{} others", one.others) };
        format!("{}: all but {others}", words(&one.figure))
    };
    list(
        page,
        "Nearly all in one category",
        "Whoever is counted in another category of the row or column, such as the person who did it or the family, learns \
         that all the rest stand in this one.",
        &lines.iter().map(line).collect::<Vec<_>>(),
    );
}

fn offers(page: &mut String, offers: &[Offer]) {
    let offer = |one: &Offer| {
        format!(
            "in {}, {} as one: {} small figures instead of {}",
            one.merge.dimension,
            one.merge.of.join(" and "),
            one.sensitive_after,
            one.sensitive_before
        )
    };
    list(
        page,
        "Merges that would help",
        "With the key `merge` the policy makes categories one. Whether they belong together is for a person to say.",
        &offers.iter().map(offer).collect::<Vec<_>>(),
    );
}
