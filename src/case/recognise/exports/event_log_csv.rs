use crate::case::recognise::{Head, Recognised};

pub fn recognise(_head: &Head<'_>) -> Option<Recognised> {
    None
}
