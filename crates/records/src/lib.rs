//! From an extract to an immutable snapshot, and the store that keeps it.
//!
//! An extract is CSV files, one a record table. Ingest reads them once, parents before children, and checks each value
//! against the schema. What passes is written as Parquet, codes as small integers, identifiers as keyed pseudonyms; what
//! fails is reported by place and kind, never by value. A snapshot's id is the hash of its rows and its schema, so the
//! same records have the same id however they were ordered or quoted.
//!
//! Everything is written beside its place and moved into it at the end: a crash, a full disk or a kill leaves the store
//! as it was before.

mod disk;
mod infer;
mod ingest;
mod row;
mod snapshot;
mod store;

pub use disk::{Disk, LocalDisk, Readers, sync};
pub use infer::infer_schema;
pub use ingest::{IngestError, IngestOptions, Ingested, NoObserver, Observer, Reject, RejectReason, ingest};
pub use snapshot::{Damage, Extract, ExtractTable, Snapshot, SnapshotTable, SourceFile};
pub use store::{NewStore, Prepared, Store, StoreError};
