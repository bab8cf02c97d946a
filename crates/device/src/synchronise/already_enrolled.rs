//! Why a device cannot become somebody's, and what to do.

use domain::fault::{Fault, FaultCodeName};

/// Somebody works with it.
pub fn in_use() -> Fault {
    Fault::new(
        FaultCodeName::AlreadyEnrolled,
        "this device belongs to somebody already; log out first (with \"confirmed\":true where work is unsent): the work stays here, and goes along to \
         another address with a code for the same person",
    )
}

/// One store is one person's while work of that person waits in it.
pub fn somebody_elses() -> Fault {
    Fault::new(
        FaultCodeName::AlreadyEnrolled,
        "this device holds the work of another person, which stays here; enrol it with a code of that person, synchronise and log out; \
         or use another data folder",
    )
}

/// The code was asked about, and another enrolment was accepted before the answer came.
pub fn enrolled_meanwhile() -> Fault {
    Fault::new(
        FaultCodeName::AlreadyEnrolled,
        "this device was enrolled by another program meanwhile; nothing was changed; look at its status",
    )
}
