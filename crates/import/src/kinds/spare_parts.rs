//! spare_parts.csv

use std::collections::{HashMap, HashSet};

use domain::identity::PartCode;
use domain::money::Fen;
use domain::reference::{PartPriceFrom, SparePart, Trade};

use super::Kind;
use crate::cell::{barcode, choice, number};
use crate::cells::Cells;
use crate::finding::{Reason, Remark};
use crate::sheet::Sheet;
use crate::target::Target;

impl Kind for SparePart {
    const FILE: &'static str = "spare_parts.csv";
    const COLUMNS: &'static [&'static str] =
        &["part_code", "name", "brand", "unit", "trade", "unit_price_yuan", "supplier_barcode", "serialised"];
    const KEY: &'static [&'static str] = &["part_code"];
    const TARGET: Option<Target> = Some(Target::Part);

    fn read(cells: &mut Cells<'_>) -> Option<Self> {
        let part_code = cells.code("part_code");
        let name = cells.text("name");
        let brand = cells.optional_text("brand");
        let unit = cells.text("unit");
        let trade = cells.reference("trade", Target::Trade);
        let unit_price_fen = cells.required("unit_price_yuan", number::money);
        let supplier_barcode = cells.optional("supplier_barcode", barcode::of_goods);
        let serialised = cells.required("serialised", choice::yes_no);
        Some(Self {
            part_code: PartCode(part_code?),
            name: name?,
            brand: brand?,
            unit: unit?,
            trade: Trade(trade?),
            unit_price_fen: unit_price_fen?,
            supplier_barcode: supplier_barcode?,
            serialised: serialised?,
        })
    }

    fn key(&self) -> Vec<String> {
        vec![self.part_code.to_string()]
    }
}

/// Warns of a supplier barcode that another part carries already: a scan of it will have to be asked about.
pub(crate) fn warn_of_shared_barcodes(sheet: &mut Sheet<SparePart>, stored: &[SparePart]) {
    let here: HashSet<&PartCode> = sheet.drafts.iter().filter_map(|draft| Some(&draft.standing()?.part_code)).collect();
    let elsewhere = stored.iter().filter(|part| !here.contains(&part.part_code));
    let mut carriers: HashMap<&str, &PartCode> =
        elsewhere.filter_map(|part| Some((part.supplier_barcode.as_deref()?, &part.part_code))).collect();
    let mut remarks = Vec::new();
    for (index, draft) in sheet.drafts.iter().enumerate() {
        let Some(part) = draft.standing() else { continue };
        let Some(barcode) = part.supplier_barcode.as_deref() else { continue };
        let carrier = *carriers.entry(barcode).or_insert(&part.part_code);
        if *carrier != part.part_code {
            let reason = format!("The part {carrier} carries the same supplier barcode; a scan of it will ask which part is meant");
            let remark = Remark::warning(Reason::SharedBarcode, reason).suggest("Check the barcode, or print an own label for this part");
            remarks.push((index, "supplier_barcode", barcode.to_owned(), remark));
        }
    }
    sheet.remark_all(remarks);
}

/// Warns of a changed price that lasts only until the day of another one, stored before: nobody may remember it.
pub(crate) fn warn_of_later_prices(sheet: &mut Sheet<SparePart>, stored: &[SparePart], to_come: &[PartPriceFrom]) {
    let now: HashMap<&PartCode, Fen> = stored.iter().map(|part| (&part.part_code, part.unit_price_fen)).collect();
    let mut next: HashMap<&PartCode, &PartPriceFrom> = HashMap::new();
    for price in to_come {
        let earliest = next.entry(&price.part_code).or_insert(price);
        if price.valid_from < earliest.valid_from {
            *earliest = price;
        }
    }
    let mut remarks = Vec::new();
    for (index, draft) in sheet.drafts.iter().enumerate() {
        let Some(part) = draft.standing() else { continue };
        let Some(later) = next.get(&part.part_code).filter(|later| later.unit_price_fen != part.unit_price_fen) else { continue };
        if now.get(&part.part_code) != Some(&part.unit_price_fen) {
            remarks.push((index, "unit_price_yuan", yuan(part.unit_price_fen), later_price_stands(later)));
        }
    }
    sheet.remark_all(remarks);
}

fn later_price_stands(later: &PartPriceFrom) -> Remark {
    let PartPriceFrom { unit_price_fen, valid_from, .. } = later;
    let reason = format!("A price of {} is stored from {valid_from} on and takes over on that day", yuan(*unit_price_fen));
    Remark::warning(Reason::LaterPriceStands, reason)
        .suggest(format!("If this price is to go on, import the row again with --effective {valid_from}"))
}

fn yuan(price: Fen) -> String {
    format!("{}.{:02}", price.0.div_euclid(100), price.0.rem_euclid(100))
}
