//! How much went through, and from when to when the lines speak, by server and virtual server.

use std::collections::BTreeMap;

use crate::evidence::model::{CELL, Cell};
use crate::stats::sketch::Sketch;
use crate::time::{SECOND, Timestamp};

/// Servers that are told apart in one file, far more than can write one.
const MOST_SERVERS: usize = 64;

/// Cells that are counted in one file: a year of every ten minutes, where a log is of a day.
const MOST_CELLS: usize = 366 * 144;

/// The counts of one file, or of a part of it.
#[derive(Default)]
pub struct Servers {
    /// In the order of their first lines.
    pub all: Vec<Server>,
    /// Index of the server of the line before: mostly that of the next, too.
    last: usize,
    cells: usize,
    /// Lines of servers beyond [`MOST_SERVERS`], and of times beyond [`MOST_CELLS`].
    pub uncounted: u64,
}

/// The lines of one server.
pub struct Server {
    /// As the lines spell it; empty where they do not name it.
    pub name: Box<[u8]>,
    pub virtual_server: Option<u32>,
    /// Number of the first of its lines.
    pub first: u64,
    pub lines: u64,
    pub from: Timestamp,
    pub to: Timestamp,
    pub cells: BTreeMap<i64, Cell>,
    /// The cell of the line before, not yet among the others.
    open: (i64, Cell),
}

/// What one line adds.
pub struct Count {
    /// Number of the line.
    pub line: u64,
    pub at: Timestamp,
    /// A final documented step, with the microseconds since submission where they are known.
    pub done: Option<Option<i64>>,
}

impl Servers {
    pub fn add(&mut self, name: &[u8], virtual_server: Option<u32>, count: &Count) {
        let Some(index) = self.index(name, virtual_server, count) else {
            self.uncounted += 1;
            return;
        };
        self.last = index;
        let room = self.cells < MOST_CELLS;
        let Some(server) = self.all.get_mut(index) else {
            return;
        };
        server.lines += 1;
        server.from = server.from.min(count.at);
        server.to = server.to.max(count.at);
        let cell = count.at.micros().div_euclid(CELL);
        if server.open.0 != cell || server.open.1.lines == 0 {
            if !room && !server.cells.contains_key(&cell) {
                self.uncounted += 1;
                return;
            }
            self.cells += server.close();
            server.open.0 = cell;
        }
        let open = &mut server.open.1;
        open.lines += 1;
        if let Some(delay) = count.done {
            open.finals += 1;
            if let Some(delay) = delay {
                open.delays.add(delay as f64 / SECOND as f64);
            }
        }
    }

    fn index(&mut self, name: &[u8], virtual_server: Option<u32>, count: &Count) -> Option<usize> {
        let same =
            |server: &Server| *server.name == *name && server.virtual_server == virtual_server;
        if self.all.get(self.last).is_some_and(same) {
            return Some(self.last);
        }
        if let Some(known) = self.all.iter().position(same) {
            return Some(known);
        }
        (self.all.len() < MOST_SERVERS).then(|| {
            self.all.push(Server {
                name: name.into(),
                virtual_server,
                first: count.line,
                lines: 0,
                from: count.at,
                to: count.at,
                cells: BTreeMap::new(),
                open: (0, Cell::default()),
            });
            self.all.len() - 1
        })
    }

    /// Adds the counts of the part that follows, whose lines are numbered on from `lines`.
    pub fn merge(&mut self, more: Self, lines: u64) {
        self.uncounted += more.uncounted;
        self.close();
        for mut server in more.all {
            server.close();
            let first = Count {
                line: server.first.saturating_add(lines),
                at: server.from,
                done: None,
            };
            let Some(index) = self.index(&server.name, server.virtual_server, &first) else {
                self.uncounted += server.lines;
                continue;
            };
            let Some(own) = self.all.get_mut(index) else {
                continue;
            };
            own.lines += server.lines;
            own.from = own.from.min(server.from);
            own.to = own.to.max(server.to);
            for (number, cell) in server.cells {
                if self.cells >= MOST_CELLS && !own.cells.contains_key(&number) {
                    self.uncounted += cell.lines;
                    continue;
                }
                self.cells += add(&mut own.cells, number, cell);
            }
        }
    }

    /// Puts every open cell among the others.
    pub fn close(&mut self) {
        for server in &mut self.all {
            self.cells += server.close();
        }
    }
}

impl Server {
    /// How many cells there are more.
    fn close(&mut self) -> usize {
        let (number, cell) = std::mem::take(&mut self.open);
        if cell.lines == 0 {
            return 0;
        }
        add(&mut self.cells, number, cell)
    }
}

/// Adds a cell to the others; how many there are more.
pub fn add(cells: &mut BTreeMap<i64, Cell>, number: i64, cell: Cell) -> usize {
    match cells.get_mut(&number) {
        None => {
            cells.insert(number, cell);
            1
        }
        Some(own) => {
            own.lines += cell.lines;
            own.finals += cell.finals;
            merge(&mut own.delays, &cell.delays);
            0
        }
    }
}

fn merge(own: &mut Sketch, more: &Sketch) {
    if more.count() > 0 {
        own.merge(more);
    }
}
