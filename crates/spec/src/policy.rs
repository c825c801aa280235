//! Policies of disclosure control, as written: in a response file, or in a file of their own.

use std::collections::BTreeMap;

use candour_model::{
    Attacker, Breakdown, Contributions, Cost, Dominance, Exemption, FigureName, Groups, Judgement, Marks, Membership,
    Merge, OutsideTotal, PopulationRule, Protection, Share, Suppression, Zeros,
};

use crate::decision::{Grounds, Stage, facts};
use crate::diagnostic::{Diagnostics, Fault, Source};
use crate::fields::{At, Faults, Fields, parse};
use crate::hidden::refuse_hidden;
use crate::written::judgement;

/// A policy before the judgement is put to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WrittenPolicy {
    /// Figures from 1 to just below the threshold are listed for a judgement.
    Assess {
        /// Which figures are listed: the policy's rules, as if it withheld them.
        rules: Box<Suppression>,
        /// A judgement on a table made elsewhere.
        judgement: Option<Judgement>,
    },
    /// Nothing is looked at.
    None {
        /// Why.
        reason: String,
    },
    /// Small figures are withheld, and others with them.
    Suppress(Box<Suppression>),
}

/// A policy that others have published, by name. It holds where the file says nothing else.
struct Preset {
    name: &'static str,
    threshold: u64,
    zeros: Zeros,
}

/// Thresholds that are in use elsewhere. None of them is law: each was made for other data and other readers.
///
/// Sources: `research-outputs` is the threshold of ten for outputs of the Office for National Statistics' research service
/// (CeLSIUS, SDC rules; Handbook on Statistical Disclosure Control for Outputs, Safe Data Access Professionals, 2019);
/// `counts-to-seven` is the rule of OpenSAFELY's outputs that counts of seven and fewer are redacted (OpenSAFELY
/// documentation, permitted results); `counts-to-four` is threshold 5, which zeros left open, of the frequency rule in
/// the Handbook on Statistical Disclosure Control (Hundepool and others, second edition 2024, section 5.2).
const PRESETS: [Preset; 3] = [
    Preset { name: "research-outputs", threshold: 10, zeros: Zeros::Published },
    Preset { name: "counts-to-seven", threshold: 8, zeros: Zeros::Published },
    Preset { name: "counts-to-four", threshold: 5, zeros: Zeros::Published },
];

/// Reads a policy file.
///
/// # Errors
/// Every fault found, each with its place.
pub fn read_policy(source: &Source) -> Result<WrittenPolicy, Diagnostics> {
    let faults = Faults::default();
    let root = parse(source, &faults);
    refuse_hidden(source, root.get_ref(), &faults);
    let policy = policy(&Fields::root(&root, &faults)).map(|policy| policy.value);
    faults.finish(source, policy)
}

/// Reads a policy. There is no threshold by default.
pub(crate) fn policy(fields: &Fields<'_>) -> Option<At<WrittenPolicy>> {
    let methods = ["assess", "none", "suppress", "round", "small-counts", "cell-key"];
    let method = fields.choice("method", &methods.map(|method| (method, method)));
    let written = match method.as_ref().map(|method| method.value) {
        Some("assess") => assess(fields),
        Some("none") => none(fields),
        Some("suppress") => suppress(fields).map(|policy| WrittenPolicy::Suppress(Box::new(policy))),
        Some(other) => {
            let span = method.map_or(fields.span(), |method| method.span);
            let fault = Fault::new(span, format!("the method `{other}` is not part of this version"));
            fields.faults().push(fault.hint("use `assess`, `suppress` or `none`"));
            return None;
        }
        None => return None,
    };
    fields.finish();
    Some(At { value: written?, span: fields.span() })
}

