//! Decisions as they are written, and what the Act demands to be said with each: a decision that lacks it is a fault.

use candour_model::{Exemption, Held, Outcome};
use candour_wording::Language;

use crate::diagnostic::Fault;
use crate::exemption::{CitationFault, ExemptionBasis, ExemptionFacts, ExemptionKind, cited, cited_to_deny};
use crate::fields::{At, Faults, Fields};

/// How far a decision has got: it decides what must be said of an exemption.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The exemption is relied on.
    Decided,
    /// It is not said whether the information is held.
    Denied,
    /// The public interest is still being weighed (section 17(2)).
    Weighing,
}

/// What is decided, apart from the basis of the answer.
pub(crate) struct WrittenDecision {
    pub(crate) outcome: At<Outcome>,
    pub(crate) held: Held,
    pub(crate) exemptions: Vec<Exemption>,
    pub(crate) particulars: Option<String>,
    pub(crate) advice: Option<String>,
}

/// Reads the outcome of a question and all that hangs on it.
pub(crate) fn decision(fields: &Fields<'_>) -> Option<WrittenDecision> {
    let outcome = fields.choice("outcome", &Outcome::ALL.map(|outcome| (outcome.as_str(), outcome)));
    let held = fields.opt_choice("held", &[("yes", Held::Yes), ("no", Held::No), ("not said", Held::NotSaid)]);
    let denies = outcome.as_ref().is_some_and(|outcome| outcome.value == Outcome::NeitherConfirmedNorDenied);
    let stage = if denies { Stage::Denied } else { Stage::Decided };
    let (exemptions, written) = exemptions(fields, stage);
    let particulars = particulars(fields, outcome.as_ref());
    let advice = fields.opt_prose("advice");
    let outcome = outcome?;
    let faults = fields.faults();
    needs_exemption(&outcome, written, faults);
    if outcome.value == Outcome::CostLimit && advice.is_none() {
        let fault = Fault::new(outcome.span.clone(), "a refusal on cost lacks `advice`");
        faults.push(fault.hint(
            "say how the request could be narrowed so that it can be answered (Freedom of Information Act 2000, section 16)",
        ));
    }
    let held = held_or_not(&outcome, held, faults);
    Some(WrittenDecision {
        exemptions: if outcome.value == Outcome::AlreadyAccessible { vec![accessible()] } else { exemptions },
        outcome,
        held,
        particulars,
        advice: advice.map(|advice| advice.value),
    })
}

/// What a decision needs said, by its outcome: the key, and whether it must be there.
fn particulars_key(outcome: Outcome) -> Option<(&'static str, bool, &'static str)> {
    match outcome {
        Outcome::AlreadyAccessible => Some(("where", true, "say where and how the requester can get it (section 21)")),
        Outcome::Transferred => {
            Some(("to", true, "name the body that has been handed the request, and how to reach it"))
        }
        Outcome::ClarificationNeeded => Some(("needed", true, "say what must be made clear (sections 1(3) and 16)")),
        // Section 17(5) asks for no more than the fact.
        Outcome::CostLimit => Some(("estimate", false, "")),
        _ => None,
    }
}

fn particulars(fields: &Fields<'_>, outcome: Option<&At<Outcome>>) -> Option<String> {
    let wanted = particulars_key(outcome?.value);
    let mut found = None;
    for key in ["where", "to", "needed", "estimate"] {
        let text = fields.opt_prose(key);
        match (wanted, text) {
            (Some((name, ..)), Some(text)) if name == key => found = Some(text.value),
            (_, Some(text)) => {
                let message = format!("`{key}` does not belong to the outcome `{}`", outcome?.value.as_str());
                fields.faults().add(&text.span, message);
            }
            (_, None) => {}
        }
    }
    if let (Some((name, true, hint)), None) = (wanted, &found) {
        let message = format!("the outcome `{}` lacks `{name}`", outcome?.value.as_str());
        fields.faults().push(Fault::new(outcome?.span.clone(), message).hint(hint));
    }
    found
}

