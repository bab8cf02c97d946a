//! Role × route of the server.

use super::kinds::may_record_at_centre;
use super::scopes::{OrderScope, scope_of};
use crate::role::Role;

/// Methods that the server's routes have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Looks.
    Get,
    /// Does.
    Post,
    /// Ends.
    Delete,
}

impl Method {
    /// As it is written in a request.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Delete => "DELETE",
        }
    }
}

/// What a route asks of whoever calls it, before anything is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RouteAsks {
    /// Nothing.
    Nothing,
    /// A one-time code in the body.
    Code,
    /// A device's credential.
    Credential,
    /// A session, in whatever role, or in none.
    AnySession,
    /// A session in one of these roles.
    Session(&'static [Role]),
    /// A session in a role for which the server may record this kind.
    RecorderOf(&'static str),
    /// A session in a role to which the centre shows orders.
    ViewerOfOrders,
}

impl RouteAsks {
    /// Whether a session in this role is enough; `None` where no session is asked for.
    pub fn permits(self, role: Role) -> Option<bool> {
        match self {
            Self::Nothing | Self::Code | Self::Credential => None,
            Self::AnySession => Some(true),
            Self::Session(roles) => Some(roles.contains(&role)),
            Self::RecorderOf(kind) => Some(may_record_at_centre(role, kind)),
            Self::ViewerOfOrders => Some(scope_of(role, false) != OrderScope::OwnPart),
        }
    }
}

/// What a route does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// Opens a session.
    SignIn,
    /// Whose session it is.
    WhoAmI,
    /// Closes the session.
    SignOut,
    /// Files an order.
    CreateOrder,
    /// A page of a list.
    ListOrders,
    /// One order, whole; one that is not in the person's scope does not exist for them.
    GetOrder,
    /// 派单
    Dispatch,
    /// 班组受理
    AcceptForTeam,
    /// 派工
    Assign,
    /// 改派
    Reassign,
    /// 回退
    Return,
    /// 取消
    Cancel,
    /// 合并
    Merge,
    /// What was set aside and what is held.
    ListSetAside,
    /// 准予生效
    AdmitSetAside,
    /// 维持不生效
    LeaveSetAside,
    /// Confirmations that somebody has to look at.
    ListFlagged,
    /// 已核查
    SeeFlagged,
    /// Who signed in, was given what, decided what.
    ListAudit,
    /// Every device.
    ListDevices,
    /// Revokes a device.
    RevokeDevice,
    /// Teams to choose from.
    ListTeams,
    /// Fault classes to choose from.
    ListFaults,
    /// Places to choose from.
    SearchLocations,
    /// Departments to choose from.
    SearchDepartments,
    /// The description of these routes.
    OpenApi,
    /// Both directions of a device's sync.
    Exchange,
    /// A device comes to a person.
    Enroll,
    /// Whether the server runs.
    Health,
    /// A file of the centre's page.
    Page,
}

/// One route and who may call it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RouteLine {
    /// What it does.
    pub route: Route,
    /// With which method.
    pub method: Method,
    /// Where; `{id}` stands for an id.
    pub path: &'static str,
    /// What it asks.
    pub asks: RouteAsks,
}

const fn get(path: &'static str, route: Route, asks: RouteAsks) -> RouteLine {
    RouteLine { route, method: Method::Get, path, asks }
}

const fn post(path: &'static str, route: Route, asks: RouteAsks) -> RouteLine {
    RouteLine { route, method: Method::Post, path, asks }
}

const fn page(path: &'static str) -> RouteLine {
    get(path, Route::Page, RouteAsks::Nothing)
}

/// Who looks after devices.
const KEEPERS_OF_DEVICES: RouteAsks = RouteAsks::Session(&[Role::SystemAdmin, Role::SecurityAdmin]);
/// Who reads what the other administrators, and whoever decides, did.
const AUDITOR: RouteAsks = RouteAsks::Session(&[Role::AuditAdmin]);
/// Who sees what was set aside, what is held, and which confirmations are flagged: the dispatcher, who decides, and those who watch over the work and its record.
const REVIEWERS: RouteAsks = RouteAsks::Session(&[Role::Dispatcher, Role::QualitySupervisor, Role::LogisticsManager, Role::AuditAdmin]);
/// What the form of a new order offers is for those who file one.
const FILES_ORDERS: RouteAsks = RouteAsks::RecorderOf("reported");

