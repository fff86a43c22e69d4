//! Windows event logs up to Server 2003 (`.evt`).

use super::model::Reading;
use super::stream::EvidenceStream;
use super::{ReadContext, Reader};
use crate::case::{Format, FoundFile};

pub struct EvtReader;

impl Reader for EvtReader {
    fn format(&self) -> Format {
        Format::Evt
    }

    fn read(
        &self,
        _file: &FoundFile,
        _stream: &mut EvidenceStream<'_>,
        _context: &ReadContext<'_>,
    ) -> Reading {
        Reading::default()
    }
}