/// Whether exemptions stand where they must, and nowhere else. `written` counts those that were tried, sound or not.
fn needs_exemption(outcome: &At<Outcome>, written: usize, faults: &Faults) {
    let needs = matches!(outcome.value, Outcome::InPart | Outcome::Refused | Outcome::NeitherConfirmedNorDenied);
    if needs && written == 0 {
        let fault = Fault::new(outcome.span.clone(), "what is not given needs an exemption and its reason");
        faults.push(fault.hint("add `[[question.exemption]]` with `section` and `reason`"));
    }
    if !needs && written > 0 {
        let message = format!("an exemption cannot stand beside the outcome `{}`", outcome.value.as_str());
        faults.add(&outcome.span, message);
    }
}

fn held_or_not(outcome: &At<Outcome>, held: Option<At<Held>>, faults: &Faults) -> Held {
    match (outcome.value.held(), held) {
        (Some(told), Some(held)) if told != held.value => {
            let message = format!("`held` says something else than the outcome `{}`", outcome.value.as_str());
            faults.push(Fault::new(held.span, message).hint("take `held` away: the outcome tells it"));
            told
        }
        (Some(told), _) => told,
        (None, Some(held)) => held.value,
        (None, None) => Held::NotSaid,
    }
}

/// What makes an answer that can be had elsewhere exempt.
fn accessible() -> Exemption {
    Exemption { section: "21".into(), ..Exemption::default() }
}

/// An exemption with what the program says of it: its title, and a reason where it is not for the author to give one.
pub(crate) fn worded(written: &Exemption, outcome: Option<Outcome>, language: Language) -> Exemption {
    let denied = outcome == Some(Outcome::NeitherConfirmedNorDenied);
    let facts = if denied { cited_to_deny(&written.section) } else { cited(&written.section) };
    let reason = match (written.reason.as_str(), outcome) {
        ("", Some(Outcome::AlreadyAccessible)) => language.say("reason-accessible", &[]),
        ("", _) => language.say("reason-would-disclose", &[]),
        (reason, _) => reason.to_owned(),
    };
    Exemption { title: facts.ok().map(|facts| facts.title_in(language)), reason, ..written.clone() }
}

/// The exemptions of a question or a letter, and how many were written.
pub(crate) fn exemptions(fields: &Fields<'_>, stage: Stage) -> (Vec<Exemption>, usize) {
    let tables = fields.tables("exemption");
    (tables.iter().filter_map(|fields| exemption(fields, stage)).collect(), tables.len())
}

fn exemption(fields: &Fields<'_>, stage: Stage) -> Option<Exemption> {
    let section = fields.text("section");
    let silent = fields.opt_flag("reason_would_disclose").is_some_and(|flag| flag.value);
    let reason = if silent { fields.opt_prose("reason") } else { fields.prose("reason") };
    let said = Grounds::read(fields, "");
    fields.finish();
    let section = section?;
    let faults = fields.faults();
    if silent {
        said.and_silence(reason.as_ref(), "", faults);
    }
    let facts = facts(&section, stage == Stage::Denied, faults)?;
    if stage == Stage::Weighing && facts.kind != ExemptionKind::Qualified {
        let message = format!("section {} is absolute: there is no public interest to weigh", section.value);
        faults.push(
            Fault::new(section.span.clone(), message)
                .hint("only a qualified exemption allows more time (section 10(3))"),
        );
    }
    if !silent {
        said.suffice(&section, &facts, stage, "", faults);
    }
    Some(Exemption {
        section: section.value,
        title: None,
        // Of one that would itself disclose nothing is said but that: see `worded`.
        reason: if silent { String::new() } else { reason?.value },
        ..said.exemption()
    })
}

/// What is said of an exemption beside why it applies.
pub(crate) struct Grounds {
    pub(crate) harm: Option<At<String>>,
    pub(crate) public_interest: Option<At<String>>,
    pub(crate) qualified_person: Option<At<String>>,
}

