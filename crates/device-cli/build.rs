//! The worker's app is built by npm and may not be there yet: an empty folder compiles, and serves a sentence instead.

fn main() {
    let app = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/worker/dist");
    if let Err(error) = std::fs::create_dir_all(&app) {
        println!("cargo::warning=the folder of the worker's app cannot be made: {error}");
    }
    println!("cargo::rerun-if-changed=../../ui/worker/dist");
}
