//! One archive on disk with everything inside it.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::entry::{Entry, Origin};
use super::entry_name::{EntryName, Taken};
use super::fault::{Fault, Names};
use super::kind::Kind;
use super::limits::{Budget, GROUP, MOST_DEPTH};
use super::listing::{Content, Item, Listing};
use super::region::Region;
use super::seven_zip::{self, Failure};
use super::spool::Spool;
use super::unpack::{self, End, Packed, Packing, Unpacked};
use super::{Found, Known, Member, tar, zip};
use crate::case::source::Source;

/// Damaged entries of one archive that get a problem of their own.
const MOST_DAMAGED: usize = 20;

/// Methods of packing that are named one by one.
const MOST_METHODS: usize = 8;

/// An archive on disk, opened.
#[derive(Debug)]
pub struct Expanded {
    pub known: Known,
    /// Its entries and theirs.
    pub members: Vec<Member>,
    pub faults: Vec<Found>,
    /// Bytes that were unpacked.
    pub unpacked: u64,
}

/// Opens an archive on disk, with `left` bytes left of what the case may unpack to.
pub fn expand(
    path: &str,
    kind: Kind,
    origin: &Arc<Origin>,
    left: u64,
    spool: &Arc<Spool>,
) -> Expanded {
    let mut work = Expander {
        origin,
        spool,
        budget: Budget::new(origin.state.bytes, left),
        members: Vec::new(),
        faults: Vec::new(),
    };
    let region = Region::disk(&origin.path, origin.state.bytes);
    let known = work.archive(path, &region, kind, 1);
    Expanded {
        known,
        members: work.members,
        faults: work.faults,
        unpacked: work.budget.bytes(),
    }
}

struct Expander<'a> {
    origin: &'a Arc<Origin>,
    spool: &'a Arc<Spool>,
    budget: Budget,
    members: Vec<Member>,
    faults: Vec<Found>,
}

/// The faults that entries of one archive share.
#[derive(Default)]
struct Shared {
    encrypted: Names,
    unsupported: BTreeMap<String, Names>,
    links: Names,
    special: Names,
    missing: Names,
    overlapping: Names,
    led_outside: Names,
    same_name: Names,
    damaged: Names,
    damaged_alone: usize,
    unread: Names,
}

