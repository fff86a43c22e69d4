//! Sender and recipients of the message that a connection is about.
//!
//! The log numbers no connections: two of the same peer at the same time cannot be told apart, and then nothing is said
//! of their recipients.

use std::collections::HashMap;

/// Addresses and peers that are remembered, in bytes; beyond that all are forgotten.
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// The connections of a log that are under way.
#[derive(Default)]
pub struct Sessions {
    by_peer: HashMap<Box<[u8]>, Session>,
    bytes: usize,
    key: Vec<u8>,
}

/// What the lines of one peer said since its last message.
#[derive(Default)]
pub struct Session {
    /// Messages begun and not ended: more than one, and they are of several connections.
    open: u32,
    mixed: bool,
    sender: Vec<u8>,
    recipients: Vec<Box<[u8]>>,
    /// The service has said DATA: the next positive reply accepts the message.
    data: bool,
}

/// Sender and recipients of a message, as far as they are certain.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Envelope {
    pub sender: Vec<u8>,
    pub recipients: Vec<Box<[u8]>>,
}

impl Session {
    /// Bytes of its addresses.
    fn bytes(&self) -> usize {
        let each = self.recipients.iter();
        let recipients: usize = each.map(|to| to.len() + size_of::<Box<[u8]>>()).sum();
        recipients + self.sender.len()
    }
}

impl Sessions {
    /// `parts` tell one peer from another: its address and its name.
    fn of(&mut self, parts: &[&[u8]]) -> &mut Session {
        self.key.clear();
        for part in parts {
            self.key.extend_from_slice(part);
            self.key.push(0);
        }
        if self.bytes > MOST_BYTES {
            self.by_peer.clear();
            self.bytes = 0;
        }
        if !self.by_peer.contains_key(self.key.as_slice()) {
            self.bytes += self.key.len() + size_of::<Session>();
        }
        self.by_peer.entry(self.key.as_slice().into()).or_default()
    }

    /// MAIL: a message begins.
    pub fn mail(&mut self, peer: &[&[u8]], sender: &[u8]) {
        let session = self.of(peer);
        let before = session.bytes();
        session.open = session.open.saturating_add(1);
        session.mixed |= session.open > 1;
        session.data = false;
        session.recipients.clear();
        session.sender = sender.to_vec();
        self.bytes = self.bytes.saturating_sub(before) + sender.len();
    }

    /// RCPT: one more recipient.
    pub fn recipient(&mut self, peer: &[&[u8]], to: &[u8]) {
        let session = self.of(peer);
        if session.open > 0 && !session.mixed {
            session.recipients.push(to.into());
            self.bytes += to.len() + size_of::<Box<[u8]>>();
        }
    }

    /// The service has said DATA.
    pub fn data(&mut self, peer: &[&[u8]]) {
        self.of(peer).data = true;
    }

    /// Whether the service has said DATA, and has no answer yet.
    pub fn awaits_answer(&mut self, peer: &[&[u8]]) -> bool {
        self.of(peer).data
    }

    /// The message was accepted, or refused: who it was from and for.
    pub fn end(&mut self, peer: &[&[u8]]) -> Envelope {
        let session = self.of(peer);
        let before = session.bytes();
        session.data = false;
        let known = session.open == 1 && !session.mixed;
        session.open = session.open.saturating_sub(1);
        let envelope = Envelope {
            sender: std::mem::take(&mut session.sender),
            recipients: std::mem::take(&mut session.recipients),
        };
        if session.open == 0 {
            session.mixed = false;
        }
        self.bytes = self.bytes.saturating_sub(before);
        if known { envelope } else { Envelope::default() }
    }

    /// RSET or QUIT: a message that was begun is not sent. Of several connections it may be either's.
    pub fn drop_message(&mut self, peer: &[&[u8]]) {
        let session = self.of(peer);
        if session.open > 1 {
            return;
        }
        let freed = session.bytes() + size_of::<Session>();
        self.by_peer.remove(self.key.as_slice());
        self.bytes = self.bytes.saturating_sub(freed + self.key.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEER: &[&[u8]] = &[b"10.0.0.1", b"h"];

    #[test]
    fn connections_that_mix_say_nothing() {
        let mut sessions = Sessions::default();
        sessions.mail(PEER, b"a@b");
        sessions.recipient(PEER, b"c@d");
        let envelope = sessions.end(PEER);
        assert_eq!(
            (envelope.sender.as_slice(), envelope.recipients.len()),
            (&b"a@b"[..], 1)
        );
        assert_eq!(sessions.end(PEER), Envelope::default());
        sessions.mail(PEER, b"a@b");
        sessions.recipient(PEER, b"c@d");
        sessions.mail(PEER, b"e@f");
        sessions.recipient(PEER, b"g@h");
        assert_eq!(sessions.end(PEER), Envelope::default());
        assert_eq!(sessions.end(PEER), Envelope::default());
        sessions.mail(PEER, b"i@j");
        sessions.drop_message(PEER);
        sessions.mail(PEER, b"k@l");
        assert_eq!(sessions.end(PEER).sender, b"k@l");
    }
}
