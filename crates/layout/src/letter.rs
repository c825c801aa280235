//! The letter: a template with what is known of the request and of the authority in its places.

use candour_calendar::day_in_words;
use candour_model::{Letter, LetterKind, LetterPart, Question};
use candour_spec::{
    LetterSpec, Regulator, Response, ReviewResult, Template, TemplateBlock, TemplatePart, built_in, merge,
};
use candour_wording::Language;

/// The letter of a response, once it is known what is withheld.
pub(crate) fn of(response: &Response, questions: &[Question]) -> Letter {
    let outcomes: Vec<_> = questions.iter().map(|question| question.decision.outcome).collect();
    let kind = response.letter.as_ref().map_or_else(|| LetterKind::of(&outcomes), |letter| letter.kind);
    let own = response.office.as_ref().and_then(|office| office.templates.get(&kind).cloned());
    // A test of `candour-spec` holds that each template that comes with the program can be read.
    let template = own.or_else(|| Template::read(built_in(response.language, kind), kind).ok());
    let template = template.unwrap_or(Template { parts: Vec::new() });
    let parts = template.parts.iter().flat_map(|part| filled(part, response)).collect();
    let exemptions = response.letter.as_ref().map(|letter| letter.exemptions.clone()).unwrap_or_default();
    Letter { kind, parts, exemptions, rights: rights(response, kind) }
}

fn filled(part: &TemplatePart, response: &Response) -> Vec<LetterPart> {
    let field = |name: &str| field(name, response);
    match part {
        TemplatePart::Heading(text) => vec![LetterPart::Heading(merge(text, &field))],
        TemplatePart::Paragraph(text) => vec![LetterPart::Paragraph(merge(text, &field))],
        TemplatePart::Bullets(points) => {
            vec![LetterPart::Bullets(points.iter().map(|point| merge(point, &field)).collect())]
        }
        TemplatePart::Block(block) => filled_block(*block, response),
    }
}

fn field(name: &str, response: &Response) -> String {
    let request = &response.request;
    match name {
        "authority" => response.authority.clone(),
        "reference" => request.reference_display.clone(),
        "received" => day_in_words(request.received, response.language),
        "answered" => day_in_words(request.answered, response.language),
        "title" => response.title.clone(),
        "reply_by" => {
            let day = response.letter.as_ref().and_then(|letter| letter.reply_by);
            day.map(|day| day_in_words(day, response.language)).unwrap_or_default()
        }
        _ => String::new(),
    }
}

fn filled_block(block: TemplateBlock, response: &Response) -> Vec<LetterPart> {
    let office = response.office.as_ref();
    let letter = response.letter.as_ref();
    let paragraphs = |lines: &[String]| lines.iter().cloned().map(LetterPart::Paragraph).collect();
    match block {
        TemplateBlock::Decisions if response.questions.is_empty() => Vec::new(),
        TemplateBlock::Decisions => vec![LetterPart::Decisions],
        TemplateBlock::Statements if response.statements.is_empty() => Vec::new(),
        TemplateBlock::Statements => vec![LetterPart::Statements],
        TemplateBlock::Rights => vec![LetterPart::Rights],
        TemplateBlock::Particulars => letter.map(|letter| particulars(letter, response.language)).unwrap_or_default(),
        TemplateBlock::Exemptions => {
            letter.filter(|letter| !letter.exemptions.is_empty()).map(|_| LetterPart::Exemptions).into_iter().collect()
        }
        TemplateBlock::Advice => letter
            .and_then(|letter| letter.advice.as_deref())
            .map(|advice| LetterPart::Paragraph(response.language.say("advice", &[("text", advice.into())])))
            .into_iter()
            .collect(),
        TemplateBlock::StandardLines => office.map(|office| paragraphs(&office.standard_lines)).unwrap_or_default(),
        TemplateBlock::Contact => match office {
            Some(office) => paragraphs(&office.contact),
            None => paragraphs(std::slice::from_ref(&response.authority)),
        },
    }
}

/// What a review came to, and what a letter has to say.
fn particulars(letter: &LetterSpec, language: Language) -> Vec<LetterPart> {
    let result = letter.result.map(|result| match result {
        ReviewResult::Upheld => language.say("review-upheld", &[]),
        ReviewResult::UpheldInPart => language.say("review-upheld-in-part", &[]),
        ReviewResult::Overturned => language.say("review-overturned", &[]),
    });
    let text = letter.text.iter().flat_map(|text| text.split("\n\n")).map(|paragraph| paragraph.trim().to_owned());
    result.into_iter().chain(text).map(LetterPart::Paragraph).collect()
}

/// How to ask for a review and to complain (section 17(7)); after a review, how to complain.
fn rights(response: &Response, kind: LetterKind) -> Vec<String> {
    let office = response.office.as_ref();
    let regulator = office.and_then(|office| office.regulator.clone());
    let regulator = regulator.unwrap_or_else(|| Regulator::of_the_act(response.language));
    let of_regulator = [
        ("regulator", regulator.name.into()),
        ("address", regulator.address.into()),
        ("website", regulator.website.into()),
    ];
    let mut rights = Vec::new();
    if kind == LetterKind::InternalReview {
        rights.push(response.language.say("rights-regulator-now", &of_regulator));
    } else {
        rights.push(review(response));
        rights.push(response.language.say("rights-regulator", &of_regulator));
    }
    let complaints = office.and_then(|office| office.complaints.as_deref());
    rights.extend(complaints.map(|contact| response.language.say("rights-complaints", &[("contact", contact.into())])));
    rights
}

/// Without an authority file, the terms of the Code of Practice under section 45: 40 working days to ask, 20 to answer.
fn review(response: &Response) -> String {
    let review = response.office.as_ref().map(|office| &office.review);
    let contact = review.map_or_else(|| response.language.say("rights-here", &[]), |review| review.contact.clone());
    let (ask, answer) = review.map_or((40, 20), |review| (review.ask_within_days, review.answer_within_days));
    response.language.say(
        "rights-review",
        &[
            ("contact", contact.into()),
            ("ask", u64::from(ask).into()),
            ("answer", u64::from(answer).into()),
            ("reference", response.request.reference_display.as_str().into()),
        ],
    )
}
