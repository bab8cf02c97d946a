//! price_list.csv: 收费标准, one row for each period of an item.

use domain::identity::ItemCode;
use domain::reference::{PriceItem, Trade, Validity};

use super::Kind;
use crate::cell::{choice, number};
use crate::cells::Cells;
use crate::periods::Dated;
use crate::target::Target;

impl Kind for PriceItem {
    const FILE: &'static str = "price_list.csv";
    const COLUMNS: &'static [&'static str] = &[
        "item_code",
        "trade",
        "name",
        "unit",
        "unit_price_yuan",
        "standard_hours",
        "includes_material",
        "valid_from",
        "valid_to",
        "document_no",
    ];
    const KEY: &'static [&'static str] = &["item_code", "valid_from"];
    const TARGET: Option<Target> = None;

    fn read(cells: &mut Cells<'_>) -> Option<Self> {
        let item_code = cells.code("item_code");
        let trade = cells.reference("trade", Target::Trade);
        let name = cells.text("name");
        let unit = cells.text("unit");
        let unit_price_fen = cells.required("unit_price_yuan", number::money);
        let standard_hours_hundredths = cells.required("standard_hours", number::hours);
        let includes_material = cells.required("includes_material", choice::yes_no);
        let validity = cells.validity("valid_from", "valid_to");
        let document_no = cells.optional_text("document_no");
        Some(Self {
            item_code: ItemCode(item_code?),
            trade: Trade(trade?),
            name: name?,
            unit: unit?,
            unit_price_fen: unit_price_fen?,
            standard_hours_hundredths: standard_hours_hundredths?,
            includes_material: includes_material?,
            validity: validity?,
            document_no: document_no?,
        })
    }

    fn key(&self) -> Vec<String> {
        vec![self.item_code.to_string(), self.validity.valid_from.to_string()]
    }
}

impl Dated for PriceItem {
    fn shared_code(&self) -> &str {
        self.item_code.as_str()
    }

    fn validity(&self) -> Validity {
        self.validity
    }

    /// A price with another first day is another price.
    fn corrects_first_day_of(&self, _stored: &Self) -> bool {
        false
    }
}
