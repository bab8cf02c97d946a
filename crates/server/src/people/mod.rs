//! Who somebody is: roles from the staff list and from the teams they lead, accounts of the centre.

pub mod account;
pub mod code;
pub mod password;
pub mod person;
pub mod session;

pub use person::Person;
