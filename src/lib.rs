//! Offline forensic analysis of mail that got stuck in a mail server.
//!
//! Data flows one way, and each room knows only the rooms before it:
//!
//! ```text
//! case ──► evidence ──► timeline ──► analysis ──► report
//!           ▲                ▲            ▲
//!           └── profile ─────┴────────────┘        (cli drives; stats is pure mathematics)
//! ```
//!
//! [`pipeline::analyze_folder`] runs the rooms in order; [`inspect`] shows what they make of a single file,
//! [`explain`] the whole chain of inference of one claim. The library never prints, never exits and never asks
//! for the time of day, so that the same evidence gives the same bytes.

pub mod analysis;
pub mod case;
pub mod evidence;
pub mod explain;
pub mod inspect;
pub mod pipeline;
pub mod profile;
pub mod report;
pub mod stats;
pub mod time;
pub mod timeline;
