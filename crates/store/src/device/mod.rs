//! The store of a device: sealed, of one person.
