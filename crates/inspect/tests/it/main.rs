//! What is hidden is found, its clean twin is not blamed, and no bytes make a reader panic.

mod carriers;
mod files;
mod hostile;
