//! The exemptions and limits of the Freedom of Information Act 2000, as data: `data/law/foia-exemptions.csv`.

use candour_wording::Language;

/// The catalogue. It is part of the program, so that a release cannot be made by another one.
const CATALOGUE: &str = include_str!("../../../data/law/foia-exemptions.csv");

/// Its titles in another language, by section.
fn titles(language: Language) -> Option<&'static str> {
    match language.tag() {
        "cy" => Some(include_str!("../../../data/law/cy/foia-exemptions.csv")),
        _ => None,
    }
}

/// Whether the public interest is weighed (section 2(2)(b) and (3)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExemptionKind {
    /// It is not.
    Absolute,
    /// It is: the notice gives the reasons (section 17(3)).
    Qualified,
    /// No exemption but a limit on the request (sections 12 and 14).
    Limit,
}

/// What makes information exempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExemptionBasis {
    /// That it is of a class.
    Class,
    /// That disclosure would harm something: the notice says what, and how (section 17(1)(c)).
    Prejudice,
    /// Neither: a limit.
    Limit,
}

/// A section of the Act, or a subsection that differs from its section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExemptionFacts {
    /// The section as it is cited, such as "31" or "40(2)".
    pub section: String,
    /// Its title.
    pub title: String,
    /// Whether the public interest is weighed.
    pub kind: ExemptionKind,
    /// What makes information exempt.
    pub basis: ExemptionBasis,
    /// The subsection that lifts the duty to confirm or deny, where there is one.
    pub confirm_or_deny: Option<String>,
    /// Whether a notice must say which subsection, since they are about different things.
    pub needs_subsection: bool,
}

impl ExemptionFacts {
    /// Its title in a language.
    pub fn title_in(&self, language: Language) -> String {
        let title = titles(language).and_then(|titles| {
            let mut reader = csv::Reader::from_reader(titles.as_bytes());
            let line = reader.records().filter_map(Result::ok).find(|line| line.get(0) == Some(&self.section))?;
            line.get(1).map(str::to_owned)
        });
        title.unwrap_or_else(|| self.title.clone())
    }
}

/// Why a citation names no exemption.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CitationFault {
    /// There is no such section among them.
    Unknown,
    /// The subsection is missing.
    Subsection,
    /// It is a limit, which is an outcome of its own.
    Limit,
}

/// All of them, in the order of the Act.
pub fn exemptions() -> Vec<ExemptionFacts> {
    let mut reader = csv::Reader::from_reader(CATALOGUE.as_bytes());
    // The test below holds that every line can be read.
    reader.records().filter_map(|line| read(&line.ok()?)).collect()
}

fn read(line: &csv::StringRecord) -> Option<ExemptionFacts> {
    let kind = match line.get(2)? {
        "absolute" => ExemptionKind::Absolute,
        "qualified" => ExemptionKind::Qualified,
        "limit" => ExemptionKind::Limit,
        _ => return None,
    };
    let basis = match line.get(3)? {
        "class" => ExemptionBasis::Class,
        "prejudice" => ExemptionBasis::Prejudice,
        "limit" => ExemptionBasis::Limit,
        _ => return None,
    };
    Some(ExemptionFacts {
        section: line.get(0)?.to_owned(),
        title: line.get(1)?.to_owned(),
        kind,
        basis,
        confirm_or_deny: line.get(4).filter(|subsection| !subsection.is_empty()).map(str::to_owned),
        needs_subsection: line.get(5) == Some("needed"),
    })
}

/// The exemption that a citation such as "31(1)(a)" or "40(2) and (3A)(a)" names: of those that fit, the one that says most.
///
/// # Errors
/// When it names none, or not closely enough.
pub fn cited(citation: &str) -> Result<ExemptionFacts, CitationFault> {
    let parts = parts(citation);
    let fits = |facts: &ExemptionFacts| {
        let known = self::parts(&facts.section);
        match known.iter().position(|part| part == "and") {
            // What qualifies a subsection may stand anywhere after it.
            Some(and) => parts.starts_with(&known[..and]) && parts[and..].contains(&known[and + 1]),
            None => parts.starts_with(&known),
        }
    };
    let mut found: Vec<ExemptionFacts> = exemptions().into_iter().filter(fits).collect();
    found.sort_by_key(|facts| self::parts(&facts.section).len());
    let facts = found.pop().ok_or(CitationFault::Unknown)?;
    if facts.kind == ExemptionKind::Limit {
        return Err(CitationFault::Limit);
    }
    if facts.needs_subsection && parts.len() < 2 {
        return Err(CitationFault::Subsection);
    }
    Ok(facts)
}

