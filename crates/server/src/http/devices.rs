//! Devices: when they were last heard, and revoking them.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::audit::Deed;
use domain::fault::{Fault, FaultCodeName};
use domain::identity::{DeviceId, StaffNo};
use domain::time::UtcMillis;
use serde::Serialize;
use store::server::devices::{self, Device};
use utoipa::ToSchema;

use crate::audit::{Place, note};
use crate::exchange::credential::known;
use crate::http::answer::{ErrorBody, Refusal};
use crate::http::app::App;
use crate::http::orders::NothingBody;
use crate::http::request::{Body, InAddress, KeptAnswer, SignedIn, once};

/// A device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DeviceView {
    id: DeviceId,
    staff_no: StaffNo,
    name: String,
    enrolled_at: UtcMillis,
    /// `null` when it was never heard.
    last_heard_at: Option<UtcMillis>,
    /// `null` while it is good.
    revoked_at: Option<UtcMillis>,
}

/// Every device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DeviceList {
    devices: Vec<DeviceView>,
}

impl From<Device> for DeviceView {
    fn from(device: Device) -> Self {
        Self {
            id: device.id,
            staff_no: device.staff_no,
            name: device.holder.name,
            enrolled_at: device.enrolled_at,
            last_heard_at: device.last_heard_at,
            revoked_at: device.revoked_at,
        }
    }
}

/// Every device, the one heard last first: system or security administrator.
#[utoipa::path(get, path = "/api/devices", tag = "devices", responses((status = 200, body = DeviceList), (status = 403, body = ErrorBody)))]
pub async fn list_devices(State(app): State<App>, _person: SignedIn) -> Result<Json<DeviceList>, Refusal> {
    let devices = app.read(|database, _| Ok(devices::all(database)?)).await?;
    Ok(Json(DeviceList { devices: devices.into_iter().map(DeviceView::from).collect() }))
}

/// Revokes a device: it may still send for review, and gets nothing else. System or security administrator.
#[utoipa::path(post, path = "/api/devices/{id}/revoke", tag = "devices", request_body = NothingBody,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = DeviceView), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn revoke_device(
    State(app): State<App>,
    SignedIn(person): SignedIn,
    InAddress(id): InAddress,
    body: Body<NothingBody>,
) -> Result<KeptAnswer, Refusal> {
    let no_device = || Fault::new(FaultCodeName::NotFound, "there is no such device");
    let device: DeviceId = id.parse().map_err(|_| Refusal(no_device()))?;
    let answer = app.write(move |database, occasion| {
        once(database, &person, body.identity.as_ref(), occasion, StatusCode::OK, || {
            let is_good = known(database, device).map_err(|_| no_device())?.revoked_at.is_none();
            devices::revoke(database, device, occasion.now, person.staff_no())?;
            if is_good {
                note(database, Deed::DeviceRevoked, Some(person.staff_no()), &device.to_string(), &Place::Session, occasion)?;
            }
            Ok(DeviceView::from(known(database, device)?))
        })
    });
    Ok(answer.await?)
}