fn assess(fields: &Fields<'_>) -> Option<WrittenPolicy> {
    if !fields.has("threshold") {
        let fault = Fault::new(fields.span(), "the policy `assess` needs a `threshold`: none holds by default");
        fields.faults().push(fault.hint("figures from 1 to just below it are listed for a person's judgement"));
    }
    let threshold = threshold(fields);
    let nobody = Attacker { suppressed_at_least: 0, marks: Marks::Same, insiders: 0 };
    let attacker = if fields.has("attacker") { attacker(fields) } else { Some(nobody) };
    // A zero is no figure from 1 to the threshold; the key is read so that policies made for other methods are understood.
    fields.opt_choice("zeros", &[("published", ())]);
    let reason = fields.opt_prose("reason").map(|reason| reason.value);
    let groups = fields.opt_choice("groups", &[("ignore", Groups::Ignore), ("flag", Groups::Flag)]);
    let learned: Vec<String> = fields.texts("learned").into_iter().map(|dimension| dimension.value).collect();
    let membership = membership(fields, &learned);
    let (hierarchy, merge, population, sums) = (hierarchy(fields), merges(fields), population(fields), sums(fields));
    let judgement = fields.opt_table("judgement").and_then(|fields| judgement(&fields));
    let rules = Suppression {
        reason,
        groups: groups.map_or(Groups::Flag, |groups| groups.value),
        learned,
        membership,
        hierarchy,
        merge,
        population: population?,
        dominance: sums.dominance,
        p_percent: sums.p_percent,
        contributions: sums.contributions,
        ..Suppression::below(threshold?, attacker?)
    };
    Some(WrittenPolicy::Assess { rules: Box::new(rules), judgement: judgement.map(|judgement| judgement.value) })
}

fn none(fields: &Fields<'_>) -> Option<WrittenPolicy> {
    fields.opt_choice("zeros", &[("published", ())]);
    let reason = fields.opt_prose("reason");
    if fields.opt_whole("threshold").is_some() {
        fields.faults().add(&fields.span(), "the policy `none` looks at nothing, so it has no `threshold`");
        return None;
    }
    if reason.is_none() {
        let fault = Fault::new(fields.span(), "the policy `none` needs a `reason`");
        fields.faults().push(fault.hint("say why no figure of this release can identify anybody"));
    }
    Some(WrittenPolicy::None { reason: reason?.value })
}

/// A threshold, which must be such that something is below it.
fn threshold(fields: &Fields<'_>) -> Option<u64> {
    let threshold = fields.opt_whole("threshold")?;
    match u64::try_from(threshold.value) {
        Ok(value) if value >= 2 => Some(value),
        _ => {
            let message = "`threshold` must be 2 or more: figures from 1 to just below it are sensitive";
            fields.faults().add(&threshold.span, message);
            None
        }
    }
}

fn suppress(fields: &Fields<'_>) -> Option<Suppression> {
    let faults = fields.faults();
    let names: Vec<(&str, &Preset)> = PRESETS.iter().map(|preset| (preset.name, preset)).collect();
    let preset = fields.opt_choice("preset", &names).map(|preset| preset.value);
    let own = threshold(fields);
    if !fields.has("threshold") && !fields.has("preset") {
        let fault = Fault::new(fields.span(), "the policy `suppress` needs a `threshold`: none holds by default");
        faults.push(fault.hint("counts from 1 to just below it are withheld; no threshold is lawful by itself"));
    }
    let zeros = fields.opt_choice("zeros", &[("published", Zeros::Published), ("sensitive", Zeros::Sensitive)]);
    let zeros = zeros.map(|zeros| zeros.value).or(preset.map(|preset| preset.zeros)).unwrap_or(Zeros::Published);
    let protection = protection(fields);
    let attacker = attacker(fields);
    let cost = cost(fields);
    let groups = [("ignore", Groups::Ignore), ("flag", Groups::Flag), ("withhold", Groups::Withhold)];
    let groups = fields.opt_choice("groups", &groups).map_or(Groups::Flag, |groups| groups.value);
    let hierarchy = hierarchy(fields);
    let (keep, withhold) = (figures(fields, "keep"), figures(fields, "withhold"));
    if keep.iter().any(|kept| withhold.contains(kept)) {
        faults.push(Fault::new(fields.span(), "a figure is named under `keep` and under `withhold`"));
    }
    let exemption = exemption(fields);
    let reason = fields.opt_prose("reason").map(|reason| reason.value);
    let learned: Vec<String> = fields.texts("learned").into_iter().map(|dimension| dimension.value).collect();
    let membership = membership(fields, &learned);
    let (breakdowns, merge, outside) = (breakdowns(fields), merges(fields), outside(fields));
    let (population, sums) = (population(fields), sums(fields));
    if zeros == Zeros::Sensitive && (groups == Groups::Withhold || !breakdowns.is_empty()) {
        let fault = Fault::new(
            fields.span(),
            "zeros are withheld already, so no breakdown needs to be withheld with its zeros",
        );
        faults.push(fault.hint("take `breakdowns` away, and write `groups = \"flag\"`"));
    }
    let attacker = attacker?;
    if zeros == Zeros::Sensitive && attacker.suppressed_at_least > 0 {
        let fault =
            Fault::new(fields.span(), "zeros are withheld, so nobody knows that a withheld figure is 1 or more");
        faults.push(fault.hint("with `zeros = \"sensitive\"` write `suppressed_at_least = 0`"));
        return None;
    }
    Some(Suppression {
        reason,
        preset: preset.map(|preset| preset.name.to_owned()),
        threshold: own.or(preset.map(|preset| preset.threshold))?,
        zeros,
        protection: protection?,
        attacker,
        cost: cost?,
        hierarchy,
        keep,
        withhold,
        groups,
        learned,
        membership,
        breakdowns,
        merge,
        outside,
        population: population?,
        dominance: sums.dominance,
        p_percent: sums.p_percent,
        contributions: sums.contributions,
        exemption,
    })
}

