//! Which pages of the app are open, and until when: each page names itself by a word that only it knows, and forgets it when it
//! is loaded anew or goes to the background.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::time::UtcMillis;

/// The most pages that are open at once; the one that was touched longest ago locks.
const MOST_PAGES: usize = 32;
/// A word of fewer characters could be guessed.
const FEWEST_CHARACTERS: usize = 32;
/// Nobody needs a longer one.
const MOST_CHARACTERS: usize = 64;

/// The word by which a page names itself, chosen by it at random.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PageId(String);

impl PageId {
    /// The word, if it is one that nobody guesses.
    pub fn read(word: &str) -> Option<Self> {
        let fits = (FEWEST_CHARACTERS..=MOST_CHARACTERS).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_graphic());
        fits.then(|| Self(word.to_owned()))
    }
}

/// An instant by both clocks. The program's own cannot be set, but may stand still while the phone sleeps; the other one goes on
/// then, but may be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Since the program began.
    pub running: Duration,
    /// The device's time.
    pub clock: UtcMillis,
}

impl Moment {
    /// How long ago `earlier` was, by the clock that says more.
    fn since(self, earlier: Self) -> Duration {
        let by_clock = u64::try_from(self.clock.since(earlier.clock)).map_or(Duration::ZERO, Duration::from_millis);
        self.running.saturating_sub(earlier.running).max(by_clock)
    }
}

/// The pages that are open, with their last touch.
#[derive(Debug, Default)]
pub struct OpenPages {
    touched: BTreeMap<PageId, Moment>,
}

impl OpenPages {
    /// Whether a page is open still; one that nobody has touched for `idle` locks.
    pub fn is_open(&mut self, page: &PageId, now: Moment, idle: Duration) -> bool {
        self.touched.retain(|_, touched| now.since(*touched) < idle);
        self.touched.contains_key(page)
    }

    /// Opens a page.
    pub fn open(&mut self, page: &PageId, now: Moment) {
        self.touched.insert(page.clone(), now);
        while self.touched.len() > MOST_PAGES {
            let longest_ago = self.touched.iter().max_by_key(|(_, touched)| now.since(**touched)).map(|(page, _)| page.clone());
            longest_ago.map(|page| self.touched.remove(&page));
        }
    }

    /// Somebody has touched a page; one that is locked stays locked.
    pub fn touch(&mut self, page: &PageId, now: Moment) {
        if let Some(touched) = self.touched.get_mut(page) {
            *touched = now;
        }
    }

    /// Locks a page.
    pub fn lock(&mut self, page: &PageId) {
        self.touched.remove(page);
    }

    /// Locks every page.
    pub fn lock_all(&mut self) {
        self.touched.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDLE: Duration = Duration::from_secs(300);

    fn page(number: usize) -> PageId {
        PageId::read(&format!("{number:032}")).unwrap()
    }

    fn at(running: u64, clock: i64) -> Moment {
        Moment { running: Duration::from_secs(running), clock: UtcMillis(clock.saturating_mul(1_000)) }
    }

    #[test]
    fn a_word_that_can_be_guessed_is_none() {
        for (word, fits) in [("", false), ("1", false), (&"a".repeat(31), false), (&"a".repeat(32), true), (&"a".repeat(65), false)] {
            assert_eq!(PageId::read(word).is_some(), fits, "{word}");
        }
        assert_eq!(PageId::read(&" ".repeat(40)), None);
    }

    #[test]
    fn a_page_stays_open_as_long_as_it_is_touched() {
        let mut pages = OpenPages::default();
        pages.open(&page(1), at(0, 0));
        assert!(pages.is_open(&page(1), at(299, 299), IDLE));
        pages.touch(&page(1), at(299, 299));
        assert!(pages.is_open(&page(1), at(598, 598), IDLE));
        assert!(!pages.is_open(&page(1), at(599, 599), IDLE));
        pages.touch(&page(1), at(599, 599));
        assert!(!pages.is_open(&page(1), at(599, 599), IDLE), "a touch opens nothing");
        assert!(!pages.is_open(&page(2), at(0, 0), IDLE));
    }

    #[test]
    fn neither_sleep_nor_a_clock_that_is_set_keeps_a_page_open() {
        for later in [at(300, 0), at(0, 300), at(300, -9_000)] {
            let mut pages = OpenPages::default();
            pages.open(&page(1), at(0, 0));
            assert!(!pages.is_open(&page(1), later, IDLE), "{later:?}");
        }
    }

    #[test]
    fn of_too_many_pages_the_one_locks_that_nobody_has_touched_for_longest() {
        let mut pages = OpenPages::default();
        (0..=MOST_PAGES).for_each(|number| pages.open(&page(number), at(number as u64, 0)));
        let now = at(40, 40);
        assert!(!pages.is_open(&page(0), now, IDLE) && pages.is_open(&page(1), now, IDLE) && pages.is_open(&page(MOST_PAGES), now, IDLE));
    }
}