/// Every route of the server.
pub const ROUTES: &[RouteLine] = &[
    post("/api/session", Route::SignIn, RouteAsks::Nothing),
    get("/api/session", Route::WhoAmI, RouteAsks::AnySession),
    RouteLine { route: Route::SignOut, method: Method::Delete, path: "/api/session", asks: RouteAsks::AnySession },
    post("/api/orders", Route::CreateOrder, FILES_ORDERS),
    get("/api/orders", Route::ListOrders, RouteAsks::ViewerOfOrders),
    get("/api/orders/{id}", Route::GetOrder, RouteAsks::AnySession),
    post("/api/orders/{id}/dispatch", Route::Dispatch, RouteAsks::RecorderOf("dispatched")),
    post("/api/orders/{id}/accept-for-team", Route::AcceptForTeam, RouteAsks::RecorderOf("team_accepted")),
    post("/api/orders/{id}/assign", Route::Assign, RouteAsks::RecorderOf("assigned")),
    post("/api/orders/{id}/reassign", Route::Reassign, RouteAsks::RecorderOf("reassigned")),
    post("/api/orders/{id}/return", Route::Return, RouteAsks::RecorderOf("returned")),
    post("/api/orders/{id}/cancel", Route::Cancel, RouteAsks::RecorderOf("cancelled")),
    post("/api/orders/{id}/merge", Route::Merge, RouteAsks::RecorderOf("merged")),
    get("/api/set-aside", Route::ListSetAside, REVIEWERS),
    post("/api/set-aside/{id}/admit", Route::AdmitSetAside, RouteAsks::RecorderOf("reviewed")),
    post("/api/set-aside/{id}/leave", Route::LeaveSetAside, RouteAsks::RecorderOf("reviewed")),
    get("/api/flagged-confirmations", Route::ListFlagged, REVIEWERS),
    post("/api/flagged-confirmations/{id}/seen", Route::SeeFlagged, RouteAsks::RecorderOf("reviewed")),
    get("/api/audit", Route::ListAudit, AUDITOR),
    get("/api/devices", Route::ListDevices, KEEPERS_OF_DEVICES),
    post("/api/devices/{id}/revoke", Route::RevokeDevice, KEEPERS_OF_DEVICES),
    get("/api/teams", Route::ListTeams, RouteAsks::AnySession),
    get("/api/faults", Route::ListFaults, RouteAsks::AnySession),
    get("/api/locations", Route::SearchLocations, FILES_ORDERS),
    get("/api/departments", Route::SearchDepartments, FILES_ORDERS),
    get("/api/openapi.json", Route::OpenApi, RouteAsks::Nothing),
    post("/sync/v1/exchange", Route::Exchange, RouteAsks::Credential),
    post("/sync/v1/enroll", Route::Enroll, RouteAsks::Code),
    get("/sync/v1/health", Route::Health, RouteAsks::Nothing),
    page("/"),
    page("/audit.js"),
    page("/centre.css"),
    page("/centre.js"),
    page("/backend.js"),
    page("/devices.js"),
    page("/elements.js"),
    page("/filing.js"),
    page("/flagged.js"),
    page("/history.js"),
    page("/order.js"),
    page("/review.js"),
    page("/messages/zh.js"),
    page("/messages/en.js"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_route_stands_twice() {
        for (index, line) in ROUTES.iter().enumerate() {
            let same = |earlier: &RouteLine| earlier.path == line.path && earlier.method == line.method;
            assert!(!ROUTES.iter().take(index).any(same), "{line:?}");
        }
    }

    #[track_caller]
    fn check(method: Method, path: &str, expected: &[Role]) {
        let line = ROUTES.iter().find(|line| line.method == method && line.path == path).unwrap();
        let permitted: Vec<Role> = Role::OF_PEOPLE.iter().copied().filter(|role| line.asks.permits(*role) == Some(true)).collect();
        assert_eq!(permitted, expected, "{path}");
    }

    #[test]
    fn decisions_belong_to_those_who_take_them() {
        check(Method::Post, "/api/orders/{id}/dispatch", &[Role::Dispatcher]);
        check(Method::Post, "/api/orders/{id}/assign", &[Role::TeamLeader]);
        check(Method::Post, "/api/orders/{id}/cancel", &[Role::Requester, Role::Dispatcher, Role::TeamLeader]);
        check(Method::Post, "/api/devices/{id}/revoke", &[Role::SystemAdmin, Role::SecurityAdmin]);
        check(Method::Get, "/api/audit", &[Role::AuditAdmin]);
        check(Method::Post, "/api/orders", &[Role::Requester, Role::ServiceOperator, Role::Dispatcher]);
    }

    #[test]
    fn administrators_have_no_list_of_orders_but_the_one_who_audits() {
        let line = ROUTES.iter().find(|line| line.route == Route::ListOrders).unwrap();
        let refused: Vec<Role> = Role::OF_PEOPLE.iter().copied().filter(|role| line.asks.permits(*role) == Some(false)).collect();
        assert_eq!(refused, [Role::SystemAdmin, Role::SecurityAdmin]);
    }
}