impl Grounds {
    /// Reads them from keys that begin with `prefix`.
    pub(crate) fn read(fields: &Fields<'_>, prefix: &str) -> Self {
        let ground = |key: &str| fields.opt_prose(&format!("{prefix}{key}"));
        Self {
            harm: ground("harm"),
            public_interest: ground("public_interest"),
            qualified_person: ground("qualified_person"),
        }
    }

    /// Each that is written.
    pub(crate) fn written(&self) -> impl Iterator<Item = &At<String>> {
        [&self.harm, &self.public_interest, &self.qualified_person].into_iter().flatten()
    }

    /// Puts down what is said although the reason would itself disclose. The keys begin with `prefix`.
    pub(crate) fn and_silence(&self, reason: Option<&At<String>>, prefix: &str, faults: &Faults) {
        for text in reason.into_iter().chain(self.written()) {
            let fault =
                Fault::new(text.span.clone(), format!("a reason stands beside `{prefix}reason_would_disclose`"));
            faults.push(
                fault.hint("take one of them away: a reason that would itself disclose is left out (section 17(4))"),
            );
        }
    }

    /// Puts down what the Act asks to be said and is not. The keys begin with `prefix`.
    pub(crate) fn suffice(
        &self,
        section: &At<String>,
        facts: &ExemptionFacts,
        stage: Stage,
        prefix: &str,
        faults: &Faults,
    ) {
        let lacks = |text: &Option<At<String>>, key: &str, why: &str| {
            if text.is_none() {
                let message = format!("section {} needs `{prefix}{key}`: {why}", section.value);
                let hint = format!(
                    "add it; where the reason would itself disclose, write `{prefix}reason_would_disclose = true` (section 17(4))"
                );
                faults.push(Fault::new(section.span.clone(), message).hint(hint));
            }
        };
        if facts.kind == ExemptionKind::Qualified && stage != Stage::Weighing {
            lacks(
                &self.public_interest,
                "public_interest",
                "why the public interest does not favour disclosure (section 17(3))",
            );
        }
        if facts.basis == ExemptionBasis::Prejudice {
            lacks(&self.harm, "harm", "what would be harmed, and how (section 17(1)(c))");
        }
        if facts.section == "36" {
            lacks(
                &self.qualified_person,
                "qualified_person",
                "who gave the opinion that it rests on, and when (section 36(5))",
            );
        }
    }

    /// An exemption of which only this is said.
    pub(crate) fn exemption(self) -> Exemption {
        let text = |text: Option<At<String>>| text.map(|text| text.value);
        Exemption {
            harm: text(self.harm),
            public_interest: text(self.public_interest),
            qualified_person: text(self.qualified_person),
            ..Exemption::default()
        }
    }
}

/// What the catalogue holds of a citation; a fault if it names nothing.
pub(crate) fn facts(section: &At<String>, denies: bool, faults: &Faults) -> Option<ExemptionFacts> {
    let found = if denies { cited_to_deny(&section.value) } else { cited(&section.value) };
    let (message, hint) = match found {
        Ok(facts) => return Some(facts),
        Err(CitationFault::Unknown) if denies => (
            format!("section {} does not lift the duty to confirm or deny", section.value),
            "name the subsection that does, such as `31(3)` or `40(5B)(a)(i)`",
        ),
        Err(CitationFault::Unknown) => (
            format!("section {} is no exemption of the Freedom of Information Act 2000", section.value),
            "cite section and subsection, such as `40(2)` or `31(1)(a)`",
        ),
        Err(CitationFault::Subsection) => (
            format!("section {} needs its subsection: they are about different things", section.value),
            "cite section and subsection, such as `31(1)(a)`",
        ),
        Err(CitationFault::Limit) => (
            format!("section {} is a limit and no exemption", section.value),
            "it is an outcome: `over the cost limit`, `vexatious` or `repeated`",
        ),
    };
    faults.push(Fault::new(section.span.clone(), message).hint(hint));
    None
}
