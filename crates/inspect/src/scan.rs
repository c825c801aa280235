//! What a reader is given: the bytes, what is left of the limits, and somewhere to put what it finds.

use crate::carrier::{Carrier, Severity, any};
use crate::format;
use crate::limits::{Budget, Limits, Uninspectable};
use crate::report::{Finding, Place};

/// One file, or a file in it, while it is read.
#[derive(Debug)]
pub struct Scan<'a> {
    budget: &'a Budget,
    found: &'a mut Vec<Finding>,
    /// The files around this one, the outermost first.
    within: Vec<String>,
    /// More findings than are kept.
    more: usize,
}

impl<'a> Scan<'a> {
    pub(crate) fn new(budget: &'a Budget, found: &'a mut Vec<Finding>) -> Self {
        Self { budget, found, within: Vec::new(), more: 0 }
    }

    /// What is left of the limits.
    pub(crate) fn budget(&self) -> &'a Budget {
        self.budget
    }

    /// The limits that hold.
    pub fn limits(&self) -> &Limits {
        &self.budget.limits
    }

    /// Puts down a finding with the carrier's own severity.
    pub fn find(&mut self, carrier: &'static Carrier, place: Place, message: impl Into<String>) {
        self.find_as(carrier, carrier.severity, place, message, Vec::new());
    }

    /// Puts down a finding. `values` are the first of what was found; they are shown only if the user asks for them.
    pub fn find_as(
        &mut self,
        carrier: &'static Carrier,
        severity: Severity,
        place: Place,
        message: impl Into<String>,
        values: Vec<String>,
    ) {
        if self.found.len() >= self.budget.limits.findings {
            self.more += 1;
            return;
        }
        let place = if self.within.is_empty() { place } else { place.within(&self.within.join("!")) };
        self.found.push(Finding { carrier, severity, place, message: message.into(), action: carrier.action, values });
    }

    /// Inspects a picture or an object that lies in this one. Programs do not mind what its name ends with, so neither does this.
    pub(crate) fn inner_of_any_name(&mut self, name: &str, bytes: &[u8]) {
        self.descend(name, "", bytes);
    }

    /// Inspects a file that lies in this one under `name`. That it is there is a finding of its own, which its reader puts down.
    pub fn inner(&mut self, name: &str, bytes: &[u8]) {
        self.descend(name, name, bytes);
    }

    fn descend(&mut self, name: &str, checked: &str, bytes: &[u8]) {
        if self.within.len() >= usize::from(self.budget.limits.depth) {
            let reason = "it cannot be looked into: it lies too deep in other files";
            self.find(&any::UNINSPECTABLE, Place::part(name), reason);
            return;
        }
        self.within.push(name.to_owned());
        format::read(self, checked, bytes);
        self.within.pop();
    }

    /// Puts down that a file, or a part of it, cannot be looked into.
    pub fn cannot(&mut self, place: Place, why: &Uninspectable) {
        self.find(&any::UNINSPECTABLE, place, format!("it cannot be looked into: {why}"));
    }

    /// How many findings there were beyond those that are kept.
    pub(crate) fn more(&self) -> usize {
        self.more
    }
}
