//! The store of the server.