impl Expander<'_> {
    /// Opens one archive; `depth` is 1 for the one on disk.
    fn archive(&mut self, path: &str, region: &Region, kind: Kind, depth: usize) -> Known {
        if depth > MOST_DEPTH {
            self.fault(path, Fault::TooDeep);
            return Known::Archive(kind);
        }
        let most = self.budget.entries_left();
        let listing = match kind {
            Kind::Zip => zip::list(region, most).map_err(|fault| unreadable(&fault)),
            Kind::Tar => tar::list(region, most).map_err(|fault| unreadable(&fault)),
            Kind::Gzip | Kind::TarGzip => {
                return Known::Archive(self.gzip(path, region, depth));
            }
            Kind::SevenZip => self.seven_zip(region, most),
        };
        match listing {
            Err(fault) => self.fault(path, fault),
            Ok(Listing {
                other: Some(other), ..
            }) => return Known::Other(other),
            Ok(listing) => self.entries(path, listing, depth),
        }
        Known::Archive(kind)
    }

    fn seven_zip(&mut self, region: &Region, most: usize) -> Result<Listing, Fault> {
        let left = self.budget.bytes_left();
        let listing =
            seven_zip::unpack(region, most, left, self.spool).map_err(|failure| match failure {
                Failure::Encrypted => Fault::AllEncrypted,
                Failure::Unsupported(what) => Fault::UnsupportedArchive { what },
                Failure::Damaged(reason) => Fault::Unreadable { reason },
            })?;
        let lengths = listing.items.iter().map(|item| match &item.content {
            Content::Unpacked(unpacked) => unpacked.length,
            _ => 0,
        });
        self.budget.add_bytes(lengths.sum());
        Ok(listing)
    }

    /// A `.gz` holds one file; if that is a `.tar`, both count as one archive.
    fn gzip(&mut self, path: &str, region: &Region, depth: usize) -> Kind {
        let packed = Packed {
            region: region.clone(),
            packing: Packing::Gzip,
            crc: None,
            length: None,
        };
        let unpacked = unpack::unpack(&packed, self.budget.bytes_left(), self.spool);
        self.budget.add_bytes(unpacked.length);
        match (&unpacked.kind, &unpacked.region) {
            (Some(Kind::Tar), Some(tar)) => {
                if let Some(fault) = fault_of(&unpacked) {
                    self.fault(path, fault);
                }
                let tar = tar.clone();
                self.archive(path, &tar, Kind::Tar, depth);
                return Kind::TarGzip;
            }
            _ => {
                self.budget.add_entries(1);
                let name = gzip_name(path, region);
                let mut shared = Shared::default();
                let found = (unpacked, region, Packing::Gzip);
                self.entry(path, &name, found, depth, &mut shared);
            }
        }
        Kind::Gzip
    }

    fn entries(&mut self, path: &str, listing: Listing, depth: usize) {
        for fault in listing.faults {
            self.fault(path, fault);
        }
        if listing.too_many {
            self.fault(path, Fault::TooManyEntries);
        }
        self.budget.add_entries(listing.items.len());
        let mut shared = Shared::default();
        let mut taken = Taken::default();
        let mut items = listing.items.into_iter();
        loop {
            let group: Vec<Item> = items.by_ref().take(GROUP).collect();
            if group.is_empty() {
                break;
            }
            let left = self.budget.bytes_left();
            let spool = self.spool;
            let group: Vec<(Item, Option<Unpacked>)> = group
                .into_par_iter()
                .map(|item| {
                    let unpacked = match &item.content {
                        Content::Packed(packed) if costs(packed) && left == 0 => None,
                        Content::Packed(packed) => Some(unpack::unpack(packed, left, spool)),
                        _ => None,
                    };
                    (item, unpacked)
                })
                .collect();
            for (item, unpacked) in group {
                let name = EntryName::new(&item.name);
                if name.led_outside {
                    shared.led_outside.add(&item.name);
                }
                let (name, changed) = taken.unique(name.shown);
                if changed {
                    shared.same_name.add(&name);
                }
                self.item(path, &name, (item.content, unpacked), depth, &mut shared);
            }
        }
        self.shared(path, shared);
    }

    fn item(
        &mut self,
        path: &str,
        name: &str,
        (content, unpacked): (Content, Option<Unpacked>),
        depth: usize,
        shared: &mut Shared,
    ) {
        match (content, unpacked) {
            (Content::Packed(packed), Some(unpacked)) => {
                let unpacked = if costs(&packed) {
                    self.pay(unpacked)
                } else {
                    unpacked
                };
                if unpacked.length == 0 && unpacked.end == End::Limit {
                    shared.unread.add(name);
                } else {
                    let found = (unpacked, &packed.region, packed.packing);
                    self.entry(path, name, found, depth, shared);
                }
            }
            (Content::Packed(_), None) => shared.unread.add(name),
            (Content::Unpacked(unpacked), _) => {
                if unpacked.length == 0 && unpacked.end == End::Limit {
                    shared.unread.add(name);
                } else {
                    let none = Region::disk(&self.origin.path, 0);
                    self.entry(
                        path,
                        name,
                        (unpacked, &none, Packing::Stored),
                        depth,
                        shared,
                    );
                }
            }
            (Content::Encrypted, _) => shared.encrypted.add(name),
            (Content::Unsupported(method), _) => shared.unsupported(method, name),
            (Content::Link, _) => shared.links.add(name),
            (Content::Special, _) => shared.special.add(name),
            (Content::Missing, _) => shared.missing.add(name),
            (Content::Overlapping, _) => shared.overlapping.add(name),
        }
    }

    /// Takes what was unpacked from the budget. Others of its group may have left less than it was given.
    fn pay(&mut self, mut unpacked: Unpacked) -> Unpacked {
        let left = self.budget.bytes_left();
        if unpacked.length > left {
            unpacked.length = left;
            unpacked.end = End::Limit;
            unpacked.region = unpacked.region.map(|region| region.part(0, left));
        }
        self.budget.add_bytes(unpacked.length);
        unpacked
    }

    /// One file of an archive; if it is an archive itself, its entries follow.
    fn entry(
        &mut self,
        path: &str,
        name: &str,
        (unpacked, region, packing): (Unpacked, &Region, Packing),
        depth: usize,
        shared: &mut Shared,
    ) {
        let full = format!("{path}!/{name}");
        if let Some(fault) = fault_of(&unpacked) {
            if shared.damaged_alone < MOST_DAMAGED {
                shared.damaged_alone += 1;
                self.fault(&full, fault);
            } else {
                shared.damaged.add(name);
            }
        }
        let (region, packing) = match &unpacked.region {
            Some(region) => (region.clone(), Packing::Stored),
            None => (region.clone(), packing),
        };
        let entry = Entry {
            region,
            packing,
            length: unpacked.length,
            origin: Arc::clone(self.origin),
        };
        let at = self.members.len();
        self.members.push(Member {
            path: full.clone(),
            source: Source::Entry(Arc::new(entry)),
            bytes: unpacked.length,
            known: Known::Nothing,
        });
        if let (Some(kind), Some(region)) = (unpacked.kind, &unpacked.region) {
            let known = self.archive(&full, region, kind, depth.saturating_add(1));
            if let Some(member) = self.members.get_mut(at) {
                member.known = known;
            }
        }
    }

    fn shared(&mut self, path: &str, shared: Shared) {
        let one_each = [
            (shared.encrypted, Fault::Encrypted as fn(Names) -> Fault),
            (shared.links, Fault::Links),
            (shared.special, Fault::Special),
            (shared.missing, Fault::Missing),
            (shared.overlapping, Fault::Overlapping),
            (shared.led_outside, Fault::LedOutside),
            (shared.same_name, Fault::SameName),
            (shared.damaged, Fault::MoreDamaged),
            (shared.unread, |unread| Fault::Limit { unread }),
        ];
        for (names, fault) in one_each {
            if !names.is_empty() {
                self.fault(path, fault(names));
            }
        }
        for (method, names) in shared.unsupported {
            self.fault(path, Fault::Unsupported { method, names });
        }
    }

    fn fault(&mut self, path: &str, fault: Fault) {
        self.faults.push(Found {
            path: path.to_owned(),
            fault,
        });
    }
}

