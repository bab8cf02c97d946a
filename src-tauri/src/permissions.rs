//! What a page may use of the machine itself.

use tauri::webview::{PermissionKind, PermissionResponse};

/// The camera reads labels and badges; nothing else is ever needed, and the pages come from the program itself.
pub fn judge(kind: &PermissionKind) -> PermissionResponse {
    match kind {
        PermissionKind::Camera => PermissionResponse::Allow,
        _ => PermissionResponse::Deny,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_camera_alone_is_allowed() {
        assert!(matches!(judge(&PermissionKind::Camera), PermissionResponse::Allow));
        assert!(matches!(judge(&PermissionKind::Microphone), PermissionResponse::Deny));
        assert!(matches!(judge(&PermissionKind::Geolocation), PermissionResponse::Deny));
    }
}
