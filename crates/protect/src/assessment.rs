//! A table that is looked at and not changed: what in it is sensitive, what of it can be worked out, and what a named person
//! made of that.

use std::fmt::Write as _;

use candour_model::{Attacker, FigureName, Groups, Judgement, Suppression};
use serde::Serialize;

use crate::elsewhere::{Judged, MadeElsewhere};
use crate::engine::{Findings, audit_pattern};
use crate::mark;
use crate::page::{end, escape, list, start, table};
use crate::report;
use crate::rules::{NearlyAll, Risk, Tells, Why};
use crate::suppression::{Explainer, Exposed, Named, ORDINARY, SuppressionError, Told, Withheld, interval, words};

/// What was found in a table. Confidential: it names small figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Assessment {
    /// The rules by which figures are listed.
    pub rules: Suppression,
    /// How many figures there are, margins and zeros among them.
    pub cells: usize,
    /// Every published figure that is sensitive.
    pub sensitive: Vec<Sensitive>,
    /// The mark of that list, for the judgement.
    pub list: String,
    /// Rows and columns all of whose records stand in one category.
    pub groups: Vec<FigureName>,
    /// Rows and columns all but a few of whose records do.
    pub nearly_all: Vec<NearlyAll>,
    /// Under what all that follows holds.
    pub attacker: Attacker,
    /// Figures that came withheld, with what can be inferred about each.
    pub withheld: Vec<Withheld>,
    /// Those that can be worked out, with what gives them away.
    pub worked_out: Vec<Exposed>,
    /// What contributors learn who know their own records.
    pub told: Vec<Told>,
    /// Figures for which not every coalition was looked at: there are too many.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub untried: Vec<FigureName>,
    /// The judgement, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub judgement: Option<Judgement>,
    /// What was not looked at.
    pub not_considered: Vec<String>,
}

/// A published figure that is sensitive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sensitive {
    /// Which.
    pub figure: FigureName,
    /// Its value.
    pub count: i64,
    /// Why.
    pub why: Why,
    /// What it tells of somebody.
    pub tells: Tells,
    /// How many people live where it was counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub residents: Option<u64>,
}

/// The questions that a judgement answers, by its key, with what each rests on.
pub const QUESTIONS: [(&str, &str); 5] = [
    ("living", "Are the people living individuals? (UK GDPR, recital 27: the regulation does not apply to the dead.)"),
    (
        "identifiable",
        "Could anybody identify one of them, by means reasonably likely to be used, with what else is known or published? \
         Think of a neighbour, a relative, a journalist, and of who did it. (UK GDPR, article 4(1) and recital 26.)",
    ),
    (
        "principle",
        "If so: which data-protection principle would publication breach? (UK GDPR, article 5(1); Freedom of Information Act \
         2000, section 40(2) and (3A).)",
    ),
    ("harm", "What harm could follow, and to whom?"),
    ("conclusion", "What follows: publish, withhold, merge, or take a breakdown away?"),
];

impl Assessment {
    /// Whether there is something that a person must look at, and nobody has.
    pub fn is_open(&self) -> bool {
        let found = !(self.sensitive.is_empty() && self.groups.is_empty());
        let judged = self.judgement.as_ref().is_some_and(|judgement| {
            judgement.list == self.list && usize::try_from(judgement.figures) == Ok(self.sensitive.len())
        });
        // What can be worked out although it was withheld is no matter of judgement.
        !self.worked_out.is_empty() || !self.told.is_empty() || !self.untried.is_empty() || (found && !judged)
    }
}

/// Looks at a table.
///
/// # Errors
/// When the attacker is taken to believe what is not so.
pub fn assess(
    table: &MadeElsewhere,
    judged: &Judged,
    rules: &Suppression,
    judgement: Option<Judgement>,
) -> Result<Assessment, SuppressionError> {
    let came_withheld: Vec<bool> = (0..table.len()).map(|at| table.came_withheld(at)).collect();
    let sensitive: Vec<Sensitive> = judged
        .risks
        .iter()
        .enumerate()
        .filter(|(at, _)| !came_withheld[*at])
        .filter_map(|(at, risk)| risk.map(|risk| sensitive(table, at, risk)))
        .collect();
    let (name, level) = (|at: usize| table.name(at), |at: usize| table.level(at));
    let named = Named { risks: &judged.risks, ..Named::new(&judged.system, &name, &level, None) };
    let findings = match came_withheld.contains(&true) {
        false => None,
        true => Some(audit(table, judged, rules, &came_withheld)?),
    };
    let is_withheld = |at: &usize| came_withheld[*at] && table.is_sensitive_or_known(*at);
    let withheld: Vec<Withheld> = findings
        .iter()
        .flat_map(|findings| (0..table.len()).filter(is_withheld).filter_map(|at| interval(&named, findings, at)))
        .collect();
    let worked_out: Vec<Exposed> = findings
        .iter()
        .flat_map(|findings| {
            let known =
                findings.disclosed.iter().map(|disclosed| disclosed.cell).chain(findings.undecided.iter().copied());
            let mut known: Vec<usize> = known.filter(is_withheld).collect();
            known.sort_unstable();
            known.dedup();
            let explainer = Explainer::new(&named, findings, known.iter().copied());
            known.iter().map(|&at| explainer.exposed(at)).collect::<Vec<_>>()
        })
        .collect();
    let coalitions = findings.iter().flat_map(|findings| &findings.coalitions);
    let told = coalitions.map(|coalition| Told::new(coalition, &name));
    let untried = findings.iter().flat_map(|findings| &findings.untried).map(|&cell| table.name(cell));
    let list = mark(sensitive.iter().map(|one| format!("{one:?}")));
    Ok(Assessment {
        rules: rules.clone(),
        cells: table.len(),
        list,
        groups: if rules.groups == Groups::Flag { judged.groups.clone() } else { Vec::new() },
        nearly_all: judged.nearly_all.clone(),
        attacker: rules.attacker,
        withheld,
        worked_out,
        told: told.collect(),
        untried: untried.collect(),
        judgement,
        sensitive,
        not_considered: Vec::new(),
    })
}

