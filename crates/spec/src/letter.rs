//! A letter that is no answer to questions: an acknowledgement, an extension, the outcome of a review.

use candour_model::{Exemption, LetterKind};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::decision::{Stage, exemptions};
use crate::diagnostic::Fault;
use crate::fields::{At, Fields};

/// What a review came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReviewResult {
    /// The first answer stands.
    Upheld,
    /// Some of it stands.
    UpheldInPart,
    /// It does not stand.
    Overturned,
}

/// A letter of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterSpec {
    /// What it is.
    pub kind: LetterKind,
    /// By when the authority will answer.
    pub reply_by: Option<Date>,
    /// What a review came to.
    pub result: Option<ReviewResult>,
    /// What it has to say: why more time is needed, or what the review found.
    pub text: Option<String>,
    /// The exemptions that it is about.
    pub exemptions: Vec<Exemption>,
    /// How the requester may get further.
    pub advice: Option<String>,
}

/// Reads `[letter]`, and tells what such a letter cannot be without.
pub(crate) fn letter(fields: &Fields<'_>) -> Option<At<LetterSpec>> {
    let kinds = [LetterKind::Acknowledgement, LetterKind::Extension, LetterKind::InternalReview];
    let kinds: Vec<(&str, LetterKind)> = LetterKind::ALL.into_iter().filter(|(_, kind)| kinds.contains(kind)).collect();
    let kind = fields.choice("kind", &kinds);
    let reply_by = fields.opt_date("reply_by");
    let results = [
        ("upheld", ReviewResult::Upheld),
        ("upheld in part", ReviewResult::UpheldInPart),
        ("overturned", ReviewResult::Overturned),
    ];
    let result = fields.opt_choice("result", &results);
    let text = fields.opt_prose("text");
    let advice = fields.opt_prose("advice");
    let stage = match kind.as_ref().map(|kind| kind.value) {
        Some(LetterKind::Extension) => Stage::Weighing,
        _ => Stage::Decided,
    };
    let (exemptions, written) = exemptions(fields, stage);
    fields.finish();
    let kind = kind?;
    let lacks = |is_missing: bool, key: &str, hint: &str| {
        if is_missing {
            let fault = Fault::new(kind.span.clone(), format!("this letter lacks `{key}`"));
            fields.faults().push(fault.hint(hint));
        }
    };
    match kind.value {
        LetterKind::Acknowledgement => {
            lacks(reply_by.is_none(), "reply_by", "say by when it must be answered (section 10)")
        }
        LetterKind::Extension => {
            lacks(reply_by.is_none(), "reply_by", "estimate when the decision will be made (section 17(2))");
            lacks(text.is_none(), "text", "say why the public interest takes longer to weigh (section 10(3))");
            lacks(written == 0, "exemption", "name the qualified exemption that is weighed (section 17(1) and (2))");
        }
        _ => {
            lacks(result.is_none(), "result", "say whether the first answer is upheld, upheld in part or overturned");
            lacks(text.is_none(), "text", "say what the review looked at and why it came to this");
        }
    }
    let span = kind.span.clone();
    Some(At {
        value: LetterSpec {
            kind: kind.value,
            reply_by: reply_by.map(|date| date.value),
            result: result.map(|result| result.value),
            text: text.map(|text| text.value),
            exemptions,
            advice: advice.map(|advice| advice.value),
        },
        span,
    })
}
