//! Identifiers and codes. An identifier is made by us (UUIDv7); a code is the hospital's own and kept as it is written,
//! because leading zeros matter and contractors carry a letter (`domain.md`, "Things").

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema)]
        #[serde(transparent)]
        #[ts(type = "string")]
        #[schema(value_type = String, format = "uuid")]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(formatter)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    };
}

identifier!(
    /// One work order, for ever. The human number ([`crate::event::EventBody::Numbered`]) comes later, from the server.
    OrderId
);
identifier!(
    /// One event. It is also the Automerge actor of the commit that carries the event.
    EventId
);
identifier!(
    /// One enrolled device store, or the server itself.
    DeviceId
);

macro_rules! code {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema)]
        #[serde(transparent)]
        #[ts(type = "string")]
        #[schema(value_type = String)]
        pub struct $name(pub String);

        impl $name {
            /// The code as the hospital writes it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    };
}

code!(
    /// Employee number (工号). Numbers are reissued, so a number means a person only together with a date.
    StaffNo
);
code!(
    /// Campus (院区).
    CampusCode
);
code!(
    /// Department (科室).
    DepartmentCode
);
code!(
    /// Maintenance team (班组).
    TeamCode
);
code!(
    /// Place (位置), also the content of its QR label.
    LocationCode
);
code!(
    /// Fault class (故障分类).
    FaultCode
);
code!(
    /// Spare part (备件).
    PartCode
);
code!(
    /// Store of parts (库房).
    WarehouseCode
);
code!(
    /// Repair item of the price list (维修项目).
    ItemCode
);
code!(
    /// Contractor (外包单位).
    ContractorCode
);

impl StaffNo {
    /// The recorder of events that the server writes by rule and not for a person.
    pub fn system() -> Self {
        Self::from("system")
    }
}

impl OrderId {
    /// The number an order carries until the server has given it one: `临-` and five Crockford characters of the
    /// random part of its id (`architecture.md`, "Time, money, identity").
    pub fn temporary_number(&self) -> String {
        const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        let random = self.0.as_u128() & ((1 << 25) - 1);
        let characters = (0..5u32).rev().map(|place| {
            let digit = usize::try_from((random >> (place.saturating_mul(5))) & 31).unwrap_or(0);
            CROCKFORD.get(digit).copied().map_or('0', char::from)
        });
        format!("临-{}", characters.collect::<String>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn temporary_number_is_five_crockford_characters_of_the_random_end() {
        let id = OrderId(Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_01ff_ffff));
        assert_eq!(id.temporary_number(), "临-ZZZZZ");
        assert_eq!(OrderId(Uuid::from_u128(33)).temporary_number(), "临-00011");
    }
}
