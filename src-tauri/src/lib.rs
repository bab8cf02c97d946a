//! The window around the worker's app: it shows the built pages and passes their commands to the `device` room.
//!
//! Invariants
//! - One command, `call`: what the window can do, `plantroom-device call` can do too, and the other way round.
//! - The device works off the window's thread: nothing on the worker's path makes the window stand still.
//! - A page may ask for `call` and, on a phone, for the bar code camera; for nothing else of the system (`capabilities/`).
//!
//! Never add here: rules, SQL, a second command, state that the device does not keep.

mod call;
mod made_once;
mod permissions;

use std::path::PathBuf;

use tauri::{App, Manager, RunEvent};

use crate::call::OpenedDevice;

/// Opens the window and returns when it is closed. `data` is the device's store, `None` the system's folder for this app.
///
/// # Errors
/// When the system gives no window or no folder for data.
pub fn open(data: Option<PathBuf>) -> tauri::Result<()> {
    keep_threads_to_the_end()?;
    let builder = tauri::Builder::default();
    #[cfg(mobile)]
    let builder = builder.plugin(tauri_plugin_barcode_scanner::init());
    let app = builder
        .on_permission_request(|_, kind| permissions::judge(&kind))
        .invoke_handler(tauri::generate_handler![call::call])
        .setup(|app| Ok(manage_device(app, data)?))
        .build(tauri::generate_context!())?;
    app.run(|app, event| {
        if matches!(event, RunEvent::Exit) {
            app.state::<OpenedDevice>().rest();
        }
    });
    Ok(())
}

/// Commands are carried out by threads of Tauri's runtime. One that worked on the sealed store may not end beside the process
/// ([`device::App::rest`]), and they would end by themselves after ten idle seconds.
fn keep_threads_to_the_end() -> tauri::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_keep_alive(device::UNTIL_THE_END).build()?;
    tauri::async_runtime::set(runtime.handle().clone());
    std::mem::forget(runtime);
    Ok(())
}

/// The device is there before the first page asks for it.
fn manage_device(app: &App, data: Option<PathBuf>) -> tauri::Result<()> {
    let folder = data.map_or_else(|| app.path().app_data_dir(), Ok)?;
    app.manage(OpenedDevice::within(folder));
    Ok(())
}

/// Where a phone's system enters the app.
#[cfg(mobile)]
#[tauri::mobile_entry_point]
fn start_on_phone() {
    if let Err(error) = open(None) {
        eprintln!("plantroom: the app could not be opened: {error}");
    }
}