/// Under which exemption figures are withheld, with all that the Act asks to be said of it.
fn exemption(fields: &Fields<'_>) -> Option<Exemption> {
    const PREFIX: &str = "exemption_";
    let (section, reason) = (fields.opt_text("exemption"), fields.opt_prose("exemption_reason"));
    let silence = fields.opt_flag("exemption_reason_would_disclose");
    let is_silent = silence.as_ref().is_some_and(|flag| flag.value);
    let grounds = Grounds::read(fields, PREFIX);
    let faults = fields.faults();
    if is_silent {
        grounds.and_silence(reason.as_ref(), PREFIX, faults);
    } else if section.is_some() != reason.is_some() {
        let fault = Fault::new(fields.span(), "`exemption` and `exemption_reason` belong together");
        faults.push(fault.hint("name the section, such as \"40(2)\", and say why it applies to what is withheld"));
    }
    if section.is_none() {
        let spans = grounds.written().map(|ground| &ground.span).chain(silence.as_ref().map(|flag| &flag.span));
        spans.for_each(|span| faults.add(span, "this is said of an exemption, and none is named"));
    }
    let section = section?;
    // A fault if it names nothing; the title is in the language of the response.
    let facts = facts(&section, false, faults);
    if let Some(facts) = facts.filter(|_| !is_silent) {
        grounds.suffice(&section, &facts, Stage::Decided, PREFIX, faults);
    }
    // Of one that would itself disclose nothing is said but that: see `worded`.
    let reason = if is_silent { String::new() } else { reason?.value };
    Some(Exemption { section: section.value, reason, ..grounds.exemption() })
}

fn protection(fields: &Fields<'_>) -> Option<Protection> {
    if !fields.has("protection") {
        return Some(Protection::Exact);
    }
    if fields.is_text("protection") {
        return fields.choice("protection", &[("exact", Protection::Exact)]).map(|protection| protection.value);
    }
    let table = fields.opt_table("protection")?;
    let (interval, least) = (table.number("interval"), table.opt_whole("least"));
    table.finish();
    let (interval, least) = (interval?, least.map_or(1, |least| least.value));
    let millionths = (interval.value * 1e6).round();
    if !(0.0..=1e9).contains(&millionths) || (millionths - interval.value * 1e6).abs() > 1e-3 {
        fields
            .faults()
            .add(&interval.span, "`interval` must be a share such as 0.3, with at most six digits after the point");
        return None;
    }
    let Ok(least) = u64::try_from(least) else {
        fields.faults().add(&table.span(), "`least` cannot be negative");
        return None;
    };
    Some(Protection::Interval { millionths: millionths as u64, least })
}