fn sensitive(table: &MadeElsewhere, at: usize, risk: Risk) -> Sensitive {
    let Risk { why, tells, residents } = risk;
    Sensitive { figure: table.name(at), count: table.value(at), why, tells, residents }
}

/// What an attacker can infer about the figures that came withheld.
fn audit(
    table: &MadeElsewhere,
    judged: &Judged,
    rules: &Suppression,
    withheld: &[bool],
) -> Result<Findings, SuppressionError> {
    let count = withheld.iter().filter(|withheld| **withheld).count();
    audit_pattern(&judged.system, &rules.attacker, withheld, rules.protection, count <= ORDINARY)
        .map_err(|cell| SuppressionError::Belief(words(&table.name(cell))))
}

/// An assessment as one page, with the form of the judgement.
pub fn html(title: &str, assessment: &Assessment) -> String {
    let mut page = start(title);
    let found = match assessment.sensitive.len() {
        0 => "No published figure is sensitive by the rules below.".to_owned(),
        1 => "1 published figure is sensitive by the rules below. Nothing was withheld.".to_owned(),
        many => format!("{many} published figures are sensitive by the rules below. Nothing was withheld."),
    };
    let _ = writeln!(page, "<p><strong>{}</strong></p>", escape(&found));
    let rules = vec![
        vec!["Sensitive".to_owned(), format!("counts from 1 to {}", assessment.rules.threshold - 1)],
        vec!["Attacker".to_owned(), report::attacker(assessment.attacker)],
    ];
    table(&mut page, "Rules", &["What", "How"], &rules);
    let row = |one: &Sensitive| {
        vec![
            words(&one.figure),
            one.count.to_string(),
            report::because(one.why).to_owned(),
            report::telling(one.tells).to_owned(),
            one.residents.map_or("not given".to_owned(), |residents| residents.to_string()),
        ]
    };
    let rows: Vec<Vec<String>> = assessment.sensitive.iter().map(row).collect();
    let head = ["Figure", "Count", "Why it is listed", "What it would tell", "Residents"];
    table(&mut page, "Sensitive figures", &head, &rows);
    list(
        &mut page,
        "All in one category",
        "All records of the row or column stand in this category, so something is known of everybody in it.",
        &assessment.groups.iter().map(words).collect::<Vec<_>>(),
    );
    report::nearly_all(&mut page, &assessment.nearly_all);
    let exposed = |one: &Exposed| format!("{}: {}", words(&one.figure), one.equations.join("; "));
    list(
        &mut page,
        "Withheld, and known all the same",
        "Each of these figures can be worked out from what is published.",
        &assessment.worked_out.iter().map(exposed).collect::<Vec<_>>(),
    );
    list(
        &mut page,
        "What contributors learn",
        "Whoever is counted in the first figure, and knows it, can work out the second.",
        &assessment.told.iter().map(Told::words).collect::<Vec<_>>(),
    );
    report::withheld(&mut page, &assessment.withheld);
    form(&mut page, assessment);
    list(&mut page, "Not considered", "Nothing on this page says anything about:", &assessment.not_considered);
    end(page)
}

/// The judgement, or the questions that it must answer.
fn form(page: &mut String, assessment: &Assessment) {
    let given = |key: &str| {
        let judgement = assessment.judgement.as_ref()?;
        Some(match key {
            "living" => judgement.living.clone(),
            "identifiable" => judgement.identifiable.clone(),
            "principle" => judgement.principle.clone(),
            "harm" => judgement.harm.clone(),
            _ => judgement.conclusion.clone(),
        })
    };
    let who = assessment
        .judgement
        .as_ref()
        .map_or(String::new(), |judgement| format!("{}, {}, {}", judgement.by, judgement.role, judgement.date));
    let head = vec![
        vec!["Who judges, in which role, on which day?".to_owned(), who],
        vec![
            "How many figures, on which list?".to_owned(),
            format!("{}, {}", assessment.sensitive.len(), assessment.list),
        ],
    ];
    let questions =
        QUESTIONS.iter().map(|(key, question)| vec![(*question).to_owned(), given(key).unwrap_or_default()]);
    let rows: Vec<Vec<String>> = head.into_iter().chain(questions).collect();
    table(page, "Judgement", &["Question", "Answer"], &rows);
}