/// The exemption whose duty to confirm or deny this subsection lifts.
///
/// # Errors
/// When there is none.
pub fn cited_to_deny(citation: &str) -> Result<ExemptionFacts, CitationFault> {
    let parts = parts(citation);
    let lifts = |facts: &ExemptionFacts| {
        facts.confirm_or_deny.as_ref().is_some_and(|subsection| parts.starts_with(&self::parts(subsection)))
    };
    exemptions().into_iter().find(lifts).ok_or(CitationFault::Unknown)
}

/// A citation, part by part: "40(2) and (3A)(a)" is 40, 2, and, 3A, a.
fn parts(citation: &str) -> Vec<String> {
    let citation = citation.replace('&', " and ");
    let parts = citation.split(|letter: char| !letter.is_ascii_alphanumeric());
    parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_catalogue_can_be_read() {
        assert_eq!(exemptions().len(), CATALOGUE.lines().count() - 1);
    }

    #[test]
    fn every_exemption_has_a_title_in_every_language() {
        for language in Language::all().filter(|language| *language != Language::ENGLISH) {
            for facts in exemptions() {
                assert_ne!(facts.title_in(language), facts.title, "{} in {language}", facts.section);
            }
            assert_eq!(titles(language).unwrap().lines().count(), CATALOGUE.lines().count());
        }
    }

    #[test]
    fn a_citation_names_the_exemption_that_says_most() {
        use ExemptionBasis::{Class, Prejudice};
        use ExemptionKind::{Absolute, Qualified};
        for (citation, kind, basis) in [
            ("21", Absolute, Class),
            ("27(1)(a)", Qualified, Prejudice),
            ("27(2)", Qualified, Class),
            ("31(1)(a)", Qualified, Prejudice),
            ("37(1)(b)", Qualified, Class),
            ("37(1)(aa)", Absolute, Class),
            ("40(2)", Absolute, Class),
            ("40(2) & (3A)(a)", Absolute, Class),
            ("40(2) and (3B)", Qualified, Class),
            ("40(2)(4A)", Qualified, Class),
            ("43(1)", Qualified, Class),
            ("43(2)", Qualified, Prejudice),
            ("44(1)(a)", Absolute, Class),
        ] {
            let facts = cited(citation).unwrap();
            assert_eq!((facts.kind, facts.basis), (kind, basis), "{citation}");
        }
    }

    #[test]
    fn a_citation_that_names_none_is_told() {
        assert_eq!(cited("40").unwrap_err(), CitationFault::Unknown);
        assert_eq!(cited("25").unwrap_err(), CitationFault::Unknown);
        assert_eq!(cited("3").unwrap_err(), CitationFault::Unknown);
        assert_eq!(cited("31").unwrap_err(), CitationFault::Subsection);
        assert_eq!(cited("12").unwrap_err(), CitationFault::Limit);
        assert_eq!(cited("14(1)").unwrap_err(), CitationFault::Limit);
    }

    #[test]
    fn a_denial_names_the_subsection_that_lifts_the_duty() {
        assert_eq!(cited_to_deny("31(3)").unwrap().section, "31");
        assert_eq!(cited_to_deny("40(5B)(a)(i)").unwrap().section, "40(2)");
        assert_eq!(cited_to_deny("40(5A)").unwrap().section, "40(1)");
        assert_eq!(cited_to_deny("31(1)(a)").unwrap_err(), CitationFault::Unknown);
        assert_eq!(cited_to_deny("21").unwrap_err(), CitationFault::Unknown);
    }
}