fn attacker(fields: &Fields<'_>) -> Option<Attacker> {
    if !fields.has("attacker") {
        let fault =
            Fault::new(fields.span(), "the policy `suppress` needs an `attacker`: a claim of safety holds under one");
        fields.faults().push(fault.hint(
            "write `attacker = { suppressed_at_least = 1, marks = \"same\", insiders = 1 }`, or what holds for these tables",
        ));
    }
    let table = fields.opt_table("attacker")?;
    let whole = |key: &str| {
        if !table.has(key) {
            fields.faults().add(&table.span(), format!("`attacker` lacks the key `{key}`"));
        }
        let number = table.opt_whole(key)?;
        let Ok(value) = u64::try_from(number.value) else {
            fields.faults().add(&number.span, format!("`{key}` cannot be negative"));
            return None;
        };
        Some(At { value, span: number.span })
    };
    let (least, insiders) = (whole("suppressed_at_least"), whole("insiders"));
    let marks = table.choice("marks", &[("same", Marks::Same), ("distinct", Marks::Distinct)]);
    table.finish();
    let (least, insiders) = (least?, insiders?);
    if least.value > 1 {
        let message =
            "`suppressed_at_least` is 0 or 1: more is known of no withheld figure that a count of 1 may stand behind";
        fields.faults().add(&least.span, message);
        return None;
    }
    Some(Attacker { suppressed_at_least: least.value, marks: marks?.value, insiders: insiders.value })
}

fn cost(fields: &Fields<'_>) -> Option<Cost> {
    let Some(cost) = fields.opt_text("cost") else { return (!fields.has("cost")).then_some(Cost::Count) };
    Some(match cost.value.as_str() {
        "count" => Cost::Count,
        "cells" => Cost::Cells,
        _ => Cost::Column(cost.value),
    })
}

fn hierarchy(fields: &Fields<'_>) -> BTreeMap<String, Vec<String>> {
    let Some(table) = fields.opt_table("hierarchy") else { return BTreeMap::new() };
    let mut levels = BTreeMap::new();
    for (name, _) in fields.named("hierarchy") {
        let columns: Vec<String> = table.texts(&name.value).into_iter().map(|column| column.value).collect();
        if columns.len() < 2 {
            let message =
                format!("the hierarchy `{}` needs its columns, the widest first and the finest last", name.value);
            fields.faults().add(&name.span, message);
        }
        levels.insert(name.value, columns);
    }
    table.finish();
    levels
}

/// Whether it is sensitive that somebody is counted: `open` needs to know what else is.
fn membership(fields: &Fields<'_>, learned: &[String]) -> Membership {
    let choices = [("sensitive", Membership::Sensitive), ("open", Membership::Open)];
    let Some(membership) = fields.opt_choice("membership", &choices) else { return Membership::Sensitive };
    if membership.value == Membership::Open && learned.is_empty() {
        let message = "`membership = \"open\"` leaves nothing sensitive, since no dimension is `learned`";
        let fault = Fault::new(membership.span, message);
        fields
            .faults()
            .push(fault.hint("name the dimensions that tell more of somebody, such as `learned = [\"outcome\"]`"));
    }
    membership.value
}

/// Breakdowns to be withheld as a whole.
fn breakdowns(fields: &Fields<'_>) -> Vec<Breakdown> {
    let breakdown = |table: Fields<'_>| {
        let (by, below) = (table.text("by"), table.opt_whole("below"));
        if !table.has("below") {
            table.faults().add(&table.span(), "a breakdown lacks `below`: the lowest total that is broken down");
        }
        table.finish();
        Some(Breakdown { by: by?.value, below: positive(&table, "below", below?)? })
    };
    fields.tables("breakdowns").into_iter().filter_map(breakdown).collect()
}

/// A whole number of 1 or more.
fn positive(fields: &Fields<'_>, key: &str, number: At<i64>) -> Option<u64> {
    let value = u64::try_from(number.value).ok().filter(|value| *value > 0);
    if value.is_none() {
        fields.faults().add(&number.span, format!("`{key}` must be 1 or more"));
    }
    value
}

