//! The cover letter: made from an approved response when it is sent, since the response itself has no addressee.

use candour_calendar::day_in_words;
use candour_model::DocumentFacts;
use candour_spec::{Template, TemplateFault, TemplatePart, merge};

/// To whom a response is sent. It is merged into the letter and kept nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cover {
    /// The requester's name.
    pub name: String,
    /// The requester's address.
    pub address: String,
    /// How the letter begins.
    pub salutation: String,
}

/// The letter as text: headings, paragraphs and points, a blank line between them.
///
/// # Errors
/// When the template names a field that is not in [`candour_spec::COVER_FIELDS`].
pub fn cover_letter(template: &str, about: &DocumentFacts, to: &Cover) -> Result<String, TemplateFault> {
    let value = |name: &str| match name {
        "name" => to.name.clone(),
        "address" => to.address.clone(),
        "salutation" => to.salutation.clone(),
        "authority" => about.authority.clone(),
        "reference" => about.request.reference_display.clone(),
        "received" => day_in_words(about.request.received, about.language),
        "answered" => day_in_words(about.request.answered, about.language),
        "title" => about.title.clone(),
        // The template has been read: no other name can stand in it.
        _ => String::new(),
    };
    let template = Template::read_cover(template)?;
    let parts = template.parts.iter().map(|part| match part {
        TemplatePart::Heading(text) | TemplatePart::Paragraph(text) => merge(text, &value),
        TemplatePart::Bullets(points) => {
            points.iter().map(|point| format!("- {}", merge(point, &value))).collect::<Vec<_>>().join("\n")
        }
        TemplatePart::Block(_) => String::new(),
    });
    Ok(parts.collect::<Vec<_>>().join("\n\n") + "\n")
}