impl Shared {
    fn unsupported(&mut self, method: String, name: &str) {
        let is_new = !self.unsupported.contains_key(&method);
        let method = if is_new && self.unsupported.len() >= MOST_METHODS {
            "several others".to_owned()
        } else {
            method
        };
        self.unsupported.entry(method).or_default().add(name);
    }
}

/// Stored bytes are part of the archive: however many entries there are, they are no more than its own bytes.
fn costs(packed: &Packed) -> bool {
    packed.packing != Packing::Stored
}

fn unreadable(fault: &std::io::Error) -> Fault {
    Fault::Unreadable {
        reason: fault.to_string(),
    }
}

fn fault_of(unpacked: &Unpacked) -> Option<Fault> {
    let kept = unpacked.length;
    Some(match &unpacked.end {
        End::Whole => return None,
        End::WrongChecksum => Fault::WrongChecksum,
        End::Damaged(reason) => Fault::EntryDamaged {
            kept,
            reason: reason.clone(),
        },
        End::WrongLength { said } => Fault::WrongLength {
            said: *said,
            unpacked: kept,
        },
        End::Bomb { packed } => Fault::Bomb {
            kept,
            packed: *packed,
        },
        End::Limit => Fault::EntryLimit { kept },
        End::NoSpace(reason) => Fault::NoSpace {
            reason: reason.clone(),
        },
    })
}

/// The name of a `.gz` without that; else the one in its header (RFC 1952 §2.3.1).
fn gzip_name(path: &str, region: &Region) -> String {
    let own = path.rsplit('/').next().unwrap_or(path);
    let lower = own.to_ascii_lowercase();
    let cut = |suffix: &str| {
        let stem = own.get(..own.len().checked_sub(suffix.len())?)?;
        (lower.ends_with(suffix) && !stem.is_empty()).then(|| stem.to_owned())
    };
    cut(".gz").unwrap_or_else(|| {
        let head = region.bytes_at(0, 4096).unwrap_or_default();
        let named = flate2::read::GzDecoder::new(head.as_slice());
        let name = named
            .header()
            .and_then(|header| header.filename())
            .map(super::entry_name::decode);
        EntryName::new(&name.unwrap_or_else(|| "content".to_owned())).shown
    })
}
