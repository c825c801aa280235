//! Carriers of pictures.

use super::{Carrier, Severity, Step};

/// Every carrier of this family.
pub static ALL: &[&Carrier] = &[&METADATA, &POSITION, &THUMBNAIL, &COMMENT, &SURPLUS];

/// Camera, owner, program or dates of a picture.
pub static METADATA: Carrier = Carrier {
    id: "image-metadata",
    severity: Severity::Review,
    title: "data about a picture: camera, owner, program",
    action: "Save the picture anew without metadata.",
    step: Step::Metadata,
    inspector: None,
};

/// Where a picture was taken.
pub static POSITION: Carrier = Carrier {
    id: "image-position",
    severity: Severity::Block,
    title: "the place where a picture was taken",
    action: "Save the picture anew without metadata.",
    step: Step::Metadata,
    inspector: None,
};

/// A smaller picture in the picture, which may show what was cut off.
pub static THUMBNAIL: Carrier = Carrier {
    id: "image-thumbnail",
    severity: Severity::Review,
    title: "a small copy of a picture, which may show what was cut off",
    action: "Save the picture anew without metadata.",
    step: Step::Metadata,
    inspector: None,
};

/// Text in a picture's file.
pub static COMMENT: Carrier = Carrier {
    id: "image-comment",
    severity: Severity::Review,
    title: "text in the picture's file",
    action: "Save the picture anew without comments.",
    step: Step::Metadata,
    inspector: None,
};

/// More image data than the picture shows.
pub static SURPLUS: Carrier = Carrier {
    id: "image-surplus",
    severity: Severity::Block,
    title: "more image data than the picture shows",
    action: "Save the picture anew: what was cut off may still be in the file.",
    step: Step::HiddenContent,
    inspector: None,
};
