//! Something that is made when it is first asked for, by one who asks while the others wait.

use std::sync::{Arc, Mutex, PoisonError};

/// Not made yet, or made and shared. Making that failed is tried again by the next who asks.
pub struct MadeOnce<T>(Mutex<Option<Arc<T>>>);

impl<T> MadeOnce<T> {
    /// Nothing yet.
    pub fn empty() -> Self {
        Self(Mutex::new(None))
    }

    /// What was made, or what `make` makes now.
    ///
    /// # Errors
    /// As `make` fails.
    pub fn get_or_make<E>(&self, make: impl FnOnce() -> Result<T, E>) -> Result<Arc<T>, E> {
        // Who panicked while making has made nothing.
        let mut made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(made) = made.as_ref() {
            return Ok(Arc::clone(made));
        }
        let new = Arc::new(make()?);
        *made = Some(Arc::clone(&new));
        Ok(new)
    }

    /// What was made, for the end of the process: whoever makes it just now is waited for, and whoever asks later waits until the
    /// process is gone.
    pub fn take_for_good(&self) -> Option<Arc<T>> {
        let made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let last = made.clone();
        std::mem::forget(made);
        last
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[test]
    fn two_first_calls_at_once_make_one() {
        let (once, calls, together) = (MadeOnce::empty(), AtomicU32::new(0), Barrier::new(4));
        let ask = || {
            together.wait();
            once.get_or_make(|| {
                // The others get every chance to begin as well.
                std::thread::yield_now();
                Ok::<u32, ()>(calls.fetch_add(1, Ordering::SeqCst))
            })
        };
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(ask)).collect();
            assert!(threads.into_iter().all(|thread| thread.join().is_ok_and(|made| made == Ok(Arc::new(0)))));
        });
        assert_eq!(calls.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn what_failed_is_tried_again() {
        let once = MadeOnce::empty();
        assert_eq!(once.get_or_make(|| Err::<u32, &str>("no")), Err("no"));
        assert_eq!(once.get_or_make(|| Ok::<u32, &str>(7)), Ok(Arc::new(7)));
        assert_eq!(once.take_for_good(), Some(Arc::new(7)));
    }

    #[test]
    fn what_was_never_made_is_not_made_at_the_end() {
        assert_eq!(MadeOnce::<u32>::empty().take_for_good(), None);
    }
}