/// Categories to be made one.
fn merges(fields: &Fields<'_>) -> Vec<Merge> {
    let merge = |table: Fields<'_>| {
        let (dimension, into) = (table.text("in"), table.text("into"));
        let of: Vec<String> = table.texts("of").into_iter().map(|category| category.value).collect();
        if of.len() < 2 {
            table.faults().add(&table.span(), "`of` names two categories or more that are made one");
        }
        if into.as_ref().is_some_and(|into| !into.value.contains(char::is_alphanumeric)) {
            table.faults().add(&table.span(), "`into` has neither a letter nor a digit");
        }
        table.finish();
        Some(Merge { dimension: dimension?.value, of, into: into?.value })
    };
    fields.tables("merge").into_iter().filter_map(merge).collect()
}

/// Figures that are known from elsewhere: of each dimension one category, or several.
fn outside(fields: &Fields<'_>) -> Vec<OutsideTotal> {
    let total = |table: Fields<'_>| {
        let categories = |key: &String| match table.is_text(key) {
            true => table.opt_text(key).into_iter().collect(),
            false => table.texts(key),
        };
        let named = table.keys().into_iter().map(|key| {
            let categories: Vec<String> = categories(&key).into_iter().map(|category| category.value).collect();
            if categories.is_empty() {
                let message = format!("a total that is known from elsewhere names no category of `{key}`");
                let fault = Fault::new(table.span(), message);
                table.faults().push(fault.hint("name one, or several in a list; what is summed over is left out"));
            }
            (key, categories)
        });
        named.collect()
    };
    fields.tables("outside").into_iter().map(total).collect()
}

/// A share that is written as a percentage.
fn percent(fields: &Fields<'_>, key: &str) -> Option<Share> {
    let percent = fields.number(key)?;
    let millionths = (percent.value * 1e4).round();
    if !(percent.value > 0.0 && percent.value <= 100.0) || (millionths - percent.value * 1e4).abs() > 1e-6 {
        let message = format!("`{key}` must be above 0 and at most 100, with at most four digits after the point");
        fields.faults().add(&percent.span, message);
        return None;
    }
    Some(Share { millionths: millionths as u64 })
}

/// How counts are judged against the people of a place. None where it is written wrongly.
fn population(fields: &Fields<'_>) -> Option<Option<PopulationRule>> {
    if !fields.has("population") {
        return Some(None);
    }
    let table = fields.opt_table("population")?;
    let of = table.opt_text("of").map(|of| of.value);
    let small_among = match table.opt_whole("small_among") {
        Some(people) => Some(positive(&table, "small_among", people)?),
        None => None,
    };
    table.know("most_percent");
    let most = if table.has("most_percent") { Some(percent(&table, "most_percent")?) } else { None };
    table.finish();
    Some(Some(PopulationRule { of, small_among, most }))
}

/// What is asked of sums.
#[derive(Default)]
struct Sums {
    dominance: Option<Dominance>,
    p_percent: Option<Share>,
    contributions: Option<Contributions>,
}

fn sums(fields: &Fields<'_>) -> Sums {
    let mut sums = Sums::default();
    if let Some(table) = fields.opt_table("dominance") {
        if !table.has("largest") {
            table.faults().add(&table.span(), "`dominance` lacks `largest`: how many contributions are added up");
        }
        let largest = table.opt_whole("largest").and_then(|largest| positive(&table, "largest", largest));
        let share = percent(&table, "percent");
        table.finish();
        let largest = largest.and_then(|largest| usize::try_from(largest).ok());
        sums.dominance = largest.zip(share).map(|(largest, share)| Dominance { largest, share });
    }
    if fields.has("p_percent") {
        sums.p_percent = percent(fields, "p_percent");
    }
    if let Some(table) = fields.opt_table("contributions") {
        let people = table.text("people");
        let largest: Vec<String> = table.texts("largest").into_iter().map(|column| column.value).collect();
        table.finish();
        sums.contributions = people.map(|people| Contributions { people: people.value, largest });
    }
    sums
}

/// Figures that are named by hand.
fn figures(fields: &Fields<'_>, key: &str) -> Vec<FigureName> {
    let tables = fields.tables(key).into_iter().map(|table| {
        let named = table.keys().into_iter().filter_map(|key| Some((key.clone(), table.opt_text(&key)?.value)));
        named.collect()
    });
    tables.collect()
}
