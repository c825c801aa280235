//! The engine: systems of figures and equations, the attacker, the audit, and which figures to withhold.
//!
//! ```text
//! System + Attacker ─> suppress (cover <─ attack) ─> Outcome
//!                 └──> audit (propagate, parts, nearby, tableau) ─> Findings
//! ```
//!
//! Everything is proved in whole numbers: that a figure is not known by a table that could be true as well, that it goes no
//! further by an exact tableau, that no pattern costs less by multipliers that are added up again.

mod attack;
mod audit;
mod augment;
mod chase;
mod complete;
mod cover;
mod ends;
mod insiders;
mod linear;
mod local;
mod need;
mod people;
mod relaxation;
mod suppress;
mod system;
mod tableau;

pub use attack::Witnesses;
pub use audit::{Certified, Coalition, Disclosed, Findings, Interval, audit_outcome, audit_pattern};
pub use candour_model::{Attacker, Marks, Protection};
pub use complete::{Incomplete, complete};
pub use linear::Linear;
pub use relaxation::{Relaxation, Row, Spent, is_impossible, proved};
pub use suppress::{Effort, Outcome, suppress, suppress_with};
pub use system::{Cell, Equation, Primary, Role, System};
