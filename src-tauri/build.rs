//! Reads `tauri.conf.json` and the capabilities, and names the one command a page may be allowed to use.

use std::error::Error;
use std::path::Path;

/// What the window shows, from here; the same as `frontendDist` in `tauri.conf.json`.
const PAGES: &str = "../ui/worker/dist";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={PAGES}");
    if !Path::new(PAGES).join("index.html").is_file() {
        return Err("the pages of the window are not built yet: run `npm ci && npm run build` in ui/, then build again".into());
    }
    let commands = tauri_build::AppManifest::new().commands(&["call"]);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(commands)).map_err(|error| format!("{error:#}").into())
}
