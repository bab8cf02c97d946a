//! A bare client: downloads into a sealed table, posts events and keeps their receipts.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use reqwest::blocking::Client;
use rusqlite::Connection;

use super::store::{Posted, Receipt, insert_orders, keep_receipts};
use crate::bench::Failure;

/// A client for one bare server.
pub struct BareClient {
    http: Client,
    url: String,
}

impl BareClient {
    /// Made beforehand, as an app's client is.
    ///
    /// # Errors
    /// When no client can be made.
    pub fn new(url: &str) -> Result<Self, Failure> {
        Ok(Self { http: Client::builder().no_proxy().build()?, url: url.to_owned() })
    }

    /// Downloads all orders into the table, durably; the bytes that travelled.
    ///
    /// # Errors
    /// When the server or the table fails; so for every function here.
    pub fn download(&self, connection: &mut Connection) -> Result<usize, Failure> {
        let body = self.http.get(format!("{}/orders", self.url)).send()?.error_for_status()?.bytes()?;
        let mut lines = String::new();
        GzDecoder::new(body.as_ref()).read_to_string(&mut lines)?;
        insert_orders(connection, &lines)?;
        Ok(body.len())
    }

    /// Posts a body of [`posting`] and keeps its receipts, durably on both sides.
    pub fn post(&self, connection: &mut Connection, body: Vec<u8>) -> Result<(), Failure> {
        let answer = self.http.post(format!("{}/events", self.url)).body(body).send()?.error_for_status()?.bytes()?;
        let receipts: Vec<Receipt> = serde_json::from_slice(&answer)?;
        keep_receipts(connection, &receipts)
    }
}

/// The compressed body that posts these events.
pub fn posting(events: &[Posted<'_>]) -> Result<Vec<u8>, Failure> {
    gzipped(&serde_json::to_vec(events)?)
}

/// gzip at its usual level.
pub fn gzipped(bytes: &[u8]) -> Result<Vec<u8>, Failure> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}
