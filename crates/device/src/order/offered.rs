//! What a device offers to do: the deeds that it has a command for.

use domain::workflow::Action;

/// The actions of these that can be done here.
pub fn offered(actions: Vec<Action>) -> Vec<Action> {
    actions.into_iter().filter(|action| is_of_devices(*action)).collect()
}

/// Whether a device has a command for it. What the centre does needs everybody's view of the order, so it is done there,
/// also by a leader who carries a device.
fn is_of_devices(action: Action) -> bool {
    match action {
        Action::Accept
        | Action::Arrive
        | Action::Suspend
        | Action::Resume
        | Action::RequestReturn
        | Action::IssuePart
        | Action::ReturnPart
        | Action::AddLabour
        | Action::Withdraw
        | Action::Complete
        | Action::Confirm => true,
        Action::Dispatch | Action::AcceptForTeam | Action::Assign | Action::Reassign | Action::Return | Action::Cancel | Action::Merge => {
            false
        }
    }
}
